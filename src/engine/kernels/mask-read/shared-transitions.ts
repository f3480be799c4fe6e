import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import { rleFromTransitions, type MaskRle } from '../../../core/rle.ts';

/**
 * Run lengths of masks whose changes share a list: those of the n-th mask, from 0, start at n times the
 * pixels of one.
 * @param positions ascending
 * @returns one mask for each of `masks`
 */
export function rlesFromSharedTransitions(
  positions: Uint32Array,
  masks: number,
  { width, height }: Size,
): readonly MaskRle[] {
  const pixels = width * height;
  let at = 0;
  const rles = Array.from({ length: masks }, (_, mask) => {
    const start = at;
    while (at < positions.length && (positions[at] ?? 0) < (mask + 1) * pixels) at++;
    const own = positions.subarray(start, at).map((position) => position - mask * pixels);
    return rleFromTransitions(width, height, own);
  });
  invariant(at === positions.length, 'a change lies past the last mask');
  return rles;
}
