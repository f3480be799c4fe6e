import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { concatenate } from './prompt-encoder.ts';
import { NUM_MASK_TOKENS } from './state-dict.ts';
import type { Weights } from './weights.ts';

/** Output tokens are that of the object score, that of the IoUs, and those of the masks. */
const IOU_ROW = 1;
/** Row of mask 0's token. */
export const FIRST_MASK_ROW = 2;
/** Output tokens of an object. */
export const OUTPUT_TOKENS = FIRST_MASK_ROW + NUM_MASK_TOKENS;
/** Their weights, of `sam_mask_decoder`, in the order of their rows. */
export const OUTPUT_TOKEN_WEIGHTS = [
  'obj_score_token.weight',
  'iou_token.weight',
  'mask_tokens.weight',
];
/** The heads of those rows, all of three layers with ReLU between. */
const HEADS = [
  'pred_obj_score_head',
  'iou_prediction_head',
  ...Array.from({ length: NUM_MASK_TOKENS }, (_, i) => `output_hypernetworks_mlps.${i}`),
];
const LAYERS = 3;

/** What the heads make of B objects' output tokens. */
export interface TokenPredictions {
  /** `[B,1]` logit, > 0 where the object is visible. */
  readonly objectScore: Value;
  /** `[B,4]` predicted IoU of each mask, 0..1. */
  readonly ious: Value;
  /** `[B·6,d/8]`: a mask's kernel in the row that its token has among the object's six. */
  readonly kernels: Value;
}

/**
 * The heads of `sam/mask_decoder.py: MaskDecoder.predict_masks`, each on its own token, as one product a
 * layer: narrower heads are filled up with zeros, which changes no number.
 * @param weights of `sam_mask_decoder`
 * @param tokens `[B,6,d]`
 */
export function tokenHeads(g: GraphBuilder, weights: Weights, tokens: Value): TokenPredictions {
  const [objects = 0, rows = 0, width = 0] = tokens.dims;
  const made = g.scope('heads', () => {
    let x = g.reshape(tokens, [objects, rows, 1, width]);
    for (let layer = 0; layer < LAYERS; layer++) {
      const { weight, bias } = stackedLayer(weights, layer);
      x = g.add(g.matMul(x, weight), bias);
      if (layer < LAYERS - 1) x = g.relu(x);
    }
    return x;
  });
  const channels = Number(made.dims.at(-1));
  const flat = g.reshape(made, [objects, OUTPUT_TOKENS * channels]);
  const iou = IOU_ROW * channels;
  return {
    objectScore: g.slice(flat, { axis: 1, start: 0, end: 1 }),
    ious: g.sigmoid(g.slice(flat, { axis: 1, start: iou, end: iou + NUM_MASK_TOKENS })),
    kernels: g.reshape(made, [Number(objects) * OUTPUT_TOKENS, channels]),
  };
}

/** One layer of all heads: weight `[6,in,out]`, bias `[6,1,out]`, as wide as the widest head. */
function stackedLayer(weights: Weights, layer: number): { weight: Value; bias: Value } {
  const modules = HEADS.map((head) => `${head}.layers.${layer}`);
  const shapes = modules.map((module) => weights.shape(`${module}.weight`));
  const out = Math.max(...shapes.map(([rows = 0]) => rows));
  const input = Math.max(...shapes.map(([, columns = 0]) => columns));
  return {
    weight: weights.derive({
      operation: 'transposed and stacked',
      names: modules.map((module) => `${module}.weight`),
      dims: [HEADS.length, input, out],
      compute: (...parts) =>
        concatenate(parts.map((part, i) => transposedInto(part, { shape: shapes[i], input, out }))),
    }),
    bias: weights.derive({
      operation: 'stacked',
      names: modules.map((module) => `${module}.bias`),
      dims: [HEADS.length, 1, out],
      compute: (...parts) =>
        concatenate(
          parts.map((part) => {
            const row = new Float32Array(out);
            row.set(part);
            return row;
          }),
        ),
    }),
  };
}

/** A weight `[rows,columns]` in the upper left of `[input,out]`, transposed, zeros elsewhere. */
function transposedInto(
  data: Float32Array,
  {
    shape: [rows = 0, columns = 0] = [],
    input,
    out,
  }: {
    readonly shape: readonly number[] | undefined;
    readonly input: number;
    readonly out: number;
  },
): Float32Array {
  const result = new Float32Array(input * out);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * out + row] = data[row * columns + column] ?? 0;
    }
  }
  return result;
}
