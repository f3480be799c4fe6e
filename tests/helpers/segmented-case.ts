import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import { encodeModel } from '../../src/engine/graph/encode-model.ts';
import type { Graph } from '../../src/engine/graph/graph.ts';
import { planWeights } from '../../src/engine/graph/weight-plan.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import { type BankCounts, rowsInRoom } from '../../src/engine/sam2/bank-room.ts';
import {
  buildMemoryAttentionSegments,
  segmentGraphs,
} from '../../src/engine/sam2/memory-attention-segments.ts';
import type { ModelSetup } from '../../src/engine/sam2/model-graphs.ts';
import {
  type BankAttention,
  SegmentedMemoryAttention,
} from '../../src/engine/sam2/segmented-memory-attention.ts';
import { expectedTensors } from '../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../src/engine/self-test/named-checkpoint.ts';
import { wholeMemoryAttention } from './network-variants.ts';
import { seededFloats } from './seeded-random.ts';

/** What the bank holds, and what the segments' bank has room for. */
const COUNTS = { memories: 3, pointers: 5 };
const ROOM = { memories: 4, pointers: 7 };

/** Memory attention as one graph and as segments, with weights made from names. */
export function buildSegmentedCase(setup: ModelSetup, hasPointers: boolean) {
  const whole = wholeMemoryAttention(setup, hasPointers);
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
  const hasPointers = whole.inputs.some(({ name }) => name === 'pointers');
  const counts = { ...COUNTS, pointers: hasPointers ? COUNTS.pointers : 0 };
  const tensors = bankTensors(runtime, setup, { counts, room: counts });
  const roomy = bankTensors(runtime, setup, { counts, room: ROOM });
  const inputs = Object.fromEntries(
    Object.entries(tensors).filter(([name]) => whole.inputs.some((input) => input.name === name)),
  );
  using graph = await runtime.load(whole.name, encode(whole));
  using attention = await SegmentedMemoryAttention.load({
    runtime,
    segments,
    layersOf: () => segments.layers.slice(1),
    encode,
    attendToBank,
  });
  const { conditioned } = await graph.run(inputs, ['conditioned']);
  const ofPointer = setup.config.width / setup.config.memoryWidth;
  const tokens = { ofMemory: (setup.imageSize / 16) ** 2, ofPointer };
  using question = await attention.ask(roomy.stride16);
  const rows = rowsInRoom(counts, ROOM, tokens);
  const segmented = await attention.answer(question, [{ tensors: roomy, rows }]);
  for (const tensor of [...Object.values(tensors), ...Object.values(roomy)]) {
    tensor[Symbol.dispose]();
  }
  return { whole: conditioned, segmented };
}

/** What is room only holds no numbers. */
function bankTensors(
  runtime: GraphRuntime,
  { config, imageSize }: ModelSetup,
  { counts, room }: { readonly counts: BankCounts; readonly room: BankCounts },
) {
  const tokens = (imageSize / 16) ** 2;
  const tensor = (seed: number, rows: { held: number; room: number }, width: number) => {
    const data = new Float32Array(rows.room * width).fill(NaN);
    data.set(seededFloats(seed, rows.held * width));
    return runtime.tensor([rows.room, width], { dtype: 'float32', data });
  };
  const memoryRows = { held: counts.memories * tokens, room: room.memories * tokens };
  const pointerRows = { held: counts.pointers, room: room.pointers };
  const rows = new Int32Array(room.memories);
  rows.set([6, 4, 5]);
  return {
    stride16: tensor(1, { held: tokens, room: tokens }, config.width),
    memories: tensor(2, memoryRows, config.memoryWidth),
    temporalRows: runtime.tensor([room.memories], { dtype: 'int32', data: rows }),
    pointers: tensor(3, pointerRows, config.width),
    temporalSines: tensor(4, pointerRows, config.width),
  };
}
