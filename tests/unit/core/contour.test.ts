import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceContours } from '../../../src/core/contour.ts';
import { decodeRle, encodeRle, emptyRle, type BinaryMask } from '../../../src/core/rle.ts';

/** Rows of `#` and `.` as a mask. */
function maskOf(...rows: string[]): BinaryMask {
  const width = rows[0]?.length ?? 0;
  const data = Uint8Array.from(rows.join(''), (letter) => Number(letter === '#'));
  return { width, height: rows.length, data };
}

function contoursOf(...rows: string[]): number[][] {
  return traceContours(encodeRle(maskOf(...rows))).map((polygon) => [...polygon]);
}

/**
 * Winding number of pixel centres, by counting the vertical edges to their left. Written against
 * the definition, without any of the code under test.
 */
function windingNumbers(polygons: readonly ArrayLike<number>[], width: number, height: number) {
  const winding = new Int8Array(width * height);
  for (const polygon of polygons) {
    for (let i = 0; i < polygon.length; i += 2) {
      const [x0 = 0, y0 = 0] = [polygon[i], polygon[i + 1]];
      const [x1 = 0, y1 = 0] = [
        polygon[(i + 2) % polygon.length],
        polygon[(i + 3) % polygon.length],
      ];
      expect(x0 === x1 || y0 === y1, 'edges run along pixels').toBe(true);
      for (let y = Math.min(y0, y1); y < Math.max(y0, y1); y++) {
        for (let at = y * width + x0; at < (y + 1) * width; at++) {
          winding[at] = (winding[at] ?? 0) + (y1 < y0 ? 1 : -1);
        }
      }
    }
  }
  return winding;
}

/** Corners of which each turns by a right angle. */
function expectCornersOnly(polygon: ArrayLike<number>) {
  const n = polygon.length;
  for (let i = 0; i < n; i += 2) {
    const isLevelIn = polygon[(i + n - 1) % n] === polygon[i + 1];
    const isLevelOut = polygon[(i + 3) % n] === polygon[i + 1];
    expect(isLevelIn).not.toBe(isLevelOut);
  }
}

describe('traceContours', () => {
  it('gives nothing for an empty mask', () => {
    expect(traceContours(emptyRle(5, 4))).toEqual([]);
  });

  it('gives a pixel its four corners, clockwise on the screen', () => {
    expect(contoursOf('...', '.#.', '...')).toEqual([[1, 1, 2, 1, 2, 2, 1, 2]]);
  });

  it('joins straight edges', () => {
    expect(contoursOf('####', '####')).toEqual([[0, 0, 4, 0, 4, 2, 0, 2]]);
  });

  it('runs holes against the outline', () => {
    const [outer, hole, ...rest] = contoursOf('###', '#.#', '###');
    expect(rest).toEqual([]);
    expect(outer).toEqual([0, 0, 3, 0, 3, 3, 0, 3]);
    expect(hole).toEqual([1, 2, 2, 2, 2, 1, 1, 1]);
  });

  it('keeps pixels apart that touch at a corner', () => {
    expect(contoursOf('#.', '.#')).toHaveLength(2);
    expect(contoursOf('.#', '#.')).toHaveLength(2);
  });

  it('passes a corner twice where an object touches itself', () => {
    expect(contoursOf('##.', '#.#', '###')).toHaveLength(1);
    expect(contoursOf('.##', '#.#', '###')).toHaveLength(1);
  });

  it('fills exactly the mask, by both rules, with corners only', () => {
    const masks = fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
      .chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          data: fc.uint8Array({
            minLength: width * height,
            maxLength: width * height,
            max: 1,
          }),
        }),
      );
    fc.assert(
      fc.property(masks, (mask) => {
        const polygons = traceContours(encodeRle(mask));
        // 1 inside, 0 outside: then even-odd and non-zero agree.
        const winding = windingNumbers(polygons, mask.width, mask.height);
        expect([...winding]).toEqual([...mask.data]);
        polygons.forEach(expectCornersOnly);
      }),
      { numRuns: 500 },
    );
  });

  it('traces a mask that fills whole columns, whose runs go over column ends', () => {
    const mask = maskOf('.##.', '.###', '.##.');
    const winding = windingNumbers(traceContours(encodeRle(mask)), 4, 3);
    expect([...winding]).toEqual([...decodeRle(encodeRle(mask)).data]);
  });
});
