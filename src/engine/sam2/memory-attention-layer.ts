import type { Value } from '../graph/graph.ts';
import type { GraphBuilder, NormedSum, RotaryAngles } from '../graph/graph-builder.ts';
import { scaledDotProductAttention } from './attention.ts';
import { foldLinear } from './folding.ts';
import { layerNorm, linear, normedSum, type PendingSum } from './layers.ts';
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
  /** `[B,g²,d]`, with rotary positions and divided by √d. */
  readonly queries: Value;
}

/** The features with their positions, which go into the first layer. */
export function positionedInput(weights: Weights, current: Value): PendingSum {
  const [tokens, width] = [Number(current.dims[0]), Number(current.dims[1])];
  const side = Math.sqrt(tokens);
  const position = weights.derive({
    operation: `sine position ${INPUT_POSITION_FACTOR} of ${side} by ${width}`,
    names: [],
    dims: [tokens, width],
    compute: () => sinePositionTable(side, width, INPUT_POSITION_FACTOR),
  });
  return { x: current, added: position };
}

/**
 * `memory_attention.py: MemoryAttentionLayer` as far as the frame alone goes.
 * @param weights of the layer
 * @param input each object's frame apart
 */
export function attendToFrame(
  g: GraphBuilder,
  weights: Weights,
  input: PendingSum,
  rotary: RotaryAngles,
): BankQuestion {
  const { sum, normed } = normedSum(g, weights.within('norm1'), input);
  const self = g.scope('self_attn', () =>
    selfAttention(g, weights.within('self_attn'), normed, rotary),
  );
  const asking = addedToFrame(g, weights.within('norm2'), { x: sum, added: self }, rotary);
  const queries = g.scope(CROSS_ATTENTION, () =>
    rotate(g, weights.within(CROSS_ATTENTION), {
      projection: 'q_proj',
      x: asking.normed,
      rotary,
      isScaled: true,
    }),
  );
  return { x: asking.sum, queries };
}

/** What the frame makes of itself, added to it, and the norm of that. */
function addedToFrame(
  g: GraphBuilder,
  weights: Weights,
  { x, added }: PendingSum,
  rotary: RotaryAngles,
): NormedSum {
  if (x.dims[0] !== rotary.cos.dims[0]) return normedSum(g, weights, { x, added });
  // One object's is a product of two matrices, which ONNX Runtime makes take up the sum.
  const sum = g.add(x, added);
  return { sum, normed: layerNorm(g, weights, sum) };
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
): PendingSum {
  const answer = g.scope(CROSS_ATTENTION, () => {
    const module = weights.within(CROSS_ATTENTION);
    const { weight, bias } = foldLinear(module, { outer: 'out_proj', inner: 'v_proj' });
    return g.gemm(attended, weight, { bias, transposeB: true });
  });
  const { sum, normed } = normedSum(g, weights.within('norm3'), { x: answer, added: x });
  const hidden = g.relu(linear(g, weights.within('linear1'), normed));
  return { x: sum, added: linear(g, weights.within('linear2'), hidden) };
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
  const [objects] = queries.dims;
  // Of two matrices the product needs no transpose.
  const dims = objects === 1 ? x.dims : queries.dims;
  const attended = scaledDotProductAttention(g, {
    queries: g.reshape(queries, dims),
    keys: g.reshape(keys, dims),
    values: g.reshape(values, dims),
  });
  return g.reshape(attended, x.dims);
}
