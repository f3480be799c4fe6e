import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import { toFloat16Bits } from '../../../../src/engine/graph/float16.ts';
import type { Graph } from '../../../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { graphCost, sumCosts } from '../../../../src/engine/graph/graph-cost.ts';
import { toHalfPrecision } from '../../../../src/engine/graph/half-precision.ts';
import {
  CHECKPOINT_LOCATION,
  planWeights,
  PREPARED_LOCATION,
  prepareWeights,
} from '../../../../src/engine/graph/weight-plan.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';
import { sample } from '../../../helpers/run-graph.ts';

/** Matrices in one file: `up` [6,4] and `down` [4,6] as float32, `head` [3,4] as float16. */
function buildCheckpoint(): Checkpoint {
  const up = new Float32Array(sample(24, 1));
  const down = new Float32Array(sample(24, 2));
  const head = toFloat16Bits(sample(12, 3));
  const place = { isContiguous: true } as const;
  return {
    file: new Blob([up, down, head]),
    tensors: new Map([
      ['up', { ...place, dtype: 'float32', shape: [6, 4], byteOffset: 0, byteLength: 96 }],
      ['down', { ...place, dtype: 'float32', shape: [4, 6], byteOffset: 96, byteLength: 96 }],
      ['head', { ...place, dtype: 'float16', shape: [3, 4], byteOffset: 192, byteLength: 24 }],
    ]),
    readFloat32: async (name) => {
      const values = new Map(Object.entries({ up, down, head: sample(12, 3) })).get(name);
      if (values === undefined) throw new Error(`there is no ${name}`);
      return await Promise.resolve(values);
    },
  };
}

/** `x + down·gelu(up·x)`, and a head of `x` turned about. */
function buildGraph(): Graph {
  const g = new GraphBuilder('layer');
  const x = g.input('x', 'float32', [2, 4]);
  const hidden = g.gelu(g.gemm(x, g.stored('up', [6, 4]), { transposeB: true }));
  const y = g.gemm(hidden, g.stored('down', [4, 6]), { transposeB: true });
  g.output('sum', g.add(x, y));
  g.output('head', g.transpose(g.gemm(x, g.stored('head', [3, 4]), { transposeB: true }), [1, 0]));
  return g.build();
}

const isLayer = (tensors: readonly string[]) => !tensors.includes('head');

test('what lies between two products is float16, with a cast where it begins and ends', () => {
  const { nodes, outputs } = toHalfPrecision(buildGraph(), isLayer);
  expect(nodes.map(({ op, outputs: [result] }) => `${op} ${result.dtype}`)).toEqual([
    'Cast float16',
    'Gemm float16',
    'Gelu float16',
    'Gemm float16',
    'Cast float32',
    'Add float32',
    'Gemm float32',
    'Transpose float32',
  ]);
  expect([...outputs.values()].map(({ dtype }) => dtype)).toEqual(['float32', 'float32']);
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
});

test('a value crosses over once, and what moves a float16 result moves it as float16', () => {
  const { nodes } = toHalfPrecision(buildGraph(), () => true);
  expect(nodes.map(({ op, outputs: [result] }) => `${op} ${result.dtype}`)).toEqual([
    'Cast float16',
    'Gemm float16',
    'Gelu float16',
    'Gemm float16',
    'Cast float32',
    'Add float32',
    'Gemm float16',
    'Transpose float16',
    'Cast float32',
  ]);
});

test('what only leads up to a product is cast before it is moved', () => {
  const g = new GraphBuilder('turned');
  const sum = g.relu(g.add(g.input('x', 'float32', [4, 2]), g.scalar(1)));
  g.output('y', g.gemm(g.transpose(sum, [1, 0]), g.stored('up', [6, 4]), { transposeB: true }));
  const { nodes } = toHalfPrecision(g.build(), () => true);
  expect(nodes.map(({ op, outputs: [result] }) => `${op} ${result.dtype}`)).toEqual([
    'Add float32',
    'Cast float16',
    'Relu float16',
    'Transpose float16',
    'Gemm float16',
    'Cast float32',
  ]);
});

test('a graph without such weights is the same graph', () => {
  const graph = buildGraph();
  expect(toHalfPrecision(graph, () => false)).toBe(graph);
});

test('weights are laid out as float16 once, and taken from the file where it has them so', async () => {
  const checkpoint = buildCheckpoint();
  const graphs = [buildGraph(), buildGraph()].map((graph) => toHalfPrecision(graph, () => true));
  const plan = planWeights(graphs, checkpoint);
  expect(plan.prepared.map(({ dtype, offset, elements }) => [dtype, offset, elements])).toEqual([
    ['float16', 0, 24],
    ['float16', 64, 24],
  ]);
  const places = graphs[0]?.initializers.map((initializer) => plan.placeOf(initializer));
  expect(places).toEqual([
    { location: PREPARED_LOCATION, offset: 0, length: 48 },
    { location: PREPARED_LOCATION, offset: 64, length: 48 },
    { location: CHECKPOINT_LOCATION, offset: 192, length: 24 },
  ]);
  const pieces: BlobPart[] = [];
  for await (const piece of prepareWeights(plan, checkpoint)) pieces.push(piece);
  const blob = await new Blob(pieces).arrayBuffer();
  expect(new Uint16Array(blob, 0, 24)).toEqual(toFloat16Bits(sample(24, 1)));
  expect(plan.preparedKey).not.toBe(planWeights([buildGraph()], checkpoint).preparedKey);
});

test('a weight that float32 nodes use too is laid out in both types', () => {
  const g = new GraphBuilder('both');
  const weight = g.stored('up', [6, 4]);
  const x = g.input('x', 'float32', [2, 4]);
  g.output('y', g.gemm(x, weight, { transposeB: true }));
  g.output('weight', g.add(weight, g.scalar(1)));
  const graph = toHalfPrecision(g.build(), () => true);
  const plan = planWeights([graph], buildCheckpoint());
  expect(
    graph.initializers
      .filter(({ source }) => source.kind === 'stored')
      .map((initializer) => plan.placeOf(initializer)),
  ).toEqual([
    { location: PREPARED_LOCATION, offset: 0, length: 48 },
    { location: CHECKPOINT_LOCATION, offset: 0, length: 96 },
  ]);
});

test('ONNX Runtime takes it, and its results are those of float32 to three digits', async () => {
  const checkpoint = buildCheckpoint();
  const run = async (graph: Graph) => {
    const plan = planWeights([graph], checkpoint);
    await using runtime = await NodeGraphRuntime.create();
    await runtime.mount(plan, checkpoint);
    const bytes = encodeModel(graph, (initializer) => plan.placeOf(initializer));
    using loaded = await runtime.load('layer', bytes);
    const x = runtime.tensor([2, 4], { dtype: 'float32', data: sample(8, 4) });
    const { sum, head } = await loaded.run({ x }, ['sum', 'head']);
    return [...readFloat32(sum), ...readFloat32(head)];
  };
  const full = await run(buildGraph());
  const half = await run(toHalfPrecision(buildGraph(), () => true));
  const worst = Math.max(...full.map((value, i) => Math.abs(value - (half[i] ?? NaN))));
  expect(worst).toBeLessThan(5e-3);
  expect(worst).toBeGreaterThan(0);
});

test('half the bytes are counted for half the type', () => {
  const [full] = graphCost(buildGraph()).filter(({ op }) => op === 'Gelu');
  const half = graphCost(toHalfPrecision(buildGraph(), isLayer));
  expect(half.find(({ op }) => op === 'Gelu')?.bytes).toBe((full?.bytes ?? NaN) / 2);
  expect(sumCosts(half).dispatches).toBe(sumCosts(graphCost(buildGraph())).dispatches + 2);
});
