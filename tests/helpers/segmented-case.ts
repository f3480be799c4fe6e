import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import { encodeModel } from '../../src/engine/graph/encode-model.ts';
import type { Graph } from '../../src/engine/graph/graph.ts';
import { planWeights } from '../../src/engine/graph/weight-plan.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import {
  buildMemoryAttentionSegments,
  segmentGraphs,
} from '../../src/engine/sam2/memory-attention-segments.ts';
import { buildGraph, type ModelSetup } from '../../src/engine/sam2/model-graphs.ts';
import {
  type BankAttention,
  SegmentedMemoryAttention,
} from '../../src/engine/sam2/segmented-memory-attention.ts';
import { expectedTensors } from '../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../src/engine/self-test/named-checkpoint.ts';
import { seededFloats } from './seeded-random.ts';

const MEMORIES = 3;
const POINTERS = 5;

/** Memory attention as one graph and as segments, with weights made from names. */
export function buildSegmentedCase(setup: ModelSetup, hasPointers: boolean) {
  const name = hasPointers ? 'memoryAttention' : 'memoryAttentionWithoutPointers';
  const whole = buildGraph(name, setup);
  const segments = buildMemoryAttentionSegments(setup);
  const checkpoint = namedCheckpoint(expectedTensors(setup.config));
  const plan = planWeights([whole, ...segmentGraphs(segments)], checkpoint);
  const encode = (graph: Graph) => encodeModel(graph, (one) => plan.placeOf(one));
  return { setup, whole, segments, checkpoint, plan, encode };
}

/** Both results for the same frame and bank, the caller's. The weights are mounted in `runtime`. */
export async function runSegmentedCase(
  { setup, whole, segments, encode }: ReturnType<typeof buildSegmentedCase>,
  {
    runtime,
    attendToBank,
  }: { readonly runtime: GraphRuntime; readonly attendToBank: BankAttention },
): Promise<{ readonly whole: DeviceTensor; readonly segmented: DeviceTensor }> {
  const tensors = bankTensors(runtime, setup);
  const inputs = Object.fromEntries(
    Object.entries(tensors).filter(([name]) => whole.inputs.some((input) => input.name === name)),
  );
  using graph = await runtime.load(whole.name, encode(whole));
  using attention = await SegmentedMemoryAttention.load({
    runtime,
    segments,
    encode,
    attendToBank,
  });
  const { conditioned } = await graph.run(inputs, ['conditioned']);
  const segmented = await attention.run(inputs);
  for (const tensor of Object.values(tensors)) tensor[Symbol.dispose]();
  return { whole: conditioned, segmented };
}

function bankTensors(runtime: GraphRuntime, { config, imageSize }: ModelSetup) {
  const tokens = (imageSize / 16) ** 2;
  const tensor = (seed: number, rows: number, width: number) => {
    const data = seededFloats(seed, rows * width);
    return runtime.tensor([rows, width], { dtype: 'float32', data });
  };
  return {
    stride16: tensor(1, tokens, config.width),
    memories: tensor(2, MEMORIES * tokens, config.memoryWidth),
    temporalRows: runtime.tensor([MEMORIES], { dtype: 'int32', data: Int32Array.of(6, 4, 5) }),
    pointers: tensor(3, POINTERS, config.width),
    temporalSines: tensor(4, POINTERS, config.width),
  };
}
