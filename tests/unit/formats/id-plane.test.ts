import { existsSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectId } from '../../../src/core/ids.ts';
import { encodeRle, rleArea, rleFromString, rleToString } from '../../../src/core/rle.ts';
import { paintIds, splitIds } from '../../../src/formats/id-plane.ts';
import { readIndexPng } from '../../../src/formats/png-reader.ts';
import { boxMask } from '../../helpers/export-fakes.ts';

const RLE_FIXTURES = 'tests/fixtures/rle';

interface RleGolden {
  readonly name: string;
  readonly size: readonly [number, number];
  readonly counts: readonly number[];
  readonly counts_string: string;
  readonly area: number;
}

const planes = fc
  .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain((size) =>
    fc.record({
      size: fc.constant(size),
      plane: fc
        .array(fc.constantFrom(0, 0, 1, 2, 255), {
          minLength: size.width * size.height,
          maxLength: size.width * size.height,
        })
        .map((ids) => Uint8Array.from(ids)),
    }),
  );

test('splitting gives each value’s own mask, and painting them gives the plane back', () => {
  fc.assert(
    fc.property(planes, ({ size, plane }) => {
      const masks = splitIds(plane, size);
      expect([...masks.keys()]).toEqual(
        [...new Set(plane)].filter((id) => id > 0).sort((a, b) => a - b),
      );
      for (const [id, mask] of masks) {
        const data = plane.map((value) => (value === id ? 1 : 0));
        expect(mask).toEqual(encodeRle({ ...size, data }));
      }
      const painted = new Uint8Array(plane.length).fill(9);
      paintIds(
        painted,
        size,
        [...masks].map(([id, mask]) => ({ objectId: objectId(id), mask })),
      );
      expect(painted).toEqual(plane);
    }),
  );
});

test('where masks overlap the lowest id stays, whatever their order', () => {
  const size = { width: 6, height: 4 };
  const masks = [
    { objectId: objectId(7), mask: boxMask(size, [0, 0, 4, 4]) },
    { objectId: objectId(2), mask: boxMask(size, [2, 0, 5, 3]) },
    { objectId: objectId(3), mask: boxMask(size, [1, 1, 6, 2]) },
  ];
  for (const order of [masks, masks.toReversed()]) {
    const plane = new Uint8Array(24);
    paintIds(plane, size, order);
    const rows = ['772220', '732223', '772220', '777700'];
    expect([...plane].join('')).toBe(rows.join(''));
  }
});

test('the COCO goldens: from PNG to run lengths to the very text, and back', async (ctx) => {
  if (!existsSync(RLE_FIXTURES)) ctx.skip(`${RLE_FIXTURES} is absent`);
  const goldens: RleGolden[] = JSON.parse(readFileSync(`${RLE_FIXTURES}/expected.json`, 'utf8'));
  expect(goldens.length).toBeGreaterThan(5);
  for (const golden of goldens) {
    const file = Uint8Array.from(readFileSync(`${RLE_FIXTURES}/${golden.name}.png`));
    const { ids, width, height } = await readIndexPng(file, { maxPixels: 1 << 20 });
    expect([height, width]).toEqual(golden.size);
    const values = splitIds(ids, { width, height });
    const mask = [...values.values()][0] ?? encodeRle({ width, height, data: ids });
    expect([...mask.counts]).toEqual(golden.counts);
    expect(rleToString(mask)).toBe(golden.counts_string);
    expect(rleArea(mask)).toBe(golden.area);
    expect(rleFromString(golden.counts_string, width, height)).toEqual(mask);
  }
});
