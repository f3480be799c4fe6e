import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IdPlane, ObjectCounts } from '../../../src/core/scores.ts';
import { boundaryRadius } from '../../../src/scoring/boundary-radius.ts';
import { FrameScorer } from '../../../src/scoring/frame-scorer.ts';
import { boundaryAccuracy, pixelScore, regionSimilarity } from '../../../src/scoring/measures.ts';
import { plane } from '../../helpers/memory-mask-folder.ts';
import { naiveCounts } from '../../helpers/naive-scores.ts';

const scorer = new FrameScorer();

/** Two planes of one size: noise, or blocks as masks are; wide enough for radii above 1. */
const pairs = fc
  .record({
    width: fc.integer({ min: 1, max: 160 }),
    height: fc.integer({ min: 1, max: 12 }),
    isTurned: fc.boolean(),
    block: fc.constantFrom(1, 3, 7),
    ids: fc.constantFrom([0, 1], [0, 0, 0, 1], [0, 1, 2], [1, 2, 255], [0, 7, 9, 200]),
    seeds: fc.tuple(fc.integer(), fc.integer()),
  })
  .map(({ width, height, isTurned, block, ids, seeds }) => {
    const size = isTurned ? { width: height, height: width } : { width, height };
    const [truth, prediction] = seeds.map((seed) => blocks(size, { block, ids, seed }));
    if (truth === undefined || prediction === undefined) throw new Error('unreachable');
    return { truth, prediction };
  });

function blocks(
  { width, height }: { readonly width: number; readonly height: number },
  options: { readonly block: number; readonly ids: readonly number[]; readonly seed: number },
): IdPlane {
  const { block, ids, seed } = options;
  return {
    width,
    height,
    ids: Uint8Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [Math.floor((i % width) / block), Math.floor(i / width / block)];
      const mixed = Math.imul(x * 73_856_093 + y * 19_349_663 + seed, 0x9e3779b1) >>> 8;
      return ids[mixed % ids.length] ?? 0;
    }),
  };
}

test('counts are those of the official formulas, for every object', () => {
  fc.assert(
    fc.property(pairs, ({ truth, prediction }) => {
      const { objects } = scorer.count(truth, prediction);
      const present = new Set([...truth.ids, ...prediction.ids].filter((id) => id > 0));
      expect(objects.map(({ objectId }) => objectId)).toEqual([...present].sort((a, b) => a - b));
      for (const { objectId, ...counts } of objects) {
        const radius = boundaryRadius(truth);
        expect(counts).toEqual(naiveCounts(truth, prediction, { objectId, radius }));
      }
    }),
    { numRuns: 300 },
  );
});

test('exchanging the sides exchanges the counts and keeps J, F and Dice', () => {
  fc.assert(
    fc.property(pairs, ({ truth, prediction }) => {
      const there = scorer.count(truth, prediction).objects;
      const back = scorer.count(prediction, truth).objects;
      expect(back.map(exchanged)).toEqual(there);
      for (const [i, counts] of there.entries()) {
        const other = back[i];
        if (other === undefined) throw new Error('an object is missing');
        expect(regionSimilarity(other)).toBe(regionSimilarity(counts));
        expect(boundaryAccuracy(other)).toBe(boundaryAccuracy(counts));
        expect(pixelScore(other).dice).toBe(pixelScore(counts).dice);
      }
    }),
  );
});

function exchanged(counts: ObjectCounts): ObjectCounts {
  return {
    objectId: counts.objectId,
    truthPixels: counts.predictionPixels,
    predictionPixels: counts.truthPixels,
    sharedPixels: counts.sharedPixels,
    truthBoundary: counts.predictionBoundary,
    predictionBoundary: counts.truthBoundary,
    truthMatched: counts.predictionMatched,
    predictionMatched: counts.truthMatched,
  };
}

test('a mask agrees with itself, and with its transposition’s transposition', () => {
  fc.assert(
    fc.property(pairs, ({ truth, prediction }) => {
      for (const counts of scorer.count(truth, truth).objects) {
        expect([regionSimilarity(counts), boundaryAccuracy(counts)]).toEqual([1, 1]);
      }
      const turned = scorer.count(transposed(truth), transposed(prediction));
      expect(turned).toEqual(scorer.count(truth, prediction));
    }),
  );
});

function transposed({ width, height, ids }: IdPlane): IdPlane {
  return {
    width: height,
    height: width,
    ids: ids.map((_, i) => ids[(i % height) * width + Math.floor(i / height)] ?? 0),
  };
}

test('J, F and Dice are between 0 and 1, and Dice is never below J', () => {
  fc.assert(
    fc.property(pairs, ({ truth, prediction }) => {
      for (const counts of scorer.count(truth, prediction).objects) {
        const [j, f] = [regionSimilarity(counts), boundaryAccuracy(counts)];
        const dice = pixelScore(counts).dice ?? Number.NaN;
        expect(Math.min(j, f)).toBeGreaterThanOrEqual(0);
        expect(Math.max(f, dice)).toBeLessThanOrEqual(1);
        expect(dice).toBeGreaterThanOrEqual(j);
      }
    }),
  );
});

test('planes that do not begin at a word’s address count the same', () => {
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 3 }), ({ truth, prediction }, offset) => {
      const shifted = new Uint8Array(truth.ids.length + offset).subarray(offset);
      shifted.set(truth.ids);
      const counts = scorer.count({ ...truth, ids: shifted }, prediction);
      expect(counts).toEqual(scorer.count(truth, prediction));
    }),
  );
});

describe('edge cases', () => {
  const one = (truth: IdPlane, prediction: IdPlane) => {
    const [counts] = scorer.count(truth, prediction).objects;
    if (counts === undefined) throw new Error('nothing was counted');
    return { J: regionSimilarity(counts), F: boundaryAccuracy(counts), ...counts };
  };

  test('nothing on both sides is not counted', () => {
    expect(scorer.count(plane('000', '000'), plane('000', '000'))).toEqual({ objects: [] });
  });

  test('one side empty: 0 and 0', () => {
    expect(one(plane('010'), plane('000'))).toMatchObject({ J: 0, F: 0 });
    expect(one(plane('000'), plane('010'))).toMatchObject({ J: 0, F: 0 });
  });

  test('a mask that fills the image has no boundary', () => {
    expect(one(plane('11', '11'), plane('11', '11'))).toMatchObject({ F: 1, truthBoundary: 0 });
    expect(one(plane('11', '11'), plane('11', '10'))).toMatchObject({ J: 0.75, F: 0 });
  });

  test('an image of one pixel', () => {
    expect(one(plane('1'), plane('1'))).toMatchObject({ J: 1, F: 1 });
    expect(one(plane('1'), plane('0'))).toMatchObject({ J: 0, F: 1 });
  });

  test('the boundary lies half a pixel to the top left, on both sides', () => {
    const dot = plane('0000', '0000', '0010', '0000');
    expect(one(dot, dot).truthBoundary).toBe(4);
    const corner = plane('1000', '0000', '0000', '0000');
    expect(one(corner, corner).truthBoundary).toBe(1);
  });

  test('sides of two sizes are refused', () => {
    expect(() => scorer.count(plane('00'), plane('0', '0'))).toThrow('The prediction has 1 × 2');
  });

  test('void can be left out on both sides', () => {
    const truth = { ...plane('1190'), ids: Uint8Array.of(1, 1, 255, 0) };
    const prediction = plane('0111');
    const counts = scorer.count(truth, prediction, { ignoresVoid: true }).objects[0];
    expect(counts).toMatchObject({ truthPixels: 2, predictionPixels: 2, sharedPixels: 1 });
    expect(scorer.count(truth, prediction).objects[0]).toMatchObject({ predictionPixels: 3 });
  });
});

test.each([
  [854, 480, 8],
  [1920, 1080, 18],
  [456, 256, 5],
  [640, 480, 7],
  [1280, 720, 12],
  [3840, 2160, 36],
  [100, 75, 1],
  [75, 100, 1],
  [101, 75, 2],
  [400, 300, 4],
  [1, 1, 1],
])('the radius at %i × %i is %i', (width, height, radius) => {
  expect(boundaryRadius({ width, height })).toBe(radius);
});
