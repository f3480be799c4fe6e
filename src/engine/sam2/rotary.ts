import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { divideDim, isSameDim } from '../graph/shape.ts';
import type { LinearValues } from './folding.ts';
import { axialRotaryTables, transposed } from './position-encoding.ts';
import type { Weights } from './weights.ts';

/** `position-encoding.ts: axialRotaryTables`, row by row. */
export interface RotaryRows {
  /** `[g²,d]` */
  readonly cos: Value;
  readonly sin: Value;
}

/** The same in both layouts. */
export interface RotaryTables extends RotaryRows {
  /** `[d,1,g²]` */
  readonly cosTransposed: Value;
  readonly sinTransposed: Value;
}

interface Projection<Tables> {
  /** Module of the projection, `q_proj` or `k_proj`. */
  readonly projection: string;
  /** `[n, in]` */
  readonly x: Value;
  readonly rotary: Tables;
}

/**
 * A projection with rotary positions, `position_encoding.py: apply_rotary_enc`, for any number of
 * grids one after another: `[n·g²,in]` to `[n·g²,d]`. A vector turned by φ is `v·cos φ + v⊥·sin φ`, and v⊥, the vector turned by a right
 * angle in each pair of channels, is a projection by reordered weights; so nothing is shuffled.
 * @param isScaled divides by √d, as queries of a single head are
 */
export function rotate(
  g: GraphBuilder,
  weights: Weights,
  { projection, x, rotary, isScaled }: Projection<RotaryRows> & { readonly isScaled: boolean },
): Value {
  const module = weights.within(projection);
  const [width = 0] = module.shape('bias');
  const { straight, turned } = projections(module, [width]);
  const scale = isScaled ? 1 / Math.sqrt(width) : 1;
  const [tokens = 0] = rotary.cos.dims;
  const count = x.dims[0] ?? 0;
  const isOneGrid = isSameDim(count, tokens);
  const grids = divideDim(count, Number(tokens)) ?? 0;
  const project = ({ weight, bias }: LinearValues, table: Value) => {
    const product = g.gemm(x, weight, { bias, transposeB: true, scale });
    if (isOneGrid) return g.multiply(product, table);
    const apart = g.multiply(g.reshape(product, [grids, tokens, width]), table);
    return g.reshape(apart, [count, width]);
  };
  return g.add(project(straight, rotary.cos), project(turned, rotary.sin));
}

/** The same, transposed: `[n·g²,in]` to `[d,n·g²]`. */
export function rotateTransposed(
  g: GraphBuilder,
  weights: Weights,
  { projection, x, rotary }: Projection<RotaryTables>,
): Value {
  const module = weights.within(projection);
  const [width = 0, , tokens = 0] = rotary.cosTransposed.dims;
  const { straight, turned } = projections(module, module.shape('bias').concat(1));
  const count = x.dims[0] ?? 0;
  const grids = divideDim(count, Number(tokens)) ?? 0;
  const project = ({ weight, bias }: LinearValues, table: Value) => {
    const product = g.gemm(weight, x, { bias, transposeB: true });
    return g.multiply(g.reshape(product, [width, grids, tokens]), table);
  };
  const sum = g.add(project(straight, rotary.cosTransposed), project(turned, rotary.sinTransposed));
  return g.reshape(sum, [width, count]);
}

function projections(
  module: Weights,
  biasDims: readonly number[],
): { straight: LinearValues; turned: LinearValues } {
  return {
    straight: { weight: module.get('weight'), bias: module.get('bias', biasDims) },
    turned: {
      weight: turnedRows(module, 'weight', module.shape('weight')),
      bias: turnedRows(module, 'bias', biasDims),
    },
  };
}

/** Each pair of rows turned by a right angle: (a, b) becomes (−b, a). */
function turnedRows(weights: Weights, name: string, dims: readonly number[]): Value {
  const rowLength = weights
    .shape(name)
    .slice(1)
    .reduce((product, dim) => product * dim, 1);
  return weights.derive({
    operation: 'rows turned in pairs',
    names: [name],
    dims,
    compute: (data = new Float32Array()) =>
      data.map((_, i) => {
        const isFirst = Math.floor(i / rowLength) % 2 === 0;
        return isFirst ? -(data[i + rowLength] ?? 0) : (data[i - rowLength] ?? 0);
      }),
  });
}

/** Cosines and sines for a grid of `side`², as constants of the graph. */
export function rotaryRows(weights: Weights, side: number, width: number): RotaryRows {
  const table = (name: 'cos' | 'sin') =>
    weights.derive({
      operation: `rotary ${name} of ${side} by ${width}`,
      names: [],
      dims: [side * side, width],
      compute: () => axialRotaryTables(side, width)[name],
    });
  return { cos: table('cos'), sin: table('sin') };
}

/** The same in both layouts. */
export function rotaryTables(weights: Weights, side: number, width: number): RotaryTables {
  const tokens = side * side;
  const table = (name: 'cos' | 'sin') =>
    weights.derive({
      operation: `rotary ${name} transposed of ${side} by ${width}`,
      names: [],
      dims: [width, 1, tokens],
      compute: () => transposed(axialRotaryTables(side, width)[name], tokens),
    });
  return {
    ...rotaryRows(weights, side, width),
    cosTransposed: table('cos'),
    sinTransposed: table('sin'),
  };
}
