import { assertNever } from '../../core/assert.ts';
import type { CompareView } from '../../protocol/media-api.ts';
import type { ErrorMap } from './error-map.ts';
import type { MaskPair } from './error-regions.ts';
import {
  paintMasks,
  paintOutlineAround,
  paintOutlines,
  type MaskLook,
  type ObjectMask,
} from './paint-masks.ts';

/** So that an error map can be read where masks are filled faintly or not at all. */
const MIN_ERROR_OPACITY = 0.5;
/** So that comparing outlines shows some where masks have none, in CSS pixels. */
const MIN_COMPARED_OUTLINE_CSS_PX = 1;

type Context = OffscreenCanvasRenderingContext2D;

/** An object of the ground truth with what is compared to it, on the shown frame. */
export interface ComparedMasks extends MaskPair {
  readonly object: ObjectMask['object'];
}

/** A frame that the ground truth annotates. */
export interface Comparison {
  readonly view: CompareView;
  /** Where it begins, 0..1 of the video's width. */
  readonly wipe: number;
  /** Of visible objects, from the bottom up. */
  readonly pairs: readonly ComparedMasks[];
}

/** A comparison with all visible masks of its frame, compared or not, from the bottom up. */
interface ComparedFrame {
  readonly comparison: Comparison;
  readonly masks: readonly ObjectMask[];
}

/** Draws what the view shows in place of the masks, under a transform in video pixels. */
export function paintComparison(
  context: Context,
  { comparison: { view, pairs }, masks }: ComparedFrame,
  look: MaskLook & { readonly errorMap: ErrorMap },
): void {
  switch (view) {
    case 'truth':
      return paintMasks(context, truthOf(pairs), look);
    case 'outlines': {
      const outlineWidth = Math.max(look.style.outlineWidth, MIN_COMPARED_OUTLINE_CSS_PX);
      const readable = { ...look, style: { ...look.style, outlineWidth } };
      paintOutlines(context, masks, readable);
      return paintOutlines(context, truthOf(pairs), { ...readable, isDashed: true });
    }
    case 'errors': {
      const opacity = MIN_ERROR_OPACITY + (1 - MIN_ERROR_OPACITY) * look.style.fillOpacity;
      look.errorMap.paint(context, pairs, { opacity, video: look.video });
      for (const pair of pairs.filter(({ object }) => object.isSelected)) {
        paintOutlineAround(context, masksOf(pair), look);
      }
      return;
    }
    default:
      return assertNever(view);
  }
}

function truthOf(pairs: readonly ComparedMasks[]): ObjectMask[] {
  return pairs.flatMap(({ object, truth }) =>
    truth === undefined ? [] : [{ object, mask: truth }],
  );
}

function masksOf({ object, truth, mask }: ComparedMasks): ObjectMask[] {
  return [truth, mask].flatMap((each) => (each === undefined ? [] : [{ object, mask: each }]));
}
