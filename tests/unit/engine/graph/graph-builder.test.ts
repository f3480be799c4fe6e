import { expect, test } from 'vitest';
import type { Value } from '../../../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import {
  type HostTensor,
  int32Constant,
  runGraph,
  sample,
  sampleConstant,
} from '../../../helpers/run-graph.ts';

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5) {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN));
    if (!(difference <= tolerance)) {
      expect.fail(`element ${i}: ${actual[i]} instead of ${expected[i]}`);
    }
  }
}

/** `[rows, columns]` of a row-major array, as a function. */
function matrix(data: Float32Array, columns: number) {
  return (row: number, column: number) => data[row * columns + column] ?? NaN;
}

function fill(count: number, value: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => value(index));
}

/** Abramowitz and Stegun 7.1.26 is too coarse; this is the series, exact enough for |x| < 3. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const [a, b] = [sample(6, 1), sample(3, 2)];

const BINARY: [
  string,
  (g: GraphBuilder, x: Value, y: Value) => Value,
  (x: number, y: number) => number,
][] = [
  ['add', (g, x, y) => g.add(x, y), (x, y) => x + y],
  ['subtract', (g, x, y) => g.subtract(x, y), (x, y) => x - y],
  ['multiply', (g, x, y) => g.multiply(x, y), (x, y) => x * y],
  ['divide', (g, x, y) => g.divide(x, y), (x, y) => x / y],
  ['greater', (g, x, y) => g.greater(x, y), (x, y) => Number(x > y)],
  ['equal', (g, x, y) => g.equal(x, y), (x, y) => Number(x === y)],
  ['where', (g, x, y) => g.where(g.greater(x, y), x, y), (x, y) => Math.max(x, y)],
];

test.each(BINARY)('%s broadcasts', async (_, build, expected) => {
  const { dims, data } = await runGraph((g) =>
    build(g, sampleConstant(g, [2, 3], 1), sampleConstant(g, [1, 3], 2)),
  );
  expect(dims).toEqual([2, 3]);
  expectClose(
    data,
    fill(6, (i) => expected(a[i] ?? 0, b[i % 3] ?? 0)),
    1e-4,
  );
});

const UNARY: [string, (g: GraphBuilder, x: Value) => Value, (x: number) => number][] = [
  ['relu', (g, x) => g.relu(x), (x) => Math.max(x, 0)],
  ['gelu', (g, x) => g.gelu(x), (x) => (x * (1 + erf(x / Math.SQRT2))) / 2],
  ['sigmoid', (g, x) => g.sigmoid(x), (x) => 1 / (1 + Math.exp(-x))],
  ['sin', (g, x) => g.sin(x), Math.sin],
  ['cos', (g, x) => g.cos(x), Math.cos],
  ['floor', (g, x) => g.floor(x), Math.floor],
  ['clip', (g, x) => g.clip(x, -0.5, 0.25), (x) => Math.min(Math.max(x, -0.5), 0.25)],
  ['cast', (g, x) => g.cast(g.cast(x, 'int32'), 'float32'), Math.trunc],
];

test.each(UNARY)('%s', async (_, build, expected) => {
  const { data } = await runGraph((g) =>
    build(g, g.multiply(sampleConstant(g, [2, 3]), g.scalar(2))),
  );
  expectClose(
    data,
    fill(6, (i) => expected(2 * (a[i] ?? 0))),
  );
});

test('softmax is over the last axis', async () => {
  const { data } = await runGraph((g) => g.softmax(sampleConstant(g, [2, 3])));
  const sum = (row: number) =>
    fill(3, (i) => Math.exp(a[row * 3 + i] ?? 0)).reduce((x, y) => x + y);
  expectClose(
    data,
    fill(6, (i) => Math.exp(a[i] ?? 0) / sum(Math.floor(i / 3))),
  );
});

test('layerNorm is over the last axis', async () => {
  const width = 5;
  const x = sample(2 * width);
  const { data } = await runGraph((g) =>
    g.layerNorm(sampleConstant(g, [2, width]), {
      scale: sampleConstant(g, [width], 2),
      bias: sampleConstant(g, [width], 3),
      epsilon: 1e-3,
    }),
  );
  const [scale, bias] = [sample(width, 2), sample(width, 3)];
  const expected = fill(2 * width, (i) => {
    const row = [...x.subarray(i - (i % width), i - (i % width) + width)];
    const mean = row.reduce((s, v) => s + v, 0) / width;
    const variance = row.reduce((s, v) => s + (v - mean) ** 2, 0) / width;
    const normalized = ((x[i] ?? 0) - mean) / Math.sqrt(variance + 1e-3);
    return normalized * (scale[i % width] ?? 0) + (bias[i % width] ?? 0);
  });
  expectClose(data, expected);
});

test('matMul broadcasts its batch axes', async () => {
  const { dims, data } = await runGraph((g) =>
    g.matMul(sampleConstant(g, [2, 3, 4], 1), sampleConstant(g, [1, 4, 5], 2)),
  );
  const [x, y] = [sample(24, 1), matrix(sample(20, 2), 5)];
  expect(dims).toEqual([2, 3, 5]);
  expectClose(
    data,
    fill(30, (i) =>
      fill(4, (k) => (x[Math.floor(i / 5) * 4 + k] ?? 0) * y(k, i % 5)).reduce((s, v) => s + v),
    ),
  );
});

test.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
])('gemm scales product and bias (transposed: %s, %s)', async (transposeA, transposeB) => {
  const { dims, data } = await runGraph((g) =>
    g.gemm(
      sampleConstant(g, transposeA ? [4, 3] : [3, 4], 1),
      sampleConstant(g, transposeB ? [5, 4] : [4, 5], 2),
      { bias: sampleConstant(g, [3, 1], 3), scale: 0.5, transposeA, transposeB },
    ),
  );
  const [x, y] = [
    matrix(sample(12, 1), transposeA ? 3 : 4),
    matrix(sample(20, 2), transposeB ? 4 : 5),
  ];
  const bias = sample(3, 3);
  expect(dims).toEqual([3, 5]);
  expectClose(
    data,
    fill(15, (i) => {
      const [row, column] = [Math.floor(i / 5), i % 5];
      const terms = fill(
        4,
        (k) => (transposeA ? x(k, row) : x(row, k)) * (transposeB ? y(column, k) : y(k, column)),
      );
      return 0.5 * (terms.reduce((s, v) => s + v) + (bias[row] ?? 0));
    }),
  );
});

test.each([
  { stride: 1, padding: 1, groups: 1 },
  { stride: 2, padding: 1, groups: 1 },
  { stride: 1, padding: 1, groups: 4 },
])('conv with %o', async (geometry) => {
  const { stride, padding, groups } = geometry;
  const [size, kernel, channels] = [5, 3, 4];
  const depth = channels / groups;
  const { dims, data } = await runGraph((g) =>
    g.conv(
      sampleConstant(g, [1, channels, size, size], 1),
      sampleConstant(g, [4, depth, kernel, kernel], 2),
      sampleConstant(g, [4], 3),
      geometry,
    ),
  );
  const [x, weight, bias] = [sample(100, 1), sample(4 * depth * 9, 2), sample(4, 3)];
  const out = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  expect(dims).toEqual([1, 4, out, out]);
  const expected = fill(4 * out * out, (i) => {
    const [channel, row, column] = [Math.floor(i / out / out), Math.floor(i / out) % out, i % out];
    let sum = bias[channel] ?? 0;
    for (let d = 0; d < depth; d++) {
      for (let k = 0; k < 9; k++) {
        const y = row * stride - padding + Math.floor(k / 3);
        const column2 = column * stride - padding + (k % 3);
        if (y < 0 || column2 < 0 || y >= size || column2 >= size) continue;
        const from = groups === 1 ? d : channel;
        sum +=
          (weight[(channel * depth + d) * 9 + k] ?? 0) *
          (x[(from * size + y) * size + column2] ?? 0);
      }
    }
    return sum;
  });
  expectClose(data, expected);
});

test('enlargeBilinear keeps pixel centres and clamps at the border', async () => {
  const { dims, data } = await runGraph((g) =>
    g.enlargeBilinear(sampleConstant(g, [1, 1, 2, 3]), 4),
  );
  expect(dims).toEqual([1, 1, 8, 12]);
  const at = matrix(a, 3);
  const axis = (position: number, size: number) => {
    const source = Math.max((position + 0.5) / 4 - 0.5, 0);
    const low = Math.min(Math.floor(source), size - 1);
    return { low, high: Math.min(low + 1, size - 1), share: source - low };
  };
  const expected = fill(96, (i) => {
    const [y, x] = [axis(Math.floor(i / 12), 2), axis(i % 12, 3)];
    const top = at(y.low, x.low) * (1 - x.share) + at(y.low, x.high) * x.share;
    const bottom = at(y.high, x.low) * (1 - x.share) + at(y.high, x.high) * x.share;
    return top * (1 - y.share) + bottom * y.share;
  });
  expectClose(data, expected);
});

test.each([
  [
    'reduceMax',
    (g: GraphBuilder, x: Value) => g.reduceMax(x, [1]),
    (v: number[]) => Math.max(...v),
  ],
  [
    'reduceSum',
    (g: GraphBuilder, x: Value) => g.reduceSum(x, [1]),
    (v: number[]) => v.reduce((s, x) => s + x),
  ],
] as const)('%s drops its axis', async (_, build, expected) => {
  const x = sample(24);
  const { dims, data } = await runGraph((g) => build(g, sampleConstant(g, [2, 3, 4])));
  expect(dims).toEqual([2, 4]);
  const column = (i: number) => fill(3, (k) => x[Math.floor(i / 4) * 12 + k * 4 + (i % 4)] ?? 0);
  expectClose(
    data,
    fill(8, (i) => expected(column(i))),
  );
});

test('gather takes rows, the last one for −1', async () => {
  const { dims, data } = await runGraph((g) =>
    g.gather(sampleConstant(g, [3, 2]), int32Constant(g, [2, 0, -1, 1])),
  );
  expect(dims).toEqual([4, 2]);
  expectClose(
    data,
    fill(8, (i) => a[([2, 0, 2, 1][Math.floor(i / 2)] ?? 0) * 2 + (i % 2)] ?? 0),
  );
});

test('concat and slice undo each other', async () => {
  const { data } = await runGraph((g) => {
    const x = sampleConstant(g, [2, 3]);
    const left = g.slice(x, { axis: 1, start: 0, end: 1 });
    return g.concat([left, g.slice(x, { axis: 1, start: 1 })], 1);
  });
  expectClose(data, a);
});

test('transpose and reshape', async () => {
  const { dims, data }: HostTensor = await runGraph((g) =>
    g.transpose(g.reshape(sampleConstant(g, [6]), [1, 2, 3]), [2, 0, 1]),
  );
  expect(dims).toEqual([3, 1, 2]);
  expectClose(
    data,
    fill(6, (i) => a[(i % 2) * 3 + Math.floor(i / 2)] ?? 0),
  );
});

test('an output that is another tensor in another shape is the result of a program', () => {
  const g = new GraphBuilder('flat');
  const sum = g.add(g.input('a', 'float32', [2, 3]), g.scalar(1));
  g.output('sum', sum);
  g.output('flat', g.reshape(sum, [6]));
  const { nodes, outputs } = g.build();
  const makers = [...outputs.values()].map((value) =>
    nodes.find(({ outputs: [result] }) => result === value),
  );
  expect(makers.map((node) => node?.op)).toEqual(['Add', 'Concat']);
  expect(outputs.get('flat')?.dims).toEqual([6]);
});

test('pad puts zeros behind the ends', async () => {
  const { dims, data } = await runGraph((g) => g.pad(sampleConstant(g, [2, 3]), [1, 2]));
  expect(dims).toEqual([3, 5]);
  expectClose(
    data,
    fill(15, (i) => (i < 10 && i % 5 < 3 ? (a[Math.floor(i / 5) * 3 + (i % 5)] ?? 0) : 0)),
  );
});
