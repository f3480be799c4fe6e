import type { MaskAgreement } from '../../core/prompts.ts';
import { rleIou } from '../../core/rle.ts';
import type { FrameMask, MaskIous, SummarisedMask } from '../../protocol/media-api.ts';
import type { MaskletStore } from './masklet-store.ts';
import type { MaskVersion } from './mask-version.ts';

type Masklets = Pick<MaskletStore<MaskVersion>, 'get'>;

/** Of each mask with the one that it is to replace, where they were tracked in different directions. */
export function oppositeIous(masklets: Masklets, masks: readonly SummarisedMask[]): MaskIous {
  return masks.map(({ objectId, frame, mask, direction }) => {
    const before = masklets.get(objectId, frame);
    if (direction === undefined || before?.direction === undefined) return undefined;
    return before.direction === direction ? undefined : rleIou(mask, before.mask);
  });
}

/** The masks with what was found of them. */
export function withOppositeIous(
  masks: readonly SummarisedMask[],
  ious: MaskIous,
): readonly SummarisedMask[] {
  return masks.map((mask, i) => {
    const iou = ious[i];
    return iou === undefined ? mask : { ...mask, oppositeIou: iou };
  });
}

/** Of each mask with the one that is there. */
export function iousWithThere(masklets: Masklets, masks: readonly FrameMask[]): MaskIous {
  return masks.map(({ objectId, frame, mask }) => {
    const there = masklets.get(objectId, frame);
    return there && rleIou(mask, there.mask);
  });
}

/** What was found, as it is logged. */
export function agreements(masks: readonly FrameMask[], ious: MaskIous): readonly MaskAgreement[] {
  return masks.flatMap(({ objectId, frame }, i) => {
    const iou = ious[i];
    return iou === undefined ? [] : [{ objectId, frame, iou }];
  });
}
