import { expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { INITIAL_STATE, type StudioState } from '../../../src/store/studio-state.ts';
import { newTracklet } from '../../../src/store/tracklets-slice.ts';
import { objectScores, scoreCurves } from '../../../src/store/score-selectors.ts';
import { shownSequence } from '../../../src/store/ground-truth-slice.ts';
import { colorOfLook, curveLooks, isSelectedLook } from '../../../src/ui/scores/curve-looks.ts';
import { curveRows, frameOfPlace } from '../../../src/ui/scores/curve-rows.ts';
import { histogramOf } from '../../../src/ui/scores/histogram.ts';
import { hasSameMarks, laneMarks, rulerMarks } from '../../../src/ui/timeline/truth-marks.ts';
import { buildFakeTruth } from '../../helpers/fake-truth.ts';

const groundTruth = buildFakeTruth({ frameCount: 80, spacing: 8, scored: 0.5 });

function source() {
  return {
    sequence: shownSequence(groundTruth),
    curves: scoreCurves(groundTruth),
    objects: objectScores(groundTruth),
  };
}

test('curves lie on all annotated frames, with gaps where nothing is scored', () => {
  const rows = curveRows(source(), 'region');
  expect(rows.frames).toEqual([0, 8, 16, 24, 32, 40, 48, 56, 64, 72]);
  expect(rows.stems).toHaveLength(rows.frames.length);
  const [first] = rows.series;
  // VISOR does not score the first frame; of the ten, five are covered.
  const scored = first?.values.flatMap((value, at) => (value === null ? [] : [at]));
  expect(first?.values).toHaveLength(10);
  expect(scored).toEqual([1, 2, 3, 4]);
  expect(first?.values[1]).toBeCloseTo((scoreCurves(groundTruth)[0]?.region[0] ?? 0) * 100, 12);
});

test('J&F is half of J and F, on each frame and in the mean', () => {
  const [mean, region, boundary] = (['mean', 'region', 'boundary'] as const).map((metric) =>
    curveRows(source(), metric).series.at(1),
  );
  expect(mean?.values[2]).toBeCloseTo(
    ((region?.values[2] ?? 0) + (boundary?.values[2] ?? 0)) / 2,
    12,
  );
  expect(mean?.mean).toBeCloseTo(((region?.mean ?? 0) + (boundary?.mean ?? 0)) / 2, 12);
});

test('a press near an annotated frame means that frame, and elsewhere the frame beneath', () => {
  const frames = [0, 8, 16].map(frameIndex);
  expect(frameOfPlace({ x: 9.2, xPerPixel: 0.25 }, frames)).toBe(8);
  expect(frameOfPlace({ x: 11.6, xPerPixel: 0.25 }, frames)).toBe(12);
  expect(frameOfPlace({ x: 11.6, xPerPixel: 1 }, frames)).toBe(8);
  expect(frameOfPlace({ x: 5.4, xPerPixel: 1 }, [])).toBe(5);
});

function withObjects(): StudioState {
  const items = [1, 2].map((id) => newTracklet(objectId(id)));
  return {
    ...INITIAL_STATE,
    groundTruth,
    tracklets: { items, selectedId: objectId(2) },
  };
}

test('curves have the colours of the assigned objects, and the selected one stands out', () => {
  const state = withObjects();
  const looks = curveLooks(state);
  const [one, two] = state.tracklets.items;
  expect(looks.slice(0, 2).map(colorOfLook)).toEqual([one?.color, two?.color]);
  expect(looks.map(isSelectedLook)).toEqual([false, true, false]);
  // Nothing is assigned to the third any more.
  expect(colorOfLook(looks[2])).not.toBe(one?.color);
  expect(colorOfLook(looks[2])).toMatch(/^#[0-9a-f]{6}$/);
});

test('the timeline marks annotated frames, and those on which an object is poor', () => {
  expect(rulerMarks(groundTruth)).toHaveLength(10);
  const marks = laneMarks(groundTruth, objectId(3));
  expect(marks.frames).toEqual(rulerMarks(groundTruth));
  const curve = scoreCurves(groundTruth).find(({ truthId }) => truthId === 3);
  const poor = curve?.frames.filter((_, at) => {
    return ((curve.region[at] ?? 0) + (curve.boundary[at] ?? 0)) / 2 <= 0.5;
  });
  expect(poor?.length).toBeGreaterThan(0);
  expect(marks.poorFrames).toEqual(poor);
  expect(laneMarks(groundTruth, objectId(9)).frames).toEqual([]);
});

test('the timeline is painted anew for other marks, not for another wipe', () => {
  expect(hasSameMarks(groundTruth, { ...groundTruth, wipe: 0.4, view: 'errors' })).toBe(true);
  expect(hasSameMarks(groundTruth, { ...groundTruth, report: undefined })).toBe(false);
  expect(hasSameMarks(groundTruth, { ...groundTruth, sequence: 'another' })).toBe(false);
});

test('bins take what lies on their lower edge, the last one 100 too, and NaN is in none', () => {
  const bins = histogramOf([0, 0.05, 0.0499, 1, 0.97, Number.NaN]);
  expect(bins).toHaveLength(20);
  expect(bins[0]).toEqual({ from: 0, to: 5, count: 2 });
  expect(bins[1]?.count).toBe(1);
  expect(bins.at(-1)).toEqual({ from: 95, to: 100, count: 2 });
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(5);
});
