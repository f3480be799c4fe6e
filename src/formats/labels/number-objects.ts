import { StudioError } from '../../core/errors.ts';
import { MAX_OBJECT_ID, objectId, type ObjectId } from '../../core/ids.ts';
import { compareCodePoints } from '../code-points.ts';

/** What a data set calls an object. */
export type OwnId = number | string;

/**
 * Object ids for the ids of a data set: the same, where all are whole numbers from 1 to 255, else 1,
 * 2, 3 … in their order, numbers before names.
 * @param where such as `The video “bear”`
 * @throws StudioError `file-invalid` for more objects than there are ids
 */
export function numberObjects(ids: Iterable<OwnId>, where: string): ReadonlyMap<OwnId, ObjectId> {
  const sorted = [...new Set(ids)].sort(compareIds);
  if (sorted.length > MAX_OBJECT_ID) {
    throw new StudioError(
      'file-invalid',
      `${where} has ${sorted.length} objects; there are ids for ${MAX_OBJECT_ID}.`,
      { hint: 'Leave objects out of the file, or split it.' },
    );
  }
  const areIds = sorted.every((id) => isObjectId(id));
  return new Map(
    sorted.map((id, at) => [id, objectId(areIds && typeof id === 'number' ? id : at + 1)]),
  );
}

function isObjectId(id: OwnId): boolean {
  return typeof id === 'number' && Number.isInteger(id) && id >= 1 && id <= MAX_OBJECT_ID;
}

function compareIds(a: OwnId, b: OwnId): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return compareCodePoints(String(a), String(b));
}
