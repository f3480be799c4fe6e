import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { mlp } from './layers.ts';
import type { MaskPredictions } from './mask-decoder.ts';
import { NUM_MASK_TOKENS } from './state-dict.ts';
import type { Weights } from './weights.ts';

/** `sam2_base.py: NO_OBJ_SCORE` */
export const NO_OBJECT_SCORE = -1024;
/** `build_sam.py: dynamic_multimask_stability_delta`, logits */
const STABILITY_DELTA = 0.05;
/** `build_sam.py: dynamic_multimask_stability_thresh` */
const STABILITY_THRESHOLD = 0.98;

/** `sam2_base.py: obj_ptr_proj` */
export const POINTER_PROJECTION = { layers: 3, activation: 'relu' } as const;

/** What tracking takes from the decoder. */
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

/** How the decoder chooses among its masks. */
export interface MaskChoiceInputs {
  /** int32 `[1]`, 0 or 1 */
  readonly isMultimask: Value;
  /** int32 `[1]`: which of masks 1 to 3 multimask takes, 0 for the best. */
  readonly multimaskIndex: Value;
}

/** `sam2_base.py: _forward_sam_heads` after the decoder. Every decision is made in the graph. */
export function samHeads(
  g: GraphBuilder,
  weights: Weights,
  {
    predictions,
    choice,
  }: { readonly predictions: MaskPredictions; readonly choice: MaskChoiceInputs },
): SamOutputs {
  const { masks, ious, maskTokens, objectScore } = predictions;
  const { maskIndex, tokenIndex } = chooseMask(g, { masks, ious, ...choice });
  const isVisible = g.greater(objectScore, g.scalar(0));
  const allMaskLogits = g.where(isVisible, masks, g.scalar(NO_OBJECT_SCORE));
  const token = g.gather(maskTokens, tokenIndex);
  const pointer = mlp(g, weights.within('obj_ptr_proj'), token, POINTER_PROJECTION);
  return {
    allMaskLogits,
    maskLogits: g.gather(allMaskLogits, maskIndex),
    iou: g.gather(ious, maskIndex),
    objectPointer: g.where(isVisible, pointer, weights.get('no_obj_ptr')),
  };
}

interface MaskChoice {
  /** int32 `[1]` */
  readonly maskIndex: Value;
  /** int32 `[1]`: the mask token that becomes the pointer. */
  readonly tokenIndex: Value;
}

/**
 * The decoder's choice among its masks, `mask_decoder.py: MaskDecoder.forward`: the best of masks 1
 * to 3 by IoU where multimask is asked for or mask 0 is not stable
 * (`_dynamic_multimask_via_stability`), mask 0 otherwise. The pointer follows the mask only where
 * multimask is asked for (`use_multimask_token_for_obj_ptr`). A user may know better which of the
 * three is meant: `multimaskIndex` then takes the place of the best.
 */
export function chooseMask(
  g: GraphBuilder,
  inputs: Pick<MaskPredictions, 'masks' | 'ious'> & MaskChoiceInputs,
): MaskChoice {
  const single = g.constant(Int32Array.of(0));
  const { multimaskIndex } = inputs;
  const isChosen = g.greater(multimaskIndex, single);
  const best = g.where(isChosen, multimaskIndex, bestMultimask(g, inputs.ious).index);
  const tokenIndex = g.where(g.greater(inputs.isMultimask, single), best, single);
  return { maskIndex: g.where(isUnstable(g, inputs.masks), best, tokenIndex), tokenIndex };
}

/** The one of masks 1 to 3 with the highest IoU, the first of equals. */
export interface BestMultimask {
  /** int32, its number, or what the caller has for it. */
  readonly index: Value;
  /** 0..1 */
  readonly iou: Value;
}

/**
 * By comparisons, since ArgMax gives int64, which ONNX Runtime takes off the GPU.
 * @param ious `[4]`, or `[B,4]` for results of `[B,1]`
 * @param index what stands for a mask, of the extents of the results; its number unless given
 */
export function bestMultimask(
  g: GraphBuilder,
  ious: Value,
  index = (mask: number) => g.constant(Int32Array.of(mask)),
): BestMultimask {
  const iou = (mask: number) => g.slice(ious, { axis: -1, start: mask, end: mask + 1 });
  let best = { index: index(1), iou: iou(1) };
  for (let mask = 2; mask < NUM_MASK_TOKENS; mask++) {
    const isBetter = g.greater(iou(mask), best.iou);
    best = {
      index: g.where(isBetter, index(mask), best.index),
      iou: g.where(isBetter, iou(mask), best.iou),
    };
  }
  return best;
}

/** bool `[1]`: mask 0 changes too much with the threshold, `mask_decoder.py: _get_stability_scores`. */
function isUnstable(g: GraphBuilder, masks: Value): Value {
  const mask = g.slice(masks, { axis: 0, start: 0, end: 1 });
  const area = (threshold: number) =>
    g.reduceSum(g.cast(g.greater(mask, g.scalar(threshold)), 'float32'), [1]);
  const [inner, outer] = [area(STABILITY_DELTA), area(-STABILITY_DELTA)];
  const isEmpty = g.greater(g.scalar(1), outer);
  const ratio = g.divide(inner, g.where(isEmpty, g.scalar(1), outer));
  const stability = g.where(isEmpty, g.scalar(1), ratio);
  return g.greater(g.scalar(STABILITY_THRESHOLD), stability);
}
