import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import type { ObjectId } from '../core/ids.ts';
import { paintRle, rleFromTransitions, type MaskRle } from '../core/rle.ts';

/** The name of the rule of `paintIds`, as project files state it. */
export const OVERLAP_RULE = 'lowest-object-id';

/** One object's mask on one frame. */
export interface IdMask {
  readonly objectId: ObjectId;
  readonly mask: MaskRle;
}

/**
 * Paints masks into one plane of object ids; 0 is background. Where masks overlap, the lowest id
 * stays, as in sam2 `tools/vos_inference.py: put_per_obj_mask`, which paints in descending order.
 * @param plane row-major, `width·height`; written over whole
 */
export function paintIds(plane: Uint8Array, { width, height }: Size, masks: readonly IdMask[]) {
  invariant(plane.length === width * height, 'the plane does not fill width × height');
  plane.fill(0);
  for (const { objectId, mask } of masks.toSorted((a, b) => b.objectId - a.objectId)) {
    invariant(mask.width === width && mask.height === height, 'a mask has not the plane’s size');
    paintRle(plane, mask, objectId);
  }
}

/**
 * Splits a plane into one mask for each value but 0 that occurs in it, by ascending value.
 * @param plane row-major, `width·height`
 */
export function splitIds(plane: Uint8Array, { width, height }: Size): ReadonlyMap<number, MaskRle> {
  invariant(plane.length === width * height, 'the plane does not fill width × height');
  const transitions: number[][] = Array.from({ length: 256 }, () => []);
  let value = 0;
  let position = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0, at = x; y < height; y++, at += width, position++) {
      const id = plane[at] ?? 0;
      if (id === value) continue;
      transitions[value]?.push(position);
      transitions[id]?.push(position);
      value = id;
    }
  }
  const masks = new Map<number, MaskRle>();
  for (const [id, positions] of transitions.entries()) {
    if (id > 0 && positions.length > 0) {
      masks.set(id, rleFromTransitions(width, height, positions));
    }
  }
  return masks;
}
