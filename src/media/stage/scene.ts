import type { FrameIndex } from '../../core/ids.ts';
import type { PreviewStyle } from '../../protocol/mask-preview.ts';
import type { CompareStyle, StageObject } from '../../protocol/media-api.ts';
import type { MaskletStore } from '../masklets/masklet-store.ts';
import type { PreviewStore } from '../masklets/preview-store.ts';
import type { TruthStore } from '../masklets/truth-store.ts';
import type { Comparison } from './paint-comparison.ts';
import type { ObjectMask } from './paint-masks.ts';

/** Where the stage finds the masks of the frame that it shows. */
export interface StageMasks {
  readonly masklets: Pick<MaskletStore, 'maskOf' | 'subscribe'>;
  readonly previews: PreviewStore;
  readonly truth: TruthStore;
}

/** The visible objects' masks on a frame, in the order of the objects. */
export function visibleMasks(
  objects: readonly StageObject[],
  { masklets }: StageMasks,
  frame: FrameIndex,
): ObjectMask[] {
  return objects.flatMap((object) => {
    const mask = object.isVisible ? masklets.maskOf(object.id, frame) : undefined;
    return mask === undefined ? [] : [{ object, mask }];
  });
}

/** The masks of a frame, and what is shown in passing on top of them. */
export interface PreviewedMasks {
  readonly masks: readonly ObjectMask[];
  readonly preview?: ObjectMask;
}

/** The masks of a frame with a preview in the place of one of them, or beside them. */
export function withPreview(
  masks: readonly ObjectMask[],
  { key, color, replaces }: PreviewStyle,
  { objects, stored, frame }: PreviewedFrame,
): PreviewedMasks {
  const mask = stored.previews.maskOf(key, frame);
  if (mask === undefined) return { masks };
  const replaced = objects.find(({ id }) => id === replaces);
  if (replaced === undefined) {
    return { masks, preview: { object: { color, isSelected: false }, mask } };
  }
  const others = masks.filter(({ object }) => object !== replaced);
  return { masks: [...others, { object: replaced, mask }] };
}

interface PreviewedFrame {
  readonly objects: readonly StageObject[];
  readonly stored: StageMasks;
  readonly frame: FrameIndex;
}

interface ComparedScene {
  readonly compare: CompareStyle;
  /** Which of them is selected. */
  readonly objects: readonly StageObject[];
}

/**
 * What is compared on a frame, in the order of the compared objects; absent where the sequence does
 * not annotate it. An object's own mask counts even where it is not drawn by itself.
 */
export function comparisonOn(
  { compare, objects }: ComparedScene,
  { masklets, truth }: StageMasks,
  frame: FrameIndex,
): Comparison | undefined {
  const trueMasks = truth.masksOf(compare.sequence, frame);
  if (trueMasks === undefined) return undefined;
  const pairs = compare.objects
    .filter(({ isVisible }) => isVisible)
    .map(({ truthId, objectId, color }) => ({
      object: {
        color,
        isSelected: objects.some(({ id, isSelected }) => isSelected && id === objectId),
      },
      truth: trueMasks.find((one) => one.truthId === truthId)?.mask,
      mask: objectId === undefined ? undefined : masklets.maskOf(objectId, frame),
    }));
  return { view: compare.view, wipe: compare.wipe, pairs };
}
