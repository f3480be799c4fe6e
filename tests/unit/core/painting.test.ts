import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strokeRle } from '../../../src/core/brush-stroke.ts';
import { lassoRle } from '../../../src/core/lasso.ts';
import { isSameRle, subtractRle, uniteRle } from '../../../src/core/rle-algebra.ts';
import { decodeRle, emptyRle, encodeRle, rleArea, type MaskRle } from '../../../src/core/rle.ts';
import {
  distanceToLine,
  paths,
  pixelsOf,
  smallSizes,
  windingAround,
  type Line,
} from '../../helpers/painted-shapes.ts';

/** Nearer than this to a border, rounding decides whether a pixel is drawn. */
const ROUNDING = 1e-6;

function expectCanonical(rle: MaskRle): void {
  expect(isSameRle(encodeRle(decodeRle(rle)), rle)).toBe(true);
}

const maskPairs = smallSizes.chain(({ width, height }) => {
  const length = width * height;
  const mask = fc
    .array(fc.boolean(), { minLength: length, maxLength: length })
    .map((bits) => encodeRle({ width, height, data: Uint8Array.from(bits, Number) }));
  return fc.tuple(mask, mask);
});

describe('masks put together', () => {
  test('have the pixels that a raster gives', () => {
    fc.assert(
      fc.property(maskPairs, ([a, b]) => {
        const [inA, inB] = [decodeRle(a), decodeRle(b)];
        const union = inA.data.map((value, at) => value | (inB.data[at] ?? 0));
        const rest = inA.data.map((value, at) => value & (1 - (inB.data[at] ?? 0)));
        expect(uniteRle(a, b)).toEqual(encodeRle({ ...inA, data: union }));
        expect(subtractRle(a, b)).toEqual(encodeRle({ ...inA, data: rest }));
      }),
    );
  });

  test('may be empty or full', () => {
    const [nothing, all] = [
      emptyRle(3, 2),
      encodeRle({ width: 3, height: 2, data: Uint8Array.of(1, 1, 1, 1, 1, 1) }),
    ];
    expect(uniteRle(nothing, all)).toEqual(all);
    expect(subtractRle(all, all)).toEqual(nothing);
    expect(subtractRle(nothing, all)).toEqual(nothing);
  });

  test('must have one size', () => {
    expect(() => uniteRle(emptyRle(3, 2), emptyRle(2, 3))).toThrow('differ in size');
  });

  test('are the same by their pixels', () => {
    const one = encodeRle({ width: 2, height: 1, data: Uint8Array.of(0, 1) });
    expect(isSameRle(one, { ...one, counts: one.counts.slice() })).toBe(true);
    expect(isSameRle(one, emptyRle(2, 1))).toBe(false);
    expect(isSameRle(emptyRle(1, 2), emptyRle(2, 1))).toBe(false);
  });
});

describe('a brush stroke', () => {
  test('has the pixels within its radius', () => {
    fc.assert(
      fc.property(
        smallSizes,
        paths({ minLength: 1 }),
        fc.double({ min: 0.5, max: 9, noNaN: true }),
        (size, path, radius) => {
          const stroke = strokeRle(path, radius, size);
          expectCanonical(stroke);
          const lines = path.map((point, at): Line => [path[Math.max(at - 1, 0)] ?? point, point]);
          for (const { centre, isObject } of pixelsOf(stroke)) {
            const distance = Math.min(...lines.map((line) => distanceToLine(centre, line)));
            if (Math.abs(distance - radius) > ROUNDING) expect(isObject).toBe(distance < radius);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('of two pixels across draws something wherever it is set down', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 8, noNaN: true }),
        (x, y) => {
          expect(rleArea(strokeRle([{ x, y }], 1, { width: 8, height: 8 }))).toBeGreaterThan(0);
        },
      ),
    );
  });

  test('that goes nowhere is nothing', () => {
    expect(strokeRle([], 5, { width: 4, height: 3 })).toEqual(emptyRle(4, 3));
  });
});

describe('a lasso', () => {
  test('has the pixels that its line goes round', () => {
    fc.assert(
      fc.property(smallSizes, paths({ minLength: 3 }), (size, path) => {
        const area = lassoRle(path, size);
        expectCanonical(area);
        const lines = path.map((point, at): Line => [point, path[(at + 1) % path.length] ?? point]);
        for (const { centre, isObject } of pixelsOf(area)) {
          const distance = Math.min(...lines.map((line) => distanceToLine(centre, line)));
          if (distance > ROUNDING) expect(isObject).toBe(windingAround(centre, path) !== 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of fewer than three points has nothing', () => {
    const size = { width: 9, height: 9 };
    expect(lassoRle([], size)).toEqual(emptyRle(9, 9));
    expect(
      rleArea(
        lassoRle(
          [
            { x: 1, y: 1 },
            { x: 7, y: 6 },
          ],
          size,
        ),
      ),
    ).toBe(0);
  });

  test('that crosses itself takes both loops', () => {
    const path = [
      { x: 0, y: 0 },
      { x: 8, y: 8 },
      { x: 8, y: 0 },
      { x: 0, y: 8 },
    ];
    const { data } = decodeRle(lassoRle(path, { width: 8, height: 8 }));
    expect([data[4 * 8 + 1], data[4 * 8 + 6], data[1 * 8 + 4]]).toEqual([1, 1, 0]);
  });
});
