import type { Size } from '../../src/core/geometry.ts';
import { objectId } from '../../src/core/ids.ts';
import type { MaskRle } from '../../src/core/rle.ts';
import { paintIds } from '../../src/formats/id-plane.ts';

/** A plane of ids from the masks of a ground truth's frame. */
export function paintMasks(size: Size, masks: ReadonlyMap<number, MaskRle>): Uint8Array {
  const plane = new Uint8Array(size.width * size.height);
  paintIds(
    plane,
    size,
    [...masks].map(([id, mask]) => ({ objectId: objectId(id), mask })),
  );
  return plane;
}
