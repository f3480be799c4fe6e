import { expect, test } from 'vitest';
import type { DeviceTensor } from '../../../../src/engine/device-tensor.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import type { Graph } from '../../../../src/engine/graph/graph.ts';
import { planWeights } from '../../../../src/engine/graph/weight-plan.ts';
import { planCrossAttention } from '../../../../src/engine/kernels/cross-attention/attention-plan.ts';
import { crossAttention } from '../../../../src/engine/kernels/cross-attention/cross-attention.ts';
import { buildMemoryAttentionSegments } from '../../../../src/engine/sam2/memory-attention-segments.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { buildGraph } from '../../../../src/engine/sam2/model-graphs.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../../src/engine/self-test/named-checkpoint.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';
import { seededFloats } from '../../../helpers/seeded-random.ts';

const MEMORIES = 3;
const POINTERS = 5;

test.each([
  { size: 'nano', version: '2.1', imageSize: 96, hasPointers: true },
  { size: 'nano', version: '2.1', imageSize: 64, hasPointers: false },
  { size: 'tiny', version: '2.1', imageSize: 64, hasPointers: true },
  { size: 'tiny', version: '2.0', imageSize: 64, hasPointers: true },
] as const)(
  'segments around the kernel give what the whole graph gives: %j',
  async ({ size, version, imageSize, hasPointers }) => {
    const setup = { config: modelConfig(size, version), imageSize };
    const whole = buildGraph(
      hasPointers ? 'memoryAttention' : 'memoryAttentionWithoutPointers',
      setup,
    );
    const { bank, layers } = buildMemoryAttentionSegments(setup, { hasPointers });
    expect(layers).toHaveLength(setup.config.memoryAttentionLayers + 1);
    const checkpoint = namedCheckpoint(expectedTensors(setup.config));
    const plan = planWeights([whole, bank, ...layers], checkpoint);
    await using runtime = await NodeGraphRuntime.create();
    await runtime.mount(plan, checkpoint);
    const tensors = bankTensors(runtime, setup);
    const run = async (graph: Graph, more: Readonly<Record<string, DeviceTensor>> = {}) => {
      const model = encodeModel(graph, (initializer) => plan.placeOf(initializer));
      using loaded = await runtime.load(graph.name, model);
      const all = { ...tensors, ...more };
      const inputs = Object.fromEntries(
        graph.inputs.map(({ name }) => {
          const tensor = all[name];
          if (tensor === undefined) throw new Error(`nothing for the input ${name}`);
          return [name, tensor] as const;
        }),
      );
      return await loaded.run(inputs, [...graph.outputs.keys()]);
    };

    const made = await run(bank);
    let state = await run(layers[0] ?? bank);
    for (const [layer, graph] of layers.slice(1).entries()) {
      const attended = attend(runtime, {
        queries: state['queries'],
        keys: made[`keys${layer}`],
        values: made['values'] ?? tensors['memories'],
      });
      state = await run(graph, { attended, ...(state['nextX'] && { x: state['nextX'] }) });
    }

    const expected = floats((await run(whole))['conditioned']);
    expect(Math.max(...expected)).toBeGreaterThan(0.5);
    expectAllClose(floats(state['conditioned']), expected, { atol: 2e-5, rtol: 1e-5 });
  },
);

function bankTensors(
  runtime: NodeGraphRuntime,
  { config, imageSize }: Parameters<typeof buildGraph>[1],
): Readonly<Record<string, DeviceTensor>> {
  const tokens = (imageSize / 16) ** 2;
  const tensor = (seed: number, rows: number, width: number) =>
    runtime.tensor([rows, width], {
      dtype: 'float32',
      data: seededFloats(seed, rows * width),
    });
  return {
    stride16: tensor(1, tokens, config.width),
    memories: tensor(2, MEMORIES * tokens, config.memoryWidth),
    temporalRows: runtime.tensor([MEMORIES], { dtype: 'int32', data: Int32Array.of(6, 4, 5) }),
    pointers: tensor(3, POINTERS, config.width),
    temporalSines: tensor(4, POINTERS, config.width),
  };
}

/** The kernel's twin on tensors. */
function attend(
  runtime: NodeGraphRuntime,
  tensors: Readonly<Record<'queries' | 'keys' | 'values', DeviceTensor | undefined>>,
): DeviceTensor {
  const [queries, keyWidth] = tensors.queries?.dims ?? [];
  const [keys] = tensors.keys?.dims ?? [];
  if (queries === undefined || keyWidth === undefined || keys === undefined) {
    throw new Error('a segment gave no queries or keys');
  }
  const data = crossAttention(
    {
      queries: floats(tensors.queries),
      keys: floats(tensors.keys),
      values: floats(tensors.values),
    },
    planCrossAttention({ queries, keys, keyWidth }),
  );
  return runtime.tensor([queries, 64], { dtype: 'float32', data });
}

function floats(tensor: DeviceTensor | undefined): Float32Array {
  if (tensor === undefined) throw new Error('a graph did not give what it should');
  return readFloat32(tensor);
}
