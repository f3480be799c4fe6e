import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { mlp } from './layers.ts';
import type { MaskPredictions } from './mask-decoder.ts';
import type { Weights } from './weights.ts';

/** `sam2_base.py: NO_OBJ_SCORE` */
const NO_OBJECT_SCORE = -1024;
/** `build_sam.py: dynamic_multimask_stability_delta`, logits */
const STABILITY_DELTA = 0.05;
/** `build_sam.py: dynamic_multimask_stability_thresh` */
const STABILITY_THRESHOLD = 0.98;

export interface SamOutputs {
  /** `[4,(S/4)²]`, −1024 where the object is not visible. */
  readonly allMaskLogits: Value;
  /** `[1,(S/4)²]`, the chosen one of them. */
  readonly maskLogits: Value;
  /** `[1]` */
  readonly iou: Value;
  /** `[1,d]`, `no_obj_ptr` where the object is not visible. */
  readonly objectPointer: Value;
}

/**
 * `sam2_base.py: _forward_sam_heads` after the decoder, with the decoder's own choice among its
 * masks (`_dynamic_multimask_via_stability`). Every decision is made in the graph.
 *
 * Best of masks 1 to 3 by IoU: asked for by `isMultimask`, or because mask 0 is not stable. The
 * pointer follows the chosen mask only when multimask was asked for.
 * @param isMultimask int32 `[1]`, 0 or 1
 */
export function samHeads(
  g: GraphBuilder,
  weights: Weights,
  predictions: MaskPredictions,
  isMultimask: Value,
): SamOutputs {
  const { masks, ious, maskTokens, objectScore } = predictions;
  const single = g.constant(Int32Array.of(0));
  const isAsked = g.greater(isMultimask, single);
  const best = bestMultimask(g, ious);
  const maskIndex = g.where(g.or(isAsked, isUnstable(g, masks)), best, single);
  const tokenIndex = g.where(isAsked, best, single);

  const isVisible = g.greater(objectScore, g.scalar(0));
  const allMaskLogits = g.where(isVisible, masks, g.scalar(NO_OBJECT_SCORE));
  const token = g.gather(maskTokens, tokenIndex);
  const pointer = mlp(g, weights.within('obj_ptr_proj'), token, { layers: 3, activation: 'relu' });
  return {
    allMaskLogits,
    maskLogits: g.gather(allMaskLogits, maskIndex),
    iou: g.gather(ious, maskIndex),
    objectPointer: g.where(isVisible, pointer, weights.get('no_obj_ptr')),
  };
}

/** int32 `[1]`: the one of masks 1 to 3 with the highest IoU. */
function bestMultimask(g: GraphBuilder, ious: Value): Value {
  const multimask = g.slice(ious, { axis: 0, start: 1 });
  const position = g.argMax(g.reshape(multimask, [1, multimask.dims[0] ?? 0]), 1);
  return g.add(position, g.constant(Int32Array.of(1)));
}

/** bool `[1]`: mask 0 changes too much with the threshold, `mask_decoder.py: _get_stability_scores`. */
function isUnstable(g: GraphBuilder, masks: Value): Value {
  const mask = g.slice(masks, { axis: 0, start: 0, end: 1 });
  const area = (threshold: number) =>
    g.reduceSum(g.cast(g.greater(mask, g.scalar(threshold)), 'float32'), 1);
  const [inner, outer] = [area(STABILITY_DELTA), area(-STABILITY_DELTA)];
  const isEmpty = g.greater(g.scalar(1), outer);
  const ratio = g.divide(inner, g.where(isEmpty, g.scalar(1), outer));
  const stability = g.where(isEmpty, g.scalar(1), ratio);
  return g.greater(g.scalar(STABILITY_THRESHOLD), stability);
}
