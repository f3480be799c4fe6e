import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { addToEach, HIERA_NORM_EPSILON, normedSum } from './layers.ts';
import { concatenate } from './prompt-encoder.ts';
import { NUM_MASK_TOKENS } from './state-dict.ts';
import { FIRST_MASK_ROW, OUTPUT_TOKEN_WEIGHTS, OUTPUT_TOKENS, tokenHeads } from './token-heads.ts';
import { twoWayTransformer } from './two-way-transformer.ts';
import type { Weights } from './weights.ts';

/** What the decoder sees, without batch. */
export interface MaskDecoderInputs {
  /** `[g²,d]` features with memory or with `no_mem_embed`. */
  readonly image: Value;
  /** `[g²,d]` */
  readonly imagePosition: Value;
  /** `[P+1,d]` embeddings of the points. */
  readonly sparsePrompt: Value;
  /** `[g²,d]` embedding of the mask prompt or of its absence. */
  readonly densePrompt: Value;
  /** `[(S/4)²,d/8]` */
  readonly stride4: Value;
  /** `[(S/8)²,d/4]` */
  readonly stride8: Value;
}

/** What the decoder predicts for all four mask tokens; the first is for unambiguous prompts. */
export interface MaskPredictions {
  /** `[4,(S/4)²]` logits, row by row. */
  readonly masks: Value;
  /** `[4]` predicted IoU, 0..1. */
  readonly ious: Value;
  /** `[4,d]` */
  readonly maskTokens: Value;
  /** `[1,1]` logit, > 0 where the object is visible. */
  readonly objectScore: Value;
}

/**
 * `sam/mask_decoder.py: MaskDecoder.predict_masks`.
 * @param weights of `sam_mask_decoder`
 */
export function predictMasks(
  g: GraphBuilder,
  weights: Weights,
  inputs: MaskDecoderInputs,
): MaskPredictions {
  const { image, imagePosition, sparsePrompt, densePrompt } = inputs;
  const tokens = g.concat([outputTokens(weights), sparsePrompt], 0);
  const { queries, keys } = g.scope('transformer', () =>
    twoWayTransformer(g, weights.within('transformer'), {
      tokens,
      image: g.add(image, densePrompt),
      imagePosition,
    }),
  );
  const outputs = g.slice(queries, { axis: 0, start: 0, end: OUTPUT_TOKENS });
  const ofMasks = (rows: Value) => g.slice(rows, { axis: 0, start: FIRST_MASK_ROW });
  const embedding = upscale(g, weights, keys, inputs);
  const heads = tokenHeads(g, weights, g.reshape(outputs, [1, ...outputs.dims]));
  return {
    masks: g.gemm(ofMasks(heads.kernels), embedding, { transposeB: true }),
    ious: g.reshape(heads.ious, [NUM_MASK_TOKENS]),
    maskTokens: ofMasks(outputs),
    objectScore: heads.objectScore,
  };
}

/** `[6,d]`: score, IoU and mask tokens as one table. */
function outputTokens(weights: Weights): Value {
  const [, width = 0] = weights.shape('mask_tokens.weight');
  return weights.derive({
    operation: 'rows',
    names: OUTPUT_TOKEN_WEIGHTS,
    dims: [OUTPUT_TOKENS, width],
    compute: (...rows) => concatenate(rows),
  });
}

/**
 * `output_upscaling` with the high-resolution features, which are those of all B objects, added in:
 * `[B·g²,d]` to `[B·(S/4)²,d/8]`.
 */
export function upscale(
  g: GraphBuilder,
  weights: Weights,
  keys: Value,
  { stride4, stride8 }: Pick<MaskDecoderInputs, 'stride4' | 'stride8'>,
): Value {
  const module = weights.within('output_upscaling');
  const side = Math.sqrt(Number(stride8.dims[0])) / 2;
  return g.scope('upscaling', () => {
    const doubled = { x: doubleResolution(g, module.within('0'), keys, side), added: stride8 };
    const { normed } = normedSum(g, module.within('1'), doubled, HIERA_NORM_EPSILON);
    const activated = g.gelu(normed);
    const quadrupled = doubleResolution(g, module.within('3'), activated, 2 * side);
    return g.gelu(addToEach(g, quadrupled, stride4));
  });
}

/**
 * `ConvTranspose2d` of 2×2 by stride 2 on tokens of square grids: its windows do not overlap, so
 * it is a product that makes four tokens of each, and a move of those to their places.
 * @param side of a grid
 */
function doubleResolution(g: GraphBuilder, weights: Weights, tokens: Value, side: number): Value {
  const [input = 0, out = 0] = weights.shape('weight');
  const rows = Number(tokens.dims[0]);
  const weight = weights.derive({
    operation: 'by position in the kernel',
    names: ['weight'],
    dims: [input, 4 * out],
    // [input, out, position] to [input, position, out]
    compute: (data = new Float32Array()) =>
      data.map((_, i) => {
        const [row, position, channel] = [
          Math.floor(i / out / 4),
          Math.floor(i / out) % 4,
          i % out,
        ];
        return data[(row * out + channel) * 4 + position] ?? 0;
      }),
  });
  const bias = weights.derive({
    operation: 'four times',
    names: ['bias'],
    dims: [4 * out],
    compute: (data = new Float32Array()) => concatenate([data, data, data, data]),
  });
  const quadruple = g.gemm(tokens, weight, { bias });
  const cells = g.reshape(quadruple, [rows / side, side, 2, 2 * out]);
  return g.reshape(g.transpose(cells, [0, 2, 1, 3]), [4 * rows, out]);
}
