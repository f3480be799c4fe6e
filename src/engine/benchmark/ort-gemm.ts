import type { DeviceTensor } from '../device-tensor.ts';
import { encodeModel } from '../graph/encode-model.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { GraphRuntime } from '../graph-runtime.ts';

/** How a product of matrices is timed. */
export interface OrtGemmOptions {
  /** Of both matrices. */
  readonly side: number;
  readonly runs: number;
  /** Resolves when the device has finished. */
  readonly settled: (tensor: DeviceTensor) => Promise<unknown>;
}

/**
 * ONNX Runtime's own rate, GFLOP/s: the best of some products with a constant matrix, which the
 * runtime may lay out beforehand as it does with weights. One more run comes before the clock counts.
 */
export async function ortGemmRate(
  runtime: GraphRuntime,
  { side, runs, settled }: OrtGemmOptions,
): Promise<number> {
  const data = new Float32Array(side * side).map((_, at) => (at % 7) - 3);
  const g = new GraphBuilder('ortGemm');
  const a = g.input('a', 'float32', [side, side]);
  g.output('product', g.matMul(a, g.constant(data, [side, side])));
  const model = encodeModel(g.build(), () => {
    throw new Error('Invariant: the graph has no weights in files');
  });
  using graph = await runtime.load('ortGemm', model);
  using left = runtime.tensor([side, side], { dtype: 'float32', data });
  let bestMs = Infinity;
  for (let at = 0; at <= runs; at++) {
    const startedMs = performance.now();
    const { product } = await graph.run({ a: left }, ['product']);
    await settled(product);
    if (at > 0) bestMs = Math.min(bestMs, performance.now() - startedMs);
    product[Symbol.dispose]();
  }
  return (2 * side ** 3) / 1e6 / bestMs;
}
