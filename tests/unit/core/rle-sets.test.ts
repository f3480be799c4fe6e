import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRle, encodeRle } from '../../../src/core/rle.ts';
import { rleDifference, rleOverlap, rleUnion } from '../../../src/core/rle-sets.ts';

const pairOfMasks = fc
  .record({ width: fc.integer({ min: 1, max: 7 }), height: fc.integer({ min: 1, max: 7 }) })
  .chain(({ width, height }) => {
    const pixels = fc.uint8Array({
      minLength: width * height,
      maxLength: width * height,
      max: 1,
    });
    return fc.record({
      a: pixels.map((data) => ({ width, height, data })),
      b: pixels.map((data) => ({ width, height, data })),
    });
  });

describe.each([
  ['rleUnion', rleUnion, (a: number, b: number) => a | b],
  ['rleDifference', rleDifference, (a: number, b: number) => a & ~b],
  ['rleOverlap', rleOverlap, (a: number, b: number) => a & b],
] as const)('%s', (_, combine, pixel) => {
  it('is what it says of each pixel, in the one form that run lengths have', () => {
    fc.assert(
      fc.property(pairOfMasks, ({ a, b }) => {
        const combined = combine(encodeRle(a), encodeRle(b));
        const expected = a.data.map((value, i) => pixel(value, b.data[i] ?? 0));
        expect(decodeRle(combined).data).toEqual(expected);
        expect(combined).toEqual(encodeRle({ ...a, data: expected }));
      }),
    );
  });

  it('takes masks of different sizes for a bug', () => {
    const wide = encodeRle({ width: 2, height: 1, data: new Uint8Array(2) });
    const high = encodeRle({ width: 1, height: 2, data: new Uint8Array(2) });
    expect(() => combine(wide, high)).toThrow('size');
  });
});
