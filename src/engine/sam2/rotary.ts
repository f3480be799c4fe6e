import type { Value } from '../graph/graph.ts';
import type { GraphBuilder, RotaryAngles } from '../graph/graph-builder.ts';
import { divideDim } from '../graph/shape.ts';
import { linear } from './layers.ts';
import { axialRotaryTables } from './position-encoding.ts';
import type { Weights } from './weights.ts';

interface Projection {
  /** Module of the projection, `q_proj` or `k_proj`. */
  readonly projection: string;
  /** `[n·g²,in]`, any number of grids one after another. */
  readonly x: Value;
  /** `rotaryTables` of one grid. */
  readonly rotary: RotaryAngles;
  /** Divides by √d, as queries of a single head are. */
  readonly isScaled: boolean;
}

/** A projection with rotary positions, `position_encoding.py: apply_rotary_enc`: `[n,g²,d]`. */
export function rotate(
  g: GraphBuilder,
  weights: Weights,
  { projection, x, rotary, isScaled }: Projection,
): Value {
  const module = weights.within(projection);
  const [width = 0] = module.shape('bias');
  const projected = linear(g, module, x, { scale: isScaled ? 1 / Math.sqrt(width) : 1 });
  const [tokens = 0] = rotary.cos.dims;
  const [rows = 0] = x.dims;
  const grids = divideDim(rows, Number(tokens)) ?? 0;
  return g.rotaryEmbedding(g.reshape(projected, [grids, tokens, width]), rotary);
}

/** Cosines and sines for a grid of `side`², as constants of the graph: `[side²,width/2]` each. */
export function rotaryTables(weights: Weights, side: number, width: number): RotaryAngles {
  const table = (name: 'cos' | 'sin') =>
    weights.derive({
      operation: `rotary ${name} of ${side} by ${width}`,
      names: [],
      dims: [side * side, width / 2],
      compute: () => axialRotaryTables(side, width)[name],
    });
  return { cos: table('cos'), sin: table('sin') };
}
