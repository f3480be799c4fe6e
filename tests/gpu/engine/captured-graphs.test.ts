import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceTensor } from '../../../src/engine/device-tensor.ts';
import { encodeModel } from '../../../src/engine/graph/encode-model.ts';
import { type Graph, hasStaticInputs } from '../../../src/engine/graph/graph.ts';
import {
  planWeights,
  PREPARED_LOCATION,
  prepareWeights,
} from '../../../src/engine/graph/weight-plan.ts';
import type { HostData, ModelGraph } from '../../../src/engine/graph-runtime.ts';
import { OrtRuntime, type OrtRuntimeOptions } from '../../../src/engine/runtime/ort-runtime.ts';
import { imageEncoderParts } from '../../../src/engine/sam2/image-encoder-parts.ts';
import {
  buildMemoryAttentionSegments,
  segmentGraphs,
} from '../../../src/engine/sam2/memory-attention-segments.ts';
import { modelConfig } from '../../../src/engine/sam2/model-config.ts';
import { buildGraph } from '../../../src/engine/sam2/model-graphs.ts';
import { buildObjectGraphs, objectGraphList } from '../../../src/engine/sam2/object-graphs.ts';
import { expectedTensors } from '../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../src/engine/self-test/named-checkpoint.ts';
import { inMemory } from '../../../src/engine/session/weight-files.ts';
import { openBrowserDevice } from '../../helpers/browser-engine.ts';
import { seededFloats } from '../../helpers/seeded-random.ts';

/** The smallest that has all of a model's nodes. */
const SETUP = { config: modelConfig('nano', '2.1'), imageSize: 64 };
/** The first is captured, the others are replayed. */
const RUNS = 3;

const graphs = [
  ...imageEncoderParts(buildGraph('imageEncoder', SETUP), SETUP.config),
  buildGraph('memoryEncoder', SETUP),
  ...segmentGraphs(buildMemoryAttentionSegments(SETUP)),
  ...objectGraphList(buildObjectGraphs(SETUP, 2)),
].filter(hasStaticInputs);

/** Kept, so that those that come later share buffers with them. */
const recorded = new Map<Graph, ModelGraph>();
let options: OrtRuntimeOptions;
let runtime: OrtRuntime;
let encode: (graph: Graph) => Uint8Array;

beforeAll(async () => {
  const { plan, ort } = await openBrowserDevice({ backend: 'webgpu', bankAttention: 'graph' });
  expect(plan.report.graphCapture).toMatchObject({ isOn: true });
  const checkpoint = namedCheckpoint(expectedTensors(SETUP.config));
  const weights = planWeights(graphs, checkpoint);
  encode = (graph) => encodeModel(graph, (one) => weights.placeOf(one));
  const prepared = await inMemory(prepareWeights(weights, checkpoint));
  options = { ort, plan, files: new Map([[PREPARED_LOCATION, prepared]]) };
  runtime = new OrtRuntime(options);
}, 300_000);
afterAll(() => {
  for (const graph of recorded.values()) graph[Symbol.dispose]();
  runtime[Symbol.dispose]();
});

test.each(graphs.map((graph) => ({ name: graph.name, graph })))(
  '$name gives to the bit what it gives program by program',
  async ({ name, graph }) => {
    using plain = await runtime.load(`${name}Plain`, encode(graph));
    const steady = await runtime.load(name, encode(graph), { isSteady: true });
    recorded.set(graph, steady);
    const seen = new Set<string>();
    for (let run = 0; run < RUNS; run++) {
      const inputs = inputsOf(graph, run);
      const expected = await resultsOf(plain, graph, inputs);
      const actual = await resultsOf(steady, graph, inputs);
      expect(actual).toEqual(expected);
      for (const [output, values] of Object.entries(actual)) seen.add(`${output} ${values.join()}`);
      disposeAll(inputs);
    }
    expect(seen.size, 'no run gives what another gave').toBe(RUNS * graph.outputs.size);
    expect(runtime.refusedCaptures).toEqual([]);
  },
  300_000,
);

test('they still do after the others have written to the buffers that they share', async () => {
  expect(recorded.size).toBe(graphs.length);
  for (const [graph, steady] of recorded) {
    const inputs = inputsOf(graph, RUNS);
    using plain = await runtime.load(`${graph.name}Again`, encode(graph));
    const expected = await resultsOf(plain, graph, inputs);
    expect(await resultsOf(steady, graph, inputs), graph.name).toEqual(expected);
    disposeAll(inputs);
  }
}, 300_000);

test('what ran plainly still runs when recorded graphs and their buffers are gone', async () => {
  const [graph] = graphs;
  if (graph === undefined) throw new Error('there are graphs');
  using plain = await runtime.load(`${graph.name}Survivor`, encode(graph));
  const inputs = inputsOf(graph, RUNS);
  const expected = await resultsOf(plain, graph, inputs);
  const passing = new OrtRuntime(options);
  const steady = await passing.load(graph.name, encode(graph), { isSteady: true });
  expect(await resultsOf(steady, graph, inputs)).toEqual(expected);
  expect(passing.refusedCaptures).toEqual([]);
  steady[Symbol.dispose]();
  passing[Symbol.dispose]();
  expect(await resultsOf(plain, graph, inputs)).toEqual(expected);
  disposeAll(inputs);
}, 300_000);

function inputsOf(graph: Graph, run: number): Record<string, DeviceTensor> {
  return Object.fromEntries(
    graph.inputs.map(({ name, dims, dtype }, i) => {
      const extents = dims.map(Number);
      const elements = extents.reduce((product, extent) => product * extent, 1);
      const host: HostData =
        dtype === 'int32'
          ? { dtype, data: new Int32Array(elements).fill(run % 2) }
          : { dtype: 'float32', data: seededFloats(100 * run + i, elements) };
      return [name, runtime.tensor(extents, host)];
    }),
  );
}

async function resultsOf(
  loaded: ModelGraph,
  graph: Graph,
  inputs: Readonly<Record<string, DeviceTensor>>,
): Promise<Record<string, Float32Array>> {
  const tensors = await loaded.run(inputs, [...graph.outputs.keys()]);
  const values = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]) => [name, await runtime.read(tensor)]),
  );
  disposeAll(tensors);
  return Object.fromEntries(values) as Record<string, Float32Array>;
}

function disposeAll(tensors: Readonly<Record<string, DeviceTensor>>): void {
  for (const tensor of Object.values(tensors)) tensor[Symbol.dispose]();
}
