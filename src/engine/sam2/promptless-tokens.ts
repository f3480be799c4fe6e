import type { Value } from '../graph/graph.ts';
import { multiplyMatrices } from './folding.ts';
import { LAYER_NORM_EPSILON } from './layers.ts';
import { concatenate } from './prompt-encoder.ts';
import { OUTPUT_TOKEN_WEIGHTS } from './token-heads.ts';
import { HEADS } from './two-way-transformer.ts';
import type { Weights } from './weights.ts';

/** The point that stands for none, and the one that is always put behind points. */
const NO_POINT = 'sam_prompt_encoder.not_a_point_embed.weight';
const TOKENS = [
  ...OUTPUT_TOKEN_WEIGHTS.map((name) => `sam_mask_decoder.${name}`),
  NO_POINT,
  NO_POINT,
];
const BLOCK = 'sam_mask_decoder.transformer.layers.0';
const PROJECTIONS = ['q_proj', 'k_proj', 'v_proj', 'out_proj'].flatMap((projection) => [
  `${BLOCK}.self_attn.${projection}.weight`,
  `${BLOCK}.self_attn.${projection}.bias`,
]);
const NORM = [`${BLOCK}.norm1.weight`, `${BLOCK}.norm1.bias`];

/** What the mask decoder starts from where nothing was said of the object on the frame: constant. */
export interface PromptlessTokens {
  /** `[8,d]`: output tokens and two points that are none. */
  readonly tokens: Value;
  /** `[8,d]`: what they make of each other in the first block, `TwoWayInputs.constantQueries`. */
  readonly constantQueries: Value;
}

/**
 * Computed when the weights are laid out. ONNX Runtime computes no attention when it loads a graph.
 * @param weights of the whole model
 */
export function promptlessTokens(weights: Weights): PromptlessTokens {
  const width = weights.shape(NO_POINT).at(-1) ?? 0;
  const rows = TOKENS.reduce((sum, name) => sum + (weights.shape(name)[0] ?? 0), 0);
  const dims = [rows, width];
  return {
    tokens: weights.derive({
      operation: 'rows',
      names: TOKENS,
      dims,
      compute: (...parts) => concatenate(parts),
    }),
    constantQueries: weights.derive({
      operation: 'attention among rows',
      names: [...TOKENS, ...PROJECTIONS, ...NORM],
      dims,
      compute: (...parts) => attendToEachOther(parts, width),
    }),
  };
}

/** The first block's `self_attn` and `norm1`, of tensors in the order of their names. */
function attendToEachOther(parts: readonly Float32Array[], width: number): Float32Array {
  const tokens = concatenate(parts.slice(0, TOKENS.length));
  const weights = parts.slice(TOKENS.length);
  const project = (x: Float32Array, index: number) =>
    projected(x, weights[2 * index], weights[2 * index + 1]);
  const [queries, keys, values] = [0, 1, 2].map((index) => project(tokens, index));
  const attended = attend({ queries, keys, values }, width);
  return normed(project(attended, 3), { scale: weights[8], bias: weights[9] });
}

/** `x·Wᵀ + b` of rows. */
function projected(
  x: Float32Array,
  weight: Float32Array = new Float32Array(),
  bias: Float32Array = new Float32Array(),
): Float32Array {
  const depth = weight.length / bias.length;
  const transposed = weight.map(
    (_, i) => weight[(i % bias.length) * depth + Math.floor(i / bias.length)] ?? 0,
  );
  const product = multiplyMatrices(x, transposed, { rows: x.length / depth, depth });
  return product.map((sum, i) => sum + (bias[i % bias.length] ?? 0));
}

/** `softmax(q·k/√c)·v` of each head of rows of `width`. */
function attend(
  {
    queries = new Float32Array(),
    keys = new Float32Array(),
    values = new Float32Array(),
  }: Readonly<Record<'queries' | 'keys' | 'values', Float32Array | undefined>>,
  width: number,
): Float32Array {
  const [rows, channels] = [queries.length / width, width / HEADS];
  return queries.map((_, place) => {
    const [query, channel] = [Math.floor(place / width), place % width];
    const head = channel - (channel % channels);
    let [weightSum, sum] = [0, 0];
    for (let key = 0; key < rows; key++) {
      let score = 0;
      for (let i = head; i < head + channels; i++) {
        score += (queries[query * width + i] ?? 0) * (keys[key * width + i] ?? 0);
      }
      const weight = Math.exp(score / Math.sqrt(channels));
      weightSum += weight;
      sum += weight * (values[key * width + channel] ?? 0);
    }
    return sum / weightSum;
  });
}

/** LayerNorm of rows. */
function normed(
  x: Float32Array,
  {
    scale = new Float32Array(),
    bias = new Float32Array(),
  }: Readonly<Record<'scale' | 'bias', Float32Array | undefined>>,
): Float32Array {
  const width = scale.length;
  const result = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    const row = x.subarray(start, start + width);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const deviation = Math.sqrt(variance + LAYER_NORM_EPSILON);
    for (const [i, value] of row.entries()) {
      result[start + i] = ((value - mean) / deviation) * (scale[i] ?? 0) + (bias[i] ?? 0);
    }
  }
  return result;
}
