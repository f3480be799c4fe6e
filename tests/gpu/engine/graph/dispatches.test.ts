import { expect, test } from 'vitest';
import { DispatchCounter } from '../../../../src/engine/benchmark/gpu-counters.ts';
import type { DeviceTensor } from '../../../../src/engine/device-tensor.ts';
import type { Graph, Value } from '../../../../src/engine/graph/graph.ts';
import { graphCost, sumCosts } from '../../../../src/engine/graph/graph-cost.ts';
import { evaluateDim } from '../../../../src/engine/graph/shape.ts';
import {
  CHECKPOINT_LOCATION,
  PREPARED_LOCATION,
  prepareWeights,
} from '../../../../src/engine/graph/weight-plan.ts';
import { OrtRuntime } from '../../../../src/engine/runtime/ort-runtime.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import type { GraphName } from '../../../../src/engine/sam2/model-graphs.ts';
import { objectGraphList } from '../../../../src/engine/sam2/object-graphs.ts';
import { buildSam2Model } from '../../../../src/engine/sam2/sam2-model.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../../src/engine/self-test/named-checkpoint.ts';
import { inMemory } from '../../../../src/engine/session/weight-files.ts';
import { openBrowserDevice } from '../../../helpers/browser-engine.ts';

const BINDINGS = { N: 2, K: 3, P: 1 };
const NETWORKS: readonly GraphName[] = [
  'imageEncoder',
  'memoryAttention',
  'maskDecoder',
  'memoryEncoder',
];

const { plan, ort } = await openBrowserDevice({ backend: 'webgpu', bankAttention: 'graph' });
const checkpoint = namedCheckpoint(expectedTensors(modelConfig('nano', '2.1')));
const model = buildSam2Model(checkpoint, 128, { backend: 'webgpu' });
const files = new Map([
  [CHECKPOINT_LOCATION, checkpoint.file],
  [PREPARED_LOCATION, await inMemory(prepareWeights(model.weights, checkpoint))],
]);

const { bank, layers } = model.segments;
/** Those of a track by the graph, those by the kernel for one object, and what two share most programs of. */
const GRAPHS: readonly Graph[] = [
  ...NETWORKS.map((name) => model.graphs.get(name)),
  bank,
  layers[0],
  ...objectGraphList(model.objectGraphs(1)),
  model.objectGraphs(2).maskDecoder,
].filter((graph) => graph !== undefined);

test.each(GRAPHS)('$name starts as many programs as are counted', async (counted) => {
  if (plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  using runtime = new OrtRuntime({ ort, plan, files });
  using graph = await runtime.load(counted.name, model.encode(counted));
  const inputs = zeros(counted, runtime);
  const outputs = [...counted.outputs.keys()];
  await graph.run(inputs, outputs);
  // Weights of convolutions are put into the provider's order in the first run.
  using counter = new DispatchCounter(plan.device);
  await graph.run(inputs, outputs);
  expect(counter.dispatches).toBe(sumCosts(graphCost(counted, BINDINGS)).dispatches);
});

function zeros({ inputs }: Graph, runtime: OrtRuntime): Record<string, DeviceTensor> {
  return Object.fromEntries(inputs.map((input) => [input.name, zero(input, runtime)]));
}

function zero({ dtype, dims }: Value, runtime: OrtRuntime): DeviceTensor {
  const extents = dims.map((dim) => evaluateDim(dim, BINDINGS));
  const elements = extents.reduce((product, extent) => product * extent, 1);
  return dtype === 'int32'
    ? runtime.tensor(extents, { dtype, data: new Int32Array(elements) })
    : runtime.tensor(extents, { dtype: 'float32', data: new Float32Array(elements) });
}
