import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { convNormGelu, imageToTokens, linear } from './layers.ts';
import { randomPositionTable } from './position-encoding.ts';
import type { Weights } from './weights.ts';

const FREQUENCIES = 'pe_layer.positional_encoding_gaussian_matrix';
/** `prompt_encoder.py`: labels 0 negative, 1 positive, 2 and 3 box corners. */
const POINT_EMBEDDINGS = [0, 1, 2, 3].map((label) => `point_embeddings.${label}.weight`);
const NOT_A_POINT = 'not_a_point_embed.weight';
const PADDING_LABEL = -1;

/** Point prompts of one object. */
export interface PointInputs {
  /** `[P,2]` x and y in model pixels, 0..S. */
  readonly points: Value;
  /** `[P]` int32: −1 padding, 0, 1, 2 or 3. */
  readonly labels: Value;
  /** S */
  readonly imageSize: number;
}

/**
 * `prompt_encoder.py: PromptEncoder._embed_points` with its padding point: sparse embeddings
 * `[P+1, d]`.
 * @param weights of `sam_prompt_encoder`
 */
export function embedPoints(g: GraphBuilder, weights: Weights, inputs: PointInputs): Value {
  const { points, labels, imageSize } = inputs;
  const count = labels.dims[0] ?? 0;
  // (points + 0.5) / S · 2 − 1
  const centered = g.add(g.multiply(points, g.scalar(2 / imageSize)), g.scalar(1 / imageSize - 1));
  const position = encodePosition(g, weights, centered);
  const isPadding = g.equal(labels, g.constant(Int32Array.of(PADDING_LABEL)));
  const masked = g.where(g.reshape(isPadding, [count, 1]), g.scalar(0), position);
  const embedding = g.gather(embeddingTable(weights), labels);
  return g.concat([g.add(masked, embedding), weights.get(NOT_A_POINT)], 0);
}

/** `PromptEncoder.get_dense_pe` as tokens `[g²,d]`. */
export function densePositionEncoding(weights: Weights, gridSide: number): Value {
  const [, half = 0] = weights.shape(FREQUENCIES);
  return weights.derive({
    operation: `dense position encoding of ${gridSide}`,
    names: [FREQUENCIES],
    dims: [gridSide * gridSide, 2 * half],
    compute: (frequencies = new Float32Array()) => randomPositionTable(gridSide, frequencies),
  });
}

/**
 * `PromptEncoder._embed_masks`: dense embedding `[g²,d]` of a mask prompt.
 * @param mask logits `[1,1,S/4,S/4]`
 */
export function embedMask(g: GraphBuilder, weights: Weights, mask: Value): Value {
  const downscaling = weights.within('mask_downscaling');
  const geometry = { stride: 2, padding: 0 };
  let x = mask;
  for (const [conv, norm] of [
    ['0', '1'],
    ['3', '4'],
  ] as const) {
    const layer = { conv: downscaling.within(conv), norm: downscaling.within(norm) };
    x = convNormGelu(g, layer, x, geometry);
  }
  return linear(g, downscaling.within('6'), imageToTokens(g, x));
}

/** `PositionEmbeddingRandom._pe_encoding` of `[P,2]` in −1…1: `[P,d]`. */
function encodePosition(g: GraphBuilder, weights: Weights, centered: Value): Value {
  const turns = g.matMul(centered, weights.get(FREQUENCIES));
  // Whole turns are taken off, since GPUs compute sines well only near zero.
  const remainder = g.subtract(turns, g.floor(g.add(turns, g.scalar(0.5))));
  const phase = g.multiply(remainder, g.scalar(2 * Math.PI));
  return g.concat([g.sin(phase), g.cos(phase)], 1);
}

/** Rows for labels 0 to 3; the last one, which index −1 means, is for padding. */
function embeddingTable(weights: Weights): Value {
  const names = [...POINT_EMBEDDINGS, NOT_A_POINT];
  const [, width = 0] = weights.shape(NOT_A_POINT);
  return weights.derive({
    operation: 'rows',
    names,
    dims: [names.length, width],
    compute: (...rows) => concatenate(rows),
  });
}

/** One array after the other. */
export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    result.set(part, position);
    position += part.length;
  }
  return result;
}
