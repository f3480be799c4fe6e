import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { addToEach, HIERA_NORM_EPSILON, layerNorm, mlp } from './layers.ts';
import { concatenate } from './prompt-encoder.ts';
import { NUM_MASK_TOKENS } from './state-dict.ts';
import { twoWayTransformer } from './two-way-transformer.ts';
import type { Weights } from './weights.ts';

/** Rows of the output tokens: object score, IoU, then the masks. */
export const [SCORE_ROW, IOU_ROW, FIRST_MASK_ROW] = [0, 1, 2];
/** Of `iou_prediction_head` and `pred_obj_score_head`. */
export const DECODER_HEAD = { layers: 3, activation: 'relu' } as const;
const OUTPUT_TOKENS = ['obj_score_token.weight', 'iou_token.weight', 'mask_tokens.weight'];
const HYPERNETWORK_LAYERS = 3;

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
  const row = (index: number) => g.slice(queries, { axis: 0, start: index, end: index + 1 });
  const maskTokens = g.slice(queries, {
    axis: 0,
    start: FIRST_MASK_ROW,
    end: FIRST_MASK_ROW + NUM_MASK_TOKENS,
  });
  const embedding = upscale(g, weights, keys, inputs);
  const hypernetworks = hyperIn(g, weights, maskTokens);
  const ious = mlp(g, weights.within('iou_prediction_head'), row(IOU_ROW), DECODER_HEAD);
  return {
    masks: g.gemm(hypernetworks, embedding, { transposeB: true }),
    ious: g.sigmoid(g.reshape(ious, [NUM_MASK_TOKENS])),
    maskTokens,
    objectScore: mlp(g, weights.within('pred_obj_score_head'), row(SCORE_ROW), DECODER_HEAD),
  };
}

/** `[6,d]`: score, IoU and mask tokens as one table. */
export function outputTokens(weights: Weights): Value {
  const [, width = 0] = weights.shape('mask_tokens.weight');
  return weights.derive({
    operation: 'rows',
    names: OUTPUT_TOKENS,
    dims: [FIRST_MASK_ROW + NUM_MASK_TOKENS, width],
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
    const doubled = addToEach(g, doubleResolution(g, module.within('0'), keys, side), stride8);
    const activated = g.gelu(layerNorm(g, module.within('1'), doubled, HIERA_NORM_EPSILON));
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

/** `output_hypernetworks_mlps`, the four of them side by side: `[…,4,d]` to `[…,4,d/8]`. */
export function hyperIn(g: GraphBuilder, weights: Weights, maskTokens: Value): Value {
  const outer = maskTokens.dims.slice(0, -1);
  return g.scope('hypernetworks', () => {
    let x = g.reshape(maskTokens, [...outer, 1, maskTokens.dims.at(-1) ?? 0]);
    for (let layer = 0; layer < HYPERNETWORK_LAYERS; layer++) {
      const { weight, bias } = stackedLayer(weights, layer);
      x = g.add(g.matMul(x, weight), bias);
      if (layer < HYPERNETWORK_LAYERS - 1) x = g.relu(x);
    }
    return g.reshape(x, [...outer, x.dims.at(-1) ?? 0]);
  });
}

/** One layer of all hypernetworks: weight `[4,in,out]`, bias `[4,1,out]`. */
function stackedLayer(weights: Weights, layer: number): { weight: Value; bias: Value } {
  const modules = Array.from(
    { length: NUM_MASK_TOKENS },
    (_, i) => `output_hypernetworks_mlps.${i}.layers.${layer}`,
  );
  const [out = 0, input = 0] = weights.shape(`${modules[0]}.weight`);
  return {
    weight: weights.derive({
      operation: 'transposed and stacked',
      names: modules.map((module) => `${module}.weight`),
      dims: [NUM_MASK_TOKENS, input, out],
      compute: (...parts) =>
        concatenate(
          parts.map((part) =>
            part.map((_, i) => part[(i % out) * input + Math.floor(i / out)] ?? 0),
          ),
        ),
    }),
    bias: weights.derive({
      operation: 'stacked',
      names: modules.map((module) => `${module}.bias`),
      dims: [NUM_MASK_TOKENS, 1, out],
      compute: (...parts) => concatenate(parts),
    }),
  };
}
