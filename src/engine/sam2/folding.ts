import type { Value } from '../graph/graph.ts';
import type { Weights } from './weights.ts';

/** Weight `[out, in]` and bias `[out]` of a `Linear`. */
export interface LinearValues {
  readonly weight: Value;
  readonly bias: Value;
}

/** `outer(inner(x))` of two linear layers as one: weight `Wo·Wi`, bias `Wo·bi + bo`. */
export function foldLinear(
  weights: Weights,
  { outer, inner }: { readonly outer: string; readonly inner: string },
): LinearValues {
  const [out = 0, middle = 0] = weights.shape(`${outer}.weight`);
  const [, input = 0] = weights.shape(`${inner}.weight`);
  const outerBias = `${outer}.bias`;
  return {
    weight: weights.derive({
      operation: 'product',
      names: [`${outer}.weight`, `${inner}.weight`],
      dims: [out, input],
      compute: (a = new Float32Array(), b = new Float32Array()) =>
        multiplyMatrices(a, b, { rows: out, depth: middle }),
    }),
    bias: weights.derive({
      operation: 'product and sum',
      names: [`${outer}.weight`, `${inner}.bias`, outerBias],
      dims: [out],
      compute: (a = new Float32Array(), b = new Float32Array(), c = new Float32Array()) =>
        multiplyMatrices(a, b, { rows: out, depth: middle }).map((sum, i) => sum + (c[i] ?? 0)),
    }),
  };
}

/** Row-major `[rows, depth] × [depth, columns]`, summed in double precision. */
export function multiplyMatrices(
  a: Float32Array,
  b: Float32Array,
  { rows, depth }: { readonly rows: number; readonly depth: number },
): Float32Array {
  const columns = b.length / depth;
  const result = new Float32Array(rows * columns);
  const line = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    line.fill(0);
    for (let k = 0; k < depth; k++) {
      const factor = a[row * depth + k] ?? 0;
      for (let column = 0; column < columns; column++) {
        line[column] = (line[column] ?? 0) + factor * (b[k * columns + column] ?? 0);
      }
    }
    result.set(line, row * columns);
  }
  return result;
}
