import { expect, test } from 'vitest';
import type { MatchRow } from '../../../../src/core/frame-match.ts';
import { frameIndex, objectId } from '../../../../src/core/ids.ts';
import { INITIAL_STATE, type StudioState } from '../../../../src/store/studio-state.ts';
import { pageOf, ROWS_PER_PAGE } from '../../../../src/ui/ground-truth/match-rows.ts';
import { runObstacle, runText } from '../../../../src/ui/ground-truth/run-text.ts';
import { changeText, scoredText } from '../../../../src/ui/ground-truth/score-status.ts';
import { truthIdsOf, truthRowOf } from '../../../../src/ui/ground-truth/truth-rows.ts';
import {
  distanceText,
  kindText,
  loadingFraction,
  matchText,
} from '../../../../src/ui/ground-truth/truth-text.ts';
import { buildFakeTruth } from '../../../helpers/fake-truth.ts';

const groundTruth = buildFakeTruth({ frameCount: 240, names: ['mug', 'pan'], unmatched: 2 });
const { truth } = groundTruth;
const [sequence] = truth?.sequences ?? [];
if (truth === undefined || sequence === undefined) throw new Error('a sequence is in view');

const withTruth = (fields: Partial<StudioState> = {}): StudioState => ({
  ...INITIAL_STATE,
  groundTruth,
  ...fields,
});

test('what is loaded, and how much of it lies on the clip', () => {
  expect(kindText(truth)).toBe('VISOR');
  const unloaded = [{ name: 'b', frameCount: 2, matchedCount: 0, reason: 'Of another video.' }];
  expect(kindText({ ...truth, kind: 'masks', unloaded })).toBe('PNG masks · 2 sequences');
  expect(matchText(sequence)).toBe('28 of 30 frames matched');
});

test.each([
  [3240, '+3.2 ms'],
  [-16_683, '−16.7 ms'],
  [-20, '0.0 ms'],
  [0, '0.0 ms'],
  [undefined, ''],
])('a distance of %d µs is told as %s', (distanceUs, text) => {
  const row = { stem: 'a', frame: frameIndex(1), basis: 'visor-clock' as const };
  expect(distanceText(distanceUs === undefined ? row : { ...row, distanceUs })).toBe(text);
});

test('reading is at a fraction once its size is known', () => {
  expect(loadingFraction(undefined)).toBeUndefined();
  expect(loadingFraction({ name: 'a', bytesDone: 0, bytesTotal: 0 })).toBeUndefined();
  expect(loadingFraction({ name: 'a', bytesDone: 3, bytesTotal: 4 })).toBe(0.75);
});

test('pages hold so many rows, the last one the rest; a page past the end is the last', () => {
  const rows = Array.from({ length: 2 * ROWS_PER_PAGE + 1 }, (_, at): MatchRow => {
    const stem = String(at);
    return at % 2 === 0 ? { stem, frame: frameIndex(at), basis: 'name' } : { stem, reason: 'No.' };
  });
  expect(pageOf(rows, { filter: 'all', page: 0 }).rows).toHaveLength(ROWS_PER_PAGE);
  const last = pageOf(rows, { filter: 'all', page: 9 });
  expect(last).toMatchObject({ page: 2, pageCount: 3, first: 200, total: 201 });
  expect(last.rows.map(({ place }) => place)).toEqual([200]);
  const unmatched = pageOf(rows, { filter: 'unmatched', page: 0 });
  expect(unmatched).toMatchObject({ pageCount: 1, total: 100 });
  expect(unmatched.rows[1]?.place).toBe(3);
  expect(pageOf([], { filter: 'all', page: 0 })).toMatchObject({ pageCount: 1, total: 0 });
});

test('frames are scored, wait for it, or have no mask', () => {
  const scoring = { assigned: {}, history: [], lastChange: undefined };
  const at = (coveredFrames: number, scoredFrames: number) =>
    scoredText({
      ...groundTruth,
      scoring: { [sequence.name]: { ...scoring, coveredFrames, scoredFrames } },
    });
  expect(at(28, 28)).toEqual({ text: '28 of 28 frames scored', isScoring: false });
  expect(at(20, 12)).toEqual({
    text: '12 of 28 frames scored, 8 without a mask',
    isScoring: true,
  });
  expect(scoredText({ ...groundTruth, scoring: {} }).text).toBe(
    '0 of 28 frames scored, 28 without a mask',
  );
});

test('a change of a score says where, from what to what, and after how many clicks', () => {
  const change = {
    objectId: objectId(1),
    truthId: 1,
    frame: frameIndex(1200),
    stem: 'a',
    before: 0.845,
    after: 0.612,
    clicks: 1,
  };
  expect(changeText(change, 'mug')).toBe('mug, frame 1,200: 84.5 → 61.2 (−23.3) after 1 click');
});

test('a run is told by its sequence, and by how many there are', () => {
  const run = { frames: 'annotated' as const, sequence: 'b', sequencesDone: 1, sequencesTotal: 3 };
  expect(runText(run)).toBe('Sequence 2 of 3 · b');
  expect(runText({ ...run, sequencesDone: 3 })).toBe('Sequence 3 of 3 · b');
  expect(runText({ ...run, sequencesDone: 0, sequencesTotal: 1 })).toBe('b');
});

test('the protocol waits for frames on the clip, for reading and for the model', () => {
  expect(runObstacle(INITIAL_STATE)).toBe('No annotated frame lies on the clip.');
  const loading = { name: 'a', bytesDone: 0, bytesTotal: 0 };
  expect(runObstacle(withTruth({ groundTruth: { ...groundTruth, loading } }))).toBe(
    'The ground truth is being read.',
  );
  expect(runObstacle(withTruth())).toBe('Open a clip first.');
});

test('ids that are scored though no object has them have a row too', () => {
  const { report } = groundTruth;
  const [first] = report?.objects ?? [];
  if (report === undefined || first === undefined) throw new Error('there is a report');
  const gap = { ...first, object: '7' };
  const state = withTruth({
    groundTruth: { ...groundTruth, report: { ...report, objects: [...report.objects, gap] } },
  });
  expect(truthIdsOf(state)).toEqual([1, 2, 7]);
  expect(truthRowOf(state, 7)).toMatchObject({ name: 'Object 7', objectId: undefined });
});

test('Dice is averaged over the frames on which either mask has a pixel', () => {
  const { report } = groundTruth;
  const [first] = report?.objects ?? [];
  if (report === undefined || first === undefined) throw new Error('there is a report');
  const frame = { name: 'a', region: 1, boundary: 1 };
  const frames = [
    { ...frame, dice: 0.5 },
    { ...frame, dice: undefined },
    { ...frame, dice: 1 },
  ];
  const dice = (object: typeof first) =>
    truthRowOf(
      withTruth({ groundTruth: { ...groundTruth, report: { ...report, objects: [object] } } }),
      1,
    ).dice;
  expect(dice({ ...first, frames })).toBe('75.0');
  expect(dice({ ...first, frames: frames.slice(1, 2) })).toBe('–');
});
