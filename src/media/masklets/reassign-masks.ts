import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import { uniteRle } from '../../core/rle-algebra.ts';
import { rleArea } from '../../core/rle.ts';
import type { MaskReassignment, SummarisedMask } from '../../protocol/media-api.ts';

/** Masks to be put and frames to be cleared, which do not meet. */
export interface ReassignedMasks {
  readonly put: readonly SummarisedMask[];
  readonly removed: readonly {
    readonly objectId: ObjectId;
    readonly frames: readonly FrameIndex[];
  }[];
}

/** What a reassignment comes to, for two objects with these masks. */
export function reassignedMasks(
  { kind, from, to, first }: MaskReassignment,
  masksOf: (objectId: ObjectId) => readonly SummarisedMask[],
): ReassignedMasks {
  const since = (id: ObjectId) => masksOf(id).filter(({ frame }) => frame >= first);
  const [given, taken] = [since(from), since(to)];
  if (kind === 'unite') {
    const own = new Map(taken.map((mask) => [mask.frame, mask]));
    const put = given.flatMap((mask) => united(mask, own.get(mask.frame), to) ?? []);
    return { put, removed: [{ objectId: from, frames: given.map(({ frame }) => frame) }] };
  }
  const put = given.map((mask) => ownedBy(to, mask));
  if (kind === 'move') {
    return { put, removed: [cleared(from, given, []), cleared(to, taken, given)] };
  }
  return {
    put: [...put, ...taken.map((mask) => ownedBy(from, mask))],
    removed: [cleared(from, given, taken), cleared(to, taken, given)],
  };
}

/** Frames on which the object had a mask and gets none. */
function cleared(
  objectId: ObjectId,
  had: readonly SummarisedMask[],
  gets: readonly SummarisedMask[],
): ReassignedMasks['removed'][number] {
  const got = new Set(gets.map(({ frame }) => frame));
  const frames = had.map(({ frame }) => frame).filter((frame) => !got.has(frame));
  return { objectId, frames };
}

/**
 * Undefined where nothing is added to what the object has. No prompt and no score is about a union,
 * and the prompts that gave the other's mask are gone.
 */
function united(
  mask: SummarisedMask,
  own: SummarisedMask | undefined,
  objectId: ObjectId,
): SummarisedMask | undefined {
  if (own === undefined) {
    const origin = mask.origin === 'prompt' ? 'tracked' : mask.origin;
    return { ...ownedBy(objectId, mask), origin };
  }
  if (rleArea(mask.mask) === 0) return undefined;
  const isImported = mask.origin === 'imported' && own.origin === 'imported';
  const origin = isImported ? 'imported' : 'tracked';
  return { objectId, frame: mask.frame, mask: uniteRle(own.mask, mask.mask), origin };
}

function ownedBy(objectId: ObjectId, mask: SummarisedMask): SummarisedMask {
  const { frame, origin, predictedIou, objectScoreLogit, direction, oppositeIou } = mask;
  return {
    objectId,
    frame,
    mask: mask.mask,
    origin,
    ...(predictedIou === undefined ? {} : { predictedIou }),
    ...(objectScoreLogit === undefined ? {} : { objectScoreLogit }),
    ...(direction === undefined ? {} : { direction }),
    ...(oppositeIou === undefined ? {} : { oppositeIou }),
  };
}
