import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import { rleFromTransitions, type MaskRle } from '../../../core/rle.ts';

const BITS_PER_WORD = 32;

/** Words of a packed mask, 32 pixels each. */
export function packedMaskWords({ width, height }: Size): number {
  return Math.ceil((width * height) / BITS_PER_WORD);
}

/**
 * Run lengths of a mask packed one bit a pixel, column-major, lowest bit first.
 * @param words bits past the last pixel are ignored
 */
export function rleFromPackedMask(words: Uint32Array, size: Size): MaskRle {
  const pixels = size.width * size.height;
  invariant(words.length === packedMaskWords(size), 'packed mask does not fit its size');
  const transitions: number[] = [];
  let before = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? 0;
    let changes = (word ^ ((word << 1) | before)) >>> 0;
    before = word >>> (BITS_PER_WORD - 1);
    while (changes !== 0) {
      const lowest = BITS_PER_WORD - 1 - Math.clz32(changes & -changes);
      const position = at * BITS_PER_WORD + lowest;
      if (position < pixels) transitions.push(position);
      changes = (changes & (changes - 1)) >>> 0;
    }
  }
  return rleFromTransitions(size.width, size.height, transitions);
}
