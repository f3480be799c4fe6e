import { expect, test } from 'vitest';
import type { Value } from '../../../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { addDims, formatDim, symbol } from '../../../../src/engine/graph/shape.ts';

const n = symbol('N');

const REFUSED: [string, (g: GraphBuilder, x: Value) => unknown, RegExp][] = [
  ['MatMul', (g, x) => g.matMul(x, x), /\[2,3\] cannot be multiplied by \[2,3\]/],
  [
    'Gemm',
    (g, x) => g.gemm(x, x, { transposeB: true, bias: g.reshape(x, [3, 2, 1]) }),
    /bias \[3,2,1\] does not fit \[2,2\]/,
  ],
  ['Add', (g, x) => g.add(x, g.transpose(x, [1, 0])), /\[2,3\] and \[3,2\] do not broadcast/],
  ['Add', (g, x) => g.add(x, g.cast(x, 'int32')), /is int32, not float32/],
  ['Reshape', (g, x) => g.reshape(x, [4]), /does not hold as many elements as \[4\]/],
  ['Transpose', (g, x) => g.transpose(x, [0, 0]), /is not an order of the axes/],
  ['Slice', (g, x) => g.slice(x, { axis: 1, start: 1, end: 4 }), /\[1,4\) does not lie in axis 1/],
  ['Concat', (g, x) => g.concat([x, g.reshape(x, [3, 2])], 0), /cannot be joined along axis 0/],
  ['Gather', (g, x) => g.gather(x, x), /indices are int32/],
  ['Where', (g, x) => g.where(x, x, x), /is float32, not bool/],
  ['ReduceMax', (g, x) => g.reduceMax(x, [2]), /\[2,3\] has no axis 2/],
  ['Pad', (g, x) => g.pad(x, [1]), /padding \[1\] does not fit/],
  [
    'LayerNormalization',
    (g, x) => g.layerNorm(x, { scale: x, bias: x, epsilon: 1e-6 }),
    /do not fit \[2,3\]/,
  ],
  ['Conv', (g, x) => g.conv(x, x, x), /Conv takes/],
  [
    'Conv',
    (g, x) => {
      const image = g.reshape(x, [1, 1, 2, 3]);
      return g.conv(image, g.reshape(x, [1, 2, 1, 3]), g.reshape(x, [6]));
    },
    /kernel \[1,2,1,3\] in 1 groups does not fit/,
  ],
  [
    'MultiHeadAttention',
    (g, x) => {
      const tokens = g.reshape(x, [1, 2, 3]);
      return g.multiHeadAttention({ queries: tokens, keys: tokens, values: tokens, heads: 2 });
    },
    /2 heads of \[1,2,3\] cannot attend to/,
  ],
  [
    'RotaryEmbedding',
    (g, x) => g.rotaryEmbedding(g.reshape(x, [1, 1, 6]), { cos: x, sin: x }),
    /\[1,1,6\] cannot be turned by \[2,3\] and \[2,3\]/,
  ],
  ['Add', (_, x) => new GraphBuilder('other').add(x, x), /is of another graph/],
];

test.each(REFUSED)('%s refuses a wrong input by its name', (op, build, message) => {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [2, 3]);
  const refused = () => g.scope('layers.0', () => build(g, x));
  expect(refused).toThrow(message);
  expect(refused).toThrow(new RegExp(`^Node "(layers\\.0/)?${op}_\\d+": `));
  expect(refused).toThrow(expect.objectContaining({ code: 'graph-invalid' }));
});

test('an output is a node’s result, once', () => {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [1]);
  expect(() => g.output('y', x)).toThrow(/"y"/);
  const y = g.relu(x);
  g.output('y', y);
  expect(() => g.output('z', y)).toThrow(/under one name/);
  expect(() => g.output('y', g.relu(y))).toThrow(/under one name/);
});

test('constants fill their shape', () => {
  const g = new GraphBuilder('test');
  expect(() => g.constant(Float32Array.of(1, 2), [3])).toThrow(/2 numbers do not fill \[3\]/);
});

test('symbolic extents go through the ops as linear forms', () => {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [n, 4, 6]);
  const rows = g.reshape(x, [{ constant: 0, terms: { N: 4 } }, 6]);
  const joined = g.concat([rows, g.constant(new Float32Array(12), [2, 6])], 0);
  expect(joined.dims.map(formatDim)).toEqual(['4*N+2', '6']);
  expect(() => g.add(rows, joined)).toThrow(/\[4\*N,6\] and \[4\*N\+2,6\] do not broadcast/);
  expect(() => g.reshape(joined, [n, 4, 6])).toThrow(/\[4\*N\+2,6\] does not hold/);
  const tail = g.slice(joined, { axis: 0, start: 2 });
  expect(tail.dims.map(formatDim)).toEqual(['4*N', '6']);
  expect(formatDim(addDims(addDims(n, symbol('K')), -1))).toBe('K+N+-1');
});
