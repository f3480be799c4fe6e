import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IdPlane } from '../../../src/core/scores.ts';
import { IdRuns } from '../../../src/scoring/id-runs.ts';

/** Planes of long and short runs, at every offset from a word’s address. */
const planes = fc
  .record({
    width: fc.integer({ min: 1, max: 70 }),
    height: fc.integer({ min: 1, max: 6 }),
    offset: fc.integer({ min: 0, max: 3 }),
    runs: fc.array(
      fc.record({
        id: fc.constantFrom(0, 1, 2, 128, 255),
        length: fc.integer({ min: 1, max: 90 }),
      }),
      { minLength: 1, maxLength: 30 },
    ),
  })
  .map(({ width, height, offset, runs }): IdPlane => {
    const ids = new Uint8Array(width * height + offset).subarray(offset);
    let at = 0;
    for (const { id, length } of runs) {
      ids.fill(id, at, at + length);
      at += length;
    }
    return { width, height, ids };
  });

const reader = new IdRuns();

test('the runs of each row are those of its pixels, and no two neighbours are alike', () => {
  fc.assert(
    fc.property(planes, ({ width, height, ids }) => {
      reader.read({ width, height, ids });
      const painted = new Uint8Array(ids.length);
      for (let y = 0; y < height; y++) {
        let start = 0;
        let previous = -1;
        for (let run = reader.rowStarts[y] ?? 0; run < (reader.rowStarts[y + 1] ?? 0); run++) {
          const end = reader.ends[run] ?? 0;
          const id = reader.ids[run] ?? 0;
          expect(end).toBeGreaterThan(start);
          expect(id).not.toBe(previous);
          painted.fill(id, y * width + start, y * width + end);
          [start, previous] = [end, id];
        }
        expect(start).toBe(width);
      }
      expect(painted).toEqual(Uint8Array.from(ids));
    }),
    { numRuns: 500 },
  );
});
