import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRle } from '../../../../../src/core/rle.ts';
import { rlesFromSharedTransitions } from '../../../../../src/engine/kernels/mask-read/shared-transitions.ts';

const sides = fc.integer({ min: 1, max: 12 });
/** Masks of one size, empty and full ones among them. */
const crowds = fc.record({ width: sides, height: sides }).chain((size) => {
  const pixels = size.width * size.height;
  const exactly = { minLength: pixels, maxLength: pixels };
  const mask = fc.oneof(
    fc.uint8Array({ ...exactly, max: 1 }),
    fc.constant(new Uint8Array(pixels)),
    fc.constant(new Uint8Array(pixels).fill(1)),
  );
  const masks = fc.array(mask, { minLength: 1, maxLength: 16 });
  return masks.map((each) => each.map((data) => ({ ...size, data })));
});

test('masks come out of a list that they share', () => {
  fc.assert(
    fc.property(crowds, (masks) => {
      const rles = masks.map((mask) => encodeRle(mask));
      const { width, height } = masks[0] ?? { width: 1, height: 1 };
      const positions = rles.flatMap(({ counts }, mask) => {
        let at = mask * width * height;
        return [...counts.subarray(0, -1)].map((count) => (at += count));
      });
      const shared = rlesFromSharedTransitions(Uint32Array.from(positions), masks.length, {
        width,
        height,
      });
      expect(shared).toEqual(rles);
    }),
  );
});

test('a change past the last mask is a bug', () => {
  const size = { width: 4, height: 2 };
  expect(() => rlesFromSharedTransitions(Uint32Array.of(3, 16), 2, size)).toThrow('Invariant');
});
