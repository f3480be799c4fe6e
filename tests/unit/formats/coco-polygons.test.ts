import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rleToString } from '../../../src/core/rle.ts';
import { outlineLength, rleOfPolygons } from '../../../src/formats/coco-polygons.ts';

interface DrawnPolygons {
  readonly width: number;
  readonly height: number;
  readonly polygons: readonly (readonly number[])[];
  /** What pycocotools made of them. */
  readonly counts: string;
}

const CASES: readonly DrawnPolygons[] = JSON.parse(
  readFileSync('tests/fixtures/coco/polygons.json', 'utf8'),
);

test('polygons are drawn as pycocotools draws them, pixel for pixel', () => {
  expect(CASES.length).toBeGreaterThan(200);
  for (const { width, height, polygons, counts } of CASES) {
    const mask = rleOfPolygons(
      polygons.map((polygon) => Float64Array.from(polygon)),
      { width, height },
    );
    expect({ polygons, counts: rleToString(mask) }).toEqual({ polygons, counts });
  }
});

test('an outline is as long as it takes to walk it', () => {
  expect(outlineLength(Float64Array.of(0, 0, 10, 0, 10, 4))).toBe(10 + 4 + 10 + 3);
});
