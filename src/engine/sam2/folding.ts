import type { Value } from '../graph/graph.ts';
import type { Weights } from './weights.ts';

/** Weight `[out, in]` and bias `[out]` of a `Linear`. */
export interface LinearValues {
  readonly weight: Value;
  readonly bias: Value;
}

/** Two linear layers of which one feeds the other. */
export interface LinearPair {
  readonly outer: string;
  readonly inner: string;
  /** Name of the layer scale by which the inner one's outputs are multiplied; absent: none. */
  readonly scale?: string;
  /** Name of a row that is added to the outer one's outputs; absent: none. */
  readonly added?: string;
}

/** `outer(inner(x)·scale) + added` as one layer: weight `Wo·s·Wi`, bias `Wo·s·bi + bo + added`. */
export function foldLinear(
  weights: Weights,
  { outer, inner, scale, added }: LinearPair,
): LinearValues {
  const [out = 0, middle = 0] = weights.shape(`${outer}.weight`);
  const [, input = 0] = weights.shape(`${inner}.weight`);
  const scales = scale === undefined ? [] : [scale];
  const rows = added === undefined ? [] : [added];
  const scaled = scale === undefined ? '' : ' scaled between';
  const multiply = (a: Float32Array, b: Float32Array, s?: Float32Array) =>
    multiplyMatrices(s === undefined ? a : scaleColumns(a, s), b, { rows: out, depth: middle });
  return {
    weight: weights.derive({
      operation: `product${scaled}`,
      names: [`${outer}.weight`, `${inner}.weight`, ...scales],
      dims: [out, input],
      compute: multiply,
    }),
    bias: weights.derive({
      operation: `product and sum${scaled}`,
      names: [`${outer}.weight`, `${inner}.bias`, ...scales, `${outer}.bias`, ...rows],
      dims: [out],
      compute: (a, b, ...rest) => {
        const factors = scale === undefined ? undefined : rest.shift();
        return rest.reduce(addArrays, multiply(a, b, factors));
      },
    }),
  };
}

/** Element by element, of arrays of one length. */
export function addArrays(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + (b[i] ?? 0));
}

/** Row-major with as many columns as there are scales. */
function scaleColumns(matrix: Float32Array, scales: Float32Array): Float32Array {
  return matrix.map((value, i) => value * (scales[i % scales.length] ?? 0));
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
