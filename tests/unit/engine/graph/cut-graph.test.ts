import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutGraph } from '../../../../src/engine/graph/cut-graph.ts';
import type { Graph } from '../../../../src/engine/graph/graph.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { GraphChain } from '../../../../src/engine/sam2/graph-chain.ts';
import { imageEncoderParts } from '../../../../src/engine/sam2/image-encoder-parts.ts';
import { MODEL_SIZES, modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { buildGraph } from '../../../../src/engine/sam2/model-graphs.ts';
import { buildSam2Model } from '../../../../src/engine/sam2/sam2-model.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { deterministicCheckpoint } from '../../../helpers/deterministic-weights.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';
import { sample, sampleConstant } from '../../../helpers/run-graph.ts';

const DIMS = [3, 4];

/** Sums of what came before, two of which are outputs; `a` is used from beginning to end. */
function sums(): Graph {
  const g = new GraphBuilder('sums');
  const a = g.input('a', 'float32', DIMS);
  const first = g.add(a, sampleConstant(g, DIMS, 2));
  const second = g.multiply(first, a);
  const third = g.add(second, sampleConstant(g, DIMS, 3));
  g.output('early', g.relu(second));
  const fourth = g.add(g.add(third, first), sampleConstant(g, DIMS, 2));
  g.output('late', g.add(fourth, a));
  return g.build();
}

function encode(graph: Graph): Uint8Array {
  return encodeModel(graph, () => {
    throw new Error('the graph has constants only');
  });
}

test('wherever a graph is cut, its parts give what it gives, and keep nothing', async () => {
  await using runtime = await NodeGraphRuntime.create();
  const graph = sums();
  using whole = await runtime.load('whole', encode(graph));
  using a = runtime.tensor(DIMS, { dtype: 'float32', data: sample(12) });
  const atRest = runtime.liveTensors;
  const resultsOf = async (run: typeof whole) => {
    const { early, late } = await run.run({ a }, ['early', 'late']);
    const values = [early, late].map((tensor) => [...readFloat32(tensor)]);
    for (const tensor of [early, late]) tensor[Symbol.dispose]();
    return values;
  };
  const expected = await resultsOf(whole);
  const cuts = fc.subarray([...graph.nodes.keys()]);
  await fc.assert(
    fc.asyncProperty(cuts, async (begun) => {
      const parts = cutGraph(graph, {
        begins: (node) => begun.includes(graph.nodes.indexOf(node)),
      });
      expect(parts).toHaveLength(1 + begun.filter((index) => index > 0).length);
      expect(parts.flatMap(({ nodes }) => nodes)).toEqual(graph.nodes);
      using chain = await GraphChain.load(parts, { runtime, encode });
      expect(await resultsOf(chain)).toEqual(expected);
      expect(runtime.liveTensors).toBe(atRest);
    }),
    { numRuns: 20 },
  );
});

test('a cut at a reshape is refused, which a recorded run would leave out', () => {
  const g = new GraphBuilder('reshaped');
  const rows = g.reshape(g.relu(g.input('a', 'float32', DIMS)), [12]);
  g.output('out', g.relu(rows));
  const graph = g.build();
  expect(() => cutGraph(graph, { begins: (node) => node === graph.nodes.at(-1) })).toThrow(
    'is at a reshape',
  );
});

test.each(MODEL_SIZES.map(({ size }) => size))(
  'the image encoder of %s is three parts, each output in the first that can make it',
  (size) => {
    const config = modelConfig(size, '2.1');
    const whole = buildGraph('imageEncoder', { config, imageSize: 512 });
    const parts = imageEncoderParts(whole, config);
    expect(parts.map(({ name }) => name)).toEqual([
      'imageEncoder',
      'imageEncoder2',
      'imageEncoder3',
    ]);
    const named = parts.map(({ outputs }) =>
      [...outputs.keys()].filter((name) => whole.outputs.has(name)),
    );
    expect(named).toEqual([['stride4'], ['stride8'], ['stride16']]);
    // Nothing but the tokens goes from one to the next.
    expect(parts.map(({ inputs }) => inputs.length)).toEqual([1, 1, 1]);
    expect(new Set(parts.flatMap(({ nodes }) => nodes))).toEqual(new Set(whole.nodes));
  },
);

test('the parts of an image encoder give what the whole gives', async () => {
  await using runtime = await NodeGraphRuntime.create();
  const checkpoint = deterministicCheckpoint(
    Object.fromEntries(expectedTensors(modelConfig('nano', '2.1'))),
  );
  const [inParts, inOne] = (['webgpu', 'wasm'] as const).map(
    (backend) => buildSam2Model(checkpoint, 64, { backend }).encoderParts,
  );
  expect([inParts?.length, inOne?.length]).toEqual([3, 1]);
  const model = buildSam2Model(checkpoint, 64);
  await runtime.mount(model.weights, checkpoint);
  using image = runtime.tensor([1, 3, 64, 64], { dtype: 'float32', data: sample(3 * 64 * 64) });
  const resultsOf = async (parts: readonly Graph[] = []) => {
    const encodePart = (part: Graph) => model.encode(part);
    using chain = await GraphChain.load(parts, { runtime, encode: encodePart });
    const names = ['stride4', 'stride8', 'stride16'] as const;
    const results = await chain.run({ image }, names);
    const values = names.map((name) => [...readFloat32(results[name])]);
    for (const name of names) results[name][Symbol.dispose]();
    return values;
  };
  expect(await resultsOf(inParts)).toEqual(await resultsOf(inOne));
});
