import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { mlp, repeatRows } from './layers.ts';
import {
  DECODER_HEAD,
  FIRST_MASK_ROW,
  hyperIn,
  IOU_ROW,
  outputTokens,
  SCORE_ROW,
  upscale,
} from './mask-decoder.ts';
import { densePositionEncoding } from './prompt-encoder.ts';
import { bestMultimask, NO_OBJECT_SCORE } from './sam-heads.ts';
import { NUM_MASK_TOKENS } from './state-dict.ts';
import { twoWayTransformer } from './two-way-transformer.ts';
import type { Weights } from './weights.ts';

/** A frame on which B objects are looked for. */
export interface ObjectDecoderInputs {
  /** `[B·g²,d]`, the frame with each object's memory, one object after another. */
  readonly conditioned: Value;
  /** `[(S/4)²,d/8]`, the same for all objects, as is `stride8`. */
  readonly stride4: Value;
  /** `[(S/8)²,d/4]` */
  readonly stride8: Value;
}

/** What tracking takes from the decoder for each object. */
export interface DecodedObjects {
  /** `[B,(S/4)²]`, −1024 where the object is not visible. */
  readonly maskLogits: Value;
  /** `[B,1]`, 0..1 */
  readonly iou: Value;
  /** `[B,d]`, `no_obj_ptr` where the object is not visible. */
  readonly objectPointer: Value;
  /** `[B,1]` logit, > 0 where the object is visible. */
  readonly objectScore: Value;
}

/**
 * `sam2_base.py: _forward_sam_heads` with `mask_decoder.py: MaskDecoder.predict_masks` for objects
 * that nothing was said of on this frame, which is what tracking asks: the prompt is constant, and
 * of masks 1 to 3 the best by IoU is output. It is chosen before its logits are computed, so the
 * others' never are.
 */
export function decodeObjects(
  g: GraphBuilder,
  weights: Weights,
  inputs: ObjectDecoderInputs,
): DecodedObjects {
  const decoder = weights.within('sam_mask_decoder');
  const { queries, keys, objects } = attendBothWays(g, weights, inputs);
  const embedding = upscale(g, decoder, keys, inputs);
  const { score, iou, masks } = outputRows(g, queries);
  const ious = g.sigmoid(mlp(g, decoder.within('iou_prediction_head'), iou, DECODER_HEAD));
  const objectScore = mlp(g, decoder.within('pred_obj_score_head'), score, DECODER_HEAD);
  const chosen = chosenRows(g, ious);
  const choose = (rows: Value) => {
    const channels = rows.dims.at(-1) ?? 0;
    return g.gather(g.reshape(rows, [objects * NUM_MASK_TOKENS, channels]), chosen);
  };
  const kernels = choose(hyperIn(g, decoder, masks));
  const [, channels = 0] = embedding.dims;
  const pixels = Number(embedding.dims[0]) / objects;
  const logits = g.matMul(
    g.reshape(embedding, [objects, pixels, channels]),
    g.reshape(kernels, [objects, channels, 1]),
  );
  const isVisible = g.greater(objectScore, g.scalar(0));
  const pointer = mlp(g, weights.within('obj_ptr_proj'), choose(masks), DECODER_HEAD);
  return {
    maskLogits: g.where(isVisible, g.reshape(logits, [objects, pixels]), g.scalar(NO_OBJECT_SCORE)),
    iou: choose(g.reshape(ious, [objects, NUM_MASK_TOKENS, 1])),
    objectPointer: g.where(isVisible, pointer, weights.get('no_obj_ptr')),
    objectScore,
  };
}

/** Without a prompt: two points that are none, and no mask. `[B,T,d]` queries, `[B·g²,d]` keys. */
function attendBothWays(
  g: GraphBuilder,
  weights: Weights,
  { conditioned, stride8 }: ObjectDecoderInputs,
) {
  const decoder = weights.within('sam_mask_decoder');
  const prompts = weights.within('sam_prompt_encoder');
  const [rows = 0, width = 0] = conditioned.dims;
  const grid = Number(stride8.dims[0]) / 4;
  const objects = Number(rows) / grid;
  // The point that stands for none, and the one that is always put behind points.
  const noPoints = repeatRows(g, prompts.get('not_a_point_embed.weight'), 2);
  const tokens = g.concat([outputTokens(decoder), noPoints], 0);
  const { queries, keys } = g.scope('transformer', () =>
    twoWayTransformer(g, decoder.within('transformer'), {
      tokens,
      image: g.add(conditioned, prompts.get('no_mask_embed.weight')),
      imagePosition: densePositionEncoding(prompts, Math.sqrt(grid)),
      objects,
    }),
  );
  return { queries: g.reshape(queries, [objects, tokens.dims[0] ?? 0, width]), keys, objects };
}

/** The rows of the output tokens: `[B,d]`, `[B,d]` and `[B,4,d]`. */
function outputRows(g: GraphBuilder, queries: Value) {
  const [objects = 0, , width = 0] = queries.dims;
  const rows = (start: number, count: number) =>
    g.slice(queries, { axis: 1, start, end: start + count });
  return {
    score: g.reshape(rows(SCORE_ROW, 1), [objects, width]),
    iou: g.reshape(rows(IOU_ROW, 1), [objects, width]),
    masks: rows(FIRST_MASK_ROW, NUM_MASK_TOKENS),
  };
}

/** int32 `[B]`: for each object the row of its best mask among all objects' four. */
function chosenRows(g: GraphBuilder, ious: Value): Value {
  const objects = Number(ious.dims[0]);
  const best = g.reshape(bestMultimask(g, ious), [objects]);
  if (objects === 1) return best;
  const first = Int32Array.from({ length: objects }, (_, object) => object * NUM_MASK_TOKENS);
  return g.add(best, g.constant(first));
}
