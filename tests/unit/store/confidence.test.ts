import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import {
  certaintyOf,
  confidenceOf,
  countUncertain,
  leastConfidence,
} from '../../../src/store/confidence.ts';
import { CHUNK_FRAMES, type PageSummary } from '../../../src/store/summary-chunk.ts';
import { EMPTY_TRACK, summaryAt, withSummaries } from '../../../src/store/summary-track.ts';
import { gapStarts, gapStartsOf, uncertainStarts } from '../../../src/store/track-jumps.ts';
import { INITIAL_TRACKLETS, newTracklet } from '../../../src/store/tracklets-slice.ts';

function mask(frame: number, fields: Partial<PageSummary> = {}): PageSummary {
  return {
    objectId: objectId(1),
    frame: frameIndex(frame),
    areaPx: 100,
    objectScoreLogit: 8,
    predictedIou: 0.9,
    origin: 'tracked',
    ...fields,
  };
}

test('the least of shape and presence decides; an absent object has no shape', () => {
  const here = { isAbsent: false };
  expect(confidenceOf({ ...here, predictedIou: 0.9, objectScoreLogit: 0 })).toBe(0);
  expect(confidenceOf({ ...here, predictedIou: 0.3, objectScoreLogit: 9 })).toBe(0.3);
  expect(confidenceOf({ ...here, predictedIou: 1.2, objectScoreLogit: undefined })).toBe(1);
  expect(
    confidenceOf({ isAbsent: true, predictedIou: 0.01, objectScoreLogit: -9 }),
  ).toBeGreaterThan(0.99);
  expect(
    confidenceOf({ ...here, predictedIou: undefined, objectScoreLogit: undefined }),
  ).toBeUndefined();
});

test('certainty is how far the probability is from a half', () => {
  for (const logit of [-6, -0.3, 0, 0.3, 1, 12]) {
    const probability = 1 / (1 + Math.exp(-logit));
    expect(certaintyOf(logit)).toBeCloseTo(Math.abs(2 * probability - 1), 10);
  }
});

test('the least of a range is that of its frames, over the edges of chunks', () => {
  const opinions = fc.array(
    fc.record({
      frame: fc.integer({ min: 0, max: 3 * CHUNK_FRAMES }),
      predictedIou: fc.constantFrom(0, 0.2, 0.5, 0.9),
      objectScoreLogit: fc.constantFrom(-7, 0.2, 2, 9),
    }),
    { maxLength: 40 },
  );
  const range = fc.tuple(fc.nat(3 * CHUNK_FRAMES), fc.nat(3 * CHUNK_FRAMES));
  fc.assert(
    fc.property(opinions, range, (said, [a, b]) => {
      const track = withSummaries(
        EMPTY_TRACK,
        said.map(({ frame, ...rest }) => mask(frame, rest)),
      );
      const [first, end] = [Math.min(a, b), Math.max(a, b)];
      let expected = Number.NaN;
      for (let frame = first; frame < end; frame++) {
        const summary = summaryAt(track, frame);
        const value = summary && confidenceOf(summary);
        if (value !== undefined) expected = Math.min(Number.isNaN(expected) ? 1 : expected, value);
      }
      const least = leastConfidence(track, first, end);
      if (Number.isNaN(expected)) expect(least).toBeNaN();
      else expect(least).toBeCloseTo(expected, 6);
    }),
  );
});

test('stretches of uncertain masks are jumped to at their first frame', () => {
  const low = { predictedIou: 0.2 };
  const edge = CHUNK_FRAMES - 1;
  const frames = [3, 4, 5, 9, edge, edge + 1];
  const track = withSummaries(EMPTY_TRACK, [
    mask(2),
    ...frames.map((frame) => mask(frame, low)),
    mask(10, { objectScoreLogit: 0.1 }),
    mask(20, { objectScoreLogit: -9, predictedIou: 0 }),
  ]);
  expect(uncertainStarts(track)).toEqual([3, 9, edge]);
  expect(countUncertain(track)).toBe(7);
});

test('gaps lie between masks, not before the first or after the last', () => {
  const track = withSummaries(EMPTY_TRACK, [mask(5), mask(6), mask(9), mask(600), mask(601)]);
  expect(gapStarts(track)).toEqual([7, 10]);
  expect(gapStarts(EMPTY_TRACK)).toEqual([]);
  const item = { ...newTracklet(objectId(1)), summaries: track };
  expect(gapStartsOf({ ...INITIAL_TRACKLETS, items: [item] })).toEqual([]);
  expect(gapStartsOf({ items: [item], selectedId: item.id })).toEqual([7, 10]);
});
