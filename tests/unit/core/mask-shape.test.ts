import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskShape } from '../../../src/core/mask-shape.ts';
import { decodeRle, emptyRle, encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { anyMask } from '../../helpers/mask-actions.ts';

/** By looking at every pixel. */
function countedShape(mask: MaskRle) {
  const { data, width } = decodeRle(mask);
  let [areaPx, x, y] = [0, 0, 0];
  data.forEach((value, at) => {
    if (value === 0) return;
    areaPx++;
    x += (at % width) + 0.5;
    y += Math.floor(at / width) + 0.5;
  });
  return { areaPx, x: x / areaPx, y: y / areaPx };
}

const anySize = fc.record({
  width: fc.integer({ min: 1, max: 23 }),
  height: fc.integer({ min: 1, max: 23 }),
});

test('area and centroid of any mask are those of its pixels', () => {
  fc.assert(
    fc.property(anySize.chain(anyMask), (mask) => {
      const { areaPx, x, y } = countedShape(mask);
      const shape = maskShape(mask);
      expect(shape.areaPx).toBe(areaPx);
      expect(shape.centroid === undefined).toBe(areaPx === 0);
      if (shape.centroid === undefined) return;
      expect(shape.centroid.x).toBeCloseTo(x, 9);
      expect(shape.centroid.y).toBeCloseTo(y, 9);
    }),
    { numRuns: 400 },
  );
});

test('an empty mask is nowhere', () => {
  expect(maskShape(emptyRle(40, 30))).toEqual({ areaPx: 0 });
});

test('a full mask of a large video has its centroid in the middle, to the last digit', () => {
  const full = { width: 7680, height: 4320, counts: Uint32Array.of(0, 7680 * 4320) };
  expect(maskShape(full)).toEqual({ areaPx: 7680 * 4320, centroid: { x: 3840, y: 2160 } });
});

test('the first pixel has its centroid in its centre', () => {
  const data = Uint8Array.of(1, 0, 0, 0, 0, 0);
  expect(maskShape(encodeRle({ width: 3, height: 2, data })).centroid).toEqual({ x: 0.5, y: 0.5 });
});
