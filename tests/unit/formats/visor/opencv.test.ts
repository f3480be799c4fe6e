import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followBorders } from '../../../../src/formats/visor/border-following.ts';
import { PolygonFiller } from '../../../../src/formats/visor/fill-polygons.ts';
import { NearestResizer } from '../../../../src/core/nearest-resizer.ts';
import { mix } from '../../../helpers/seeded-random.ts';

interface FillCase {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly polygons: readonly (readonly (readonly number[])[])[];
  readonly rows: readonly string[];
}

interface Cases {
  readonly fill: readonly FillCase[];
  /** Whose edges pass through pixel centres that their outlines, once cut, miss. */
  readonly slopes: readonly FillCase[];
  readonly contours: readonly {
    readonly rows: readonly string[];
    readonly contours: readonly (readonly number[])[];
  }[];
  readonly resize: readonly {
    readonly source: number;
    readonly target: number;
    readonly sum: number;
  }[];
}

const CASES = JSON.parse(readFileSync('tests/fixtures/visor/opencv_cases.json', 'utf8')) as Cases;

function planeOf(rows: readonly string[]): Uint8Array {
  return Uint8Array.from(rows.join(''), Number);
}

describe('cv2.fillPoly', () => {
  test.each([
    ['inside', 30],
    ['one pixel out', 30],
    ['around', 30],
    ['far', 30],
    ['farthest', 30],
    ['whole slopes', 400],
  ])('%s', (kind, count) => {
    const cases = [...CASES.fill, ...CASES.slopes].filter((item) => item.kind === kind);
    expect(cases.length).toBe(count);
    for (const { width, height, polygons, rows } of cases) {
      const data = new Uint8Array(width * height);
      const flat = polygons.map((polygon) => Int32Array.from(polygon.flat()));
      const filler = new PolygonFiller({ width, height });
      filler.paint(data, flat, 1);
      expect(data).toEqual(planeOf(rows));
      // Nothing of a drawing stays behind in the filler.
      const again = new Uint8Array(width * height);
      filler.paint(again, flat, 1);
      expect(again).toEqual(data);
    }
  });

  test('a coordinate past the bound is a bug: readers refuse it', () => {
    const filler = new PolygonFiller({ width: 4, height: 4 });
    const polygon = Int32Array.of(0, 0, 1_000_001, 2);
    expect(() => filler.paint(new Uint8Array(16), [polygon], 1)).toThrow('1000001 px away');
  });

  test('10^6 vertices are drawn in seconds', () => {
    const around = (side: number, i: number) => ((i >> 12) % (side - 60)) + (mix(1, i) % 60);
    const polygon = Int32Array.from({ length: 2_000_000 }, (_, i) =>
      around(i % 2 === 0 ? 1920 : 1080, i),
    );
    const start = performance.now();
    new PolygonFiller({ width: 1920, height: 1080 }).paint(
      new Uint8Array(1920 * 1080),
      [polygon],
      1,
    );
    expect(performance.now() - start).toBeLessThan(10_000);
  }, 30_000);
});

describe('cv2.findContours', () => {
  test('the same contours in the same order', () => {
    expect(CASES.contours.length).toBe(60);
    for (const { rows, contours } of CASES.contours) {
      const width = rows[0]?.length ?? 0;
      const box = { x: 0, y: 0, width, height: rows.length };
      const borders = followBorders({ ids: planeOf(rows), width, id: 1, box });
      expect(borders.map((border) => [...border])).toEqual(contours);
    }
  });

  test('of any mask, filled again they are the mask; other ids and what is around do not count', () => {
    const masks = fc
      .record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 24 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          ids: fc
            .array(fc.integer({ min: 0, max: 2 }), {
              minLength: width * height,
              maxLength: width * height,
            })
            .map((ids) => Uint8Array.from(ids)),
        }),
      );
    fc.assert(
      fc.property(masks, ({ width, height, ids }) => {
        const box = { x: 0, y: 0, width, height };
        const filler = new PolygonFiller({ width, height });
        const drawn = new Uint8Array(width * height);
        for (const id of [1, 2]) filler.paint(drawn, followBorders({ ids, width, id, box }), id);
        expect(drawn).toEqual(ids);
      }),
      { numRuns: 500 },
    );
  });

  test('in a box of the plane the points are the plane’s', () => {
    const ids = new Uint8Array(10 * 8);
    for (const at of [34, 35, 44, 45]) ids[at] = 3;
    const box = { x: 4, y: 3, width: 2, height: 2 };
    expect(followBorders({ ids, width: 10, id: 3, box })).toEqual([
      Int32Array.of(4, 3, 4, 4, 5, 4, 5, 3),
    ]);
  });
});

test('cv2.resize, INTER_NEAREST: each pixel comes from where OpenCV takes it', () => {
  expect(CASES.resize.length).toBe(200);
  for (const { source, target, sum } of CASES.resize) {
    const from = { width: source, height: 2 };
    const to = { width: target, height: 2 };
    const ramp = Uint8Array.from({ length: 2 * source }, (_, i) =>
      i < source ? i % 256 : Math.floor((i - source) / 256),
    );
    const resized = new Uint8Array(2 * target);
    new NearestResizer(from, to).resize(ramp, resized);
    let found = 0;
    for (let x = 0; x < target; x++) {
      found += x * ((resized[x] ?? 0) + 256 * (resized[target + x] ?? 0));
    }
    expect(found).toBe(sum);
  }
});
