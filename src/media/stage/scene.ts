import type { FrameIndex } from '../../core/ids.ts';
import type { CompareStyle, StageObject } from '../../protocol/media-api.ts';
import type { MaskletStore } from '../masklets/masklet-store.ts';
import type { TruthStore } from '../masklets/truth-store.ts';
import type { Comparison } from './paint-comparison.ts';
import type { ObjectMask } from './paint-masks.ts';

/** Where the stage finds the masks of the frame that it shows. */
export interface StageMasks {
  readonly masklets: MaskletStore;
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
