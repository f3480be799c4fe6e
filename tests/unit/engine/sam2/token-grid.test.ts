import { expect, test } from 'vitest';
import { scaledDotProductAttention } from '../../../../src/engine/sam2/attention.ts';
import {
  cropGrid,
  maxPool,
  padGrid,
  reorder,
  rowOrderIndex,
} from '../../../../src/engine/sam2/token-grid.ts';
import { symbol } from '../../../../src/engine/graph/shape.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';
import { runGraph, sample, sampleConstant } from '../../../helpers/run-graph.ts';

const CHANNELS = 3;

/** Channel 0 of each token. */
function firstChannel(data: Float32Array): number[] {
  return [...data].filter((_, i) => i % CHANNELS === 0);
}

/** A grid whose tokens are numbered row by row. */
function numbered(g: GraphBuilder, side: number) {
  const data = Float32Array.from({ length: side * side * CHANNELS }, (_, i) =>
    Math.floor(i / CHANNELS),
  );
  return { tokens: g.constant(data, [side * side, CHANNELS]), side, window: side };
}

test('window order: windows row by row, tokens row by row in each', async () => {
  const { data } = await runGraph((g) => reorder(g, numbered(g, 4), 2).tokens);
  const order = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15];
  expect(firstChannel(data)).toEqual(order);
  expect(order.map((_, i) => rowOrderIndex(i, { side: 4, window: 2 }))).toEqual(order);
});

test('windows of one size become windows of another', async () => {
  const { data } = await runGraph((g) => {
    const twos = reorder(g, numbered(g, 12), 2);
    return reorder(g, twos, 6).tokens;
  });
  const grid = { side: 12, window: 6 };
  expect(firstChannel(data)).toEqual(firstChannel(data).map((_, i) => rowOrderIndex(i, grid)));
});

test('pooling keeps the window order, with windows of half the side', async () => {
  const { data } = await runGraph((g) => {
    const pooled = maxPool(g, reorder(g, numbered(g, 8), 4));
    expect(pooled).toMatchObject({ side: 4, window: 2 });
    return reorder(g, pooled, 4).tokens;
  });
  // The largest number of each 2×2 is its last one.
  const expected = Array.from(
    { length: 16 },
    (_, i) => (2 * Math.floor(i / 4) + 1) * 8 + 2 * (i % 4) + 1,
  );
  expect(firstChannel(data)).toEqual(expected);
});

test('padding adds zeros below and to the right, cropping takes them off', async () => {
  const padded = await runGraph((g) => padGrid(g, numbered(g, 2), 3).tokens);
  expect(firstChannel(padded.data)).toEqual([0, 1, 0, 2, 3, 0, 0, 0, 0]);
  const { data } = await runGraph((g) => cropGrid(g, reorder(g, numbered(g, 4), 2), 3).tokens);
  expect(firstChannel(data)).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
});

test('attention in chunks of queries is attention', async () => {
  const [queries, width, keys] = [5, 4, 6];
  const g = new GraphBuilder('test');
  const k = g.input('k', 'float32', [symbol('T'), width]);
  const v = g.input('v', 'float32', [symbol('T'), 2]);
  const q = sampleConstant(g, [queries, width]);
  // So many keys are expected that each query is a chunk of its own.
  const expectedSymbols = { T: 2 ** 24 };
  const inputs = { queries: q, keys: k, values: v, expectedSymbols };
  g.output('chunked', scaledDotProductAttention(g, inputs));
  expect(g.build().nodes.filter((node) => node.op === 'Softmax')).toHaveLength(queries);
  g.output('whole', scaledDotProductAttention(g, { ...inputs, expectedSymbols: { T: 1 } }));

  await using runtime = await NodeGraphRuntime.create();
  using graph = await runtime.load(
    'test',
    encodeModel(g.build(), () => expect.fail()),
  );
  const tensor = (dims: number[], seed: number) =>
    runtime.tensor(dims, { dtype: 'float32', data: sample((dims[0] ?? 0) * (dims[1] ?? 0), seed) });
  const result = await graph.run({ k: tensor([keys, width], 2), v: tensor([keys, 2], 3) }, [
    'chunked',
    'whole',
  ]);
  const whole = readFloat32(result.whole);
  for (const [i, value] of readFloat32(result.chunked).entries()) {
    expect(value).toBeCloseTo(whole[i] ?? NaN, 6);
  }
  const [x, y, z] = [sample(queries * width), sample(width * keys, 2), sample(keys * 2, 3)];
  const scores = Array.from({ length: keys }, (_, t) =>
    Math.exp(
      Array.from({ length: width }, (_, c) => (x[c] ?? 0) * (y[t * width + c] ?? 0)).reduce(
        (a, b) => a + b,
      ),
    ),
  );
  const total = scores.reduce((a, b) => a + b);
  const first = scores.reduce((sum, score, t) => sum + (score / total) * (z[2 * t] ?? 0), 0);
  expect(whole[0]).toBeCloseTo(first, 5);
});
