import type { Value } from '../graph/graph.ts';
import type { GraphBuilder, RotaryAngles } from '../graph/graph-builder.ts';
import { scaledDotProductAttention } from './attention.ts';
import { foldLinear } from './folding.ts';
import { addToEach, layerNorm, linear } from './layers.ts';
import { sinePositionTable } from './position-encoding.ts';
import { rotate } from './rotary.ts';
import type { Weights } from './weights.ts';

/** How much of the position encoding is added to the input, `memory_attention.py: MemoryAttention`. */
const INPUT_POSITION_FACTOR = 0.1;
/** Module, and scope, of the attention to the bank. */
export const CROSS_ATTENTION = 'cross_attn_image';

/** What a layer has when it turns to the bank. */
export interface BankQuestion {
  /** `[B·g²,d]`, what the attention is added to; B objects one after another. */
  readonly x: Value;
  /** `[B·g²,d]`, with rotary positions and divided by √d. */
  readonly queries: Value;
}

/** The features with their positions, which go into the first layer. */
export function positionedInput(g: GraphBuilder, weights: Weights, current: Value): Value {
  const [tokens, width] = [Number(current.dims[0]), Number(current.dims[1])];
  const side = Math.sqrt(tokens);
  const position = weights.derive({
    operation: `sine position ${INPUT_POSITION_FACTOR} of ${side} by ${width}`,
    names: [],
    dims: [tokens, width],
    compute: () => sinePositionTable(side, width, INPUT_POSITION_FACTOR),
  });
  return g.add(current, position);
}

/**
 * `memory_attention.py: MemoryAttentionLayer` as far as the frame alone goes.
 * @param weights of the layer
 * @param input `[B·g²,d]`, each object's frame apart
 */
export function attendToFrame(
  g: GraphBuilder,
  weights: Weights,
  input: Value,
  rotary: RotaryAngles,
): BankQuestion {
  const normed = layerNorm(g, weights.within('norm1'), input);
  const self = g.scope('self_attn', () =>
    selfAttention(g, weights.within('self_attn'), normed, rotary),
  );
  const x = g.add(input, self);
  return { x, queries: g.scope(CROSS_ATTENTION, () => bankQueries(g, weights, x, rotary)) };
}

/**
 * The layer's end: what the bank answered, projected, and the feed-forward network.
 * @param weights of the layer
 * @param x `[B·g²,d]`, or `[g²,d]` for all B objects
 * @param attended `[B·g²,64]`. The values are linear in the 64-wide memory, so attention is applied
 * to the memory itself and value and output projection follow as one: the largest product of the
 * model runs at a quarter of the width.
 */
export function takeUpAnswer(
  g: GraphBuilder,
  weights: Weights,
  { x, attended }: { readonly x: Value; readonly attended: Value },
): Value {
  const answer = g.scope(CROSS_ATTENTION, () => {
    const module = weights.within(CROSS_ATTENTION);
    const { weight, bias } = foldLinear(module, { outer: 'out_proj', inner: 'v_proj' });
    return g.gemm(attended, weight, { bias, transposeB: true });
  });
  const sum = addToEach(g, answer, x);
  const normed = layerNorm(g, weights.within('norm3'), sum);
  const hidden = g.relu(linear(g, weights.within('linear1'), normed));
  return g.add(sum, linear(g, weights.within('linear2'), hidden));
}

/**
 * `transformer.py: RoPEAttention` of the frame to itself. With one head, and rows of attention that
 * sum to 1, the output projection goes into the values: `A·(x·Wvᵀ + bv)·Woᵀ + bo =
 * A·(x·(Wo·Wv)ᵀ + Wo·bv + bo)`.
 */
function selfAttention(g: GraphBuilder, weights: Weights, x: Value, rotary: RotaryAngles): Value {
  const { weight, bias } = foldLinear(weights, { outer: 'out_proj', inner: 'v_proj' });
  const queries = rotate(g, weights, { projection: 'q_proj', x, rotary, isScaled: true });
  const keys = rotate(g, weights, { projection: 'k_proj', x, rotary, isScaled: false });
  const values = g.gemm(x, weight, { bias, transposeB: true });
  const [rows = 0, width = 0] = x.dims;
  const [tokens = 0] = rotary.cos.dims;
  if (rows === tokens) return scaledDotProductAttention(g, { queries, keys, values });
  const apart = (all: Value) => g.reshape(all, [Number(rows) / Number(tokens), tokens, width]);
  const attended = scaledDotProductAttention(g, {
    queries: apart(queries),
    keys: apart(keys),
    values: apart(values),
  });
  return g.reshape(attended, [rows, width]);
}

function bankQueries(g: GraphBuilder, weights: Weights, x: Value, rotary: RotaryAngles): Value {
  const normed = layerNorm(g, weights.within('norm2'), x);
  const module = weights.within(CROSS_ATTENTION);
  return rotate(g, module, { projection: 'q_proj', x: normed, rotary, isScaled: true });
}
