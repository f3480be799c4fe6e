import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import { paintRle } from '../core/rle.ts';
import type { FrameCounts, IdPlane, ObjectMask } from '../core/scores.ts';
import { VOID_ID, type FrameScorer } from './frame-scorer.ts';

/** One side of a frame, read: a plane of ids, or masks that may overlap. */
export type FrameSide =
  | { readonly kind: 'plane'; readonly plane: IdPlane }
  | ({ readonly kind: 'masks'; readonly masks: readonly ObjectMask[] } & Size);

/**
 * Paints masks into one plane, the lowest id on top: what the studio's PNGs hold, so that masks
 * score the same before and after they are exported.
 * @throws StudioError `file-invalid` when a mask has another size
 */
export function planeOfMasks(masks: readonly ObjectMask[], { width, height }: Size): IdPlane {
  const ids = new Uint8Array(width * height);
  for (const { objectId, mask } of masks.toSorted((a, b) => b.objectId - a.objectId)) {
    refuseOtherSize(mask, { width, height });
    paintRle(ids, mask, objectId);
  }
  return { width, height, ids };
}

/**
 * Counts a frame whose sides may hold overlapping masks: each object in planes of its own then.
 * @throws StudioError `file-invalid` when the sides differ in size
 */
export function countSides(
  scorer: FrameScorer,
  sides: { readonly truth: FrameSide; readonly prediction: FrameSide },
  options: { readonly ignoresVoid: boolean },
): FrameCounts {
  const { truth, prediction } = sides;
  if (truth.kind === 'plane' && prediction.kind === 'plane') {
    return scorer.count(truth.plane, prediction.plane, options);
  }
  const ids = [...new Set([...idsOf(truth), ...idsOf(prediction)])].sort((a, b) => a - b);
  const objects = ids.flatMap((objectId) => {
    const voidId = options.ignoresVoid ? VOID_ID : undefined;
    const counts = scorer.count(
      planeOfObject(truth, objectId, voidId),
      planeOfObject(prediction, objectId),
      options,
    );
    return counts.objects
      .filter((object) => object.objectId === 1)
      .map((object) => ({ ...object, objectId }));
  });
  return { objects };
}

function idsOf(side: FrameSide): Iterable<number> {
  if (side.kind === 'masks') return side.masks.map(({ objectId }) => objectId);
  const ids = new Set(side.plane.ids);
  ids.delete(0);
  return ids;
}

/** One object as 1, and the id that means void, where one does, as it is. */
function planeOfObject(side: FrameSide, objectId: number, voidId?: number): IdPlane {
  if (side.kind === 'masks') {
    const own = side.masks.filter((mask) => mask.objectId === objectId);
    return planeOfMasks(
      own.map(({ mask }) => ({ objectId: 1, mask })),
      side,
    );
  }
  const { width, height, ids } = side.plane;
  const meaning = Uint8Array.from({ length: 256 }, (_, id) => {
    if (id === voidId) return id;
    return id === objectId ? 1 : 0;
  });
  return { width, height, ids: ids.map((id) => meaning[id] ?? 0) };
}

function refuseOtherSize(mask: Size, { width, height }: Size): void {
  if (mask.width === width && mask.height === height) return;
  throw new StudioError(
    'file-invalid',
    `A mask has ${mask.width} × ${mask.height} pixels, its frame ${width} × ${height}.`,
    { hint: 'All masks of a frame must have the size of the ground truth.' },
  );
}
