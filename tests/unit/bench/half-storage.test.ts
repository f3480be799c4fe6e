import { expect, test } from 'vitest';
import { encodeModel } from '../../../src/engine/graph/encode-model.ts';
import { GraphBuilder } from '../../../src/engine/graph/graph-builder.ts';
import { halfStorage } from '../../bench/half-storage.ts';
import { NodeGraphRuntime, readFloat32 } from '../../helpers/onnx-node.ts';

/** Between two float16 numbers, which are 2⁻¹⁰ apart from 1 to 2. */
const [BELOW, ABOVE] = [1 + 0.4 * 2 ** -10, 1 + 0.6 * 2 ** -10];

async function sumAndProduct(half: readonly string[]) {
  const g = new GraphBuilder('test');
  const weights = g.constant(Float32Array.of(BELOW, ABOVE, 70_000));
  const sum = g.scope('sums', () => g.add(g.input('x', 'float32', [3]), weights));
  g.output('sum', sum);
  g.output(
    'product',
    g.scope('products', () => g.multiply(sum, g.scalar(1 + 2 ** -12))),
  );
  const graph = halfStorage(g.build(), ({ name }) => half.some((scope) => name.startsWith(scope)));
  await using runtime = await NodeGraphRuntime.create();
  const bytes = encodeModel(graph, () => {
    throw new Error('there are constants only');
  });
  using loaded = await runtime.load('test', bytes);
  using x = runtime.tensor([3], { dtype: 'float32', data: new Float32Array(3) });
  const results = await loaded.run({ x }, ['sum', 'product']);
  return { sum: [...readFloat32(results.sum)], product: [...readFloat32(results.product)] };
}

test('weights and results of the nodes asked for are rounded to float16, and no others', async () => {
  const full = [BELOW, ABOVE, 70_000].map(Math.fround);
  const scaled = (values: readonly number[]) =>
    values.map((value) => Math.fround(value * (1 + 2 ** -12)));
  expect(await sumAndProduct([])).toEqual({ sum: full, product: scaled(full) });
  const rounded = [1, 1 + 2 ** -10, Infinity];
  expect(await sumAndProduct(['sums'])).toEqual({ sum: rounded, product: scaled(rounded) });
  const both = await sumAndProduct(['sums', 'products']);
  // The factor is 1 as float16.
  expect(both).toEqual({ sum: rounded, product: rounded });
});
