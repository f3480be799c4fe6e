import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TruthSequence } from '../../../src/core/ground-truth.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { CountedSequence, ScoreProtocol } from '../../../src/core/scores.ts';
import { reportSoFar } from '../../../src/scoring/report-so-far.ts';
import {
  INITIAL_GROUND_TRUTH,
  type GroundTruthSlice,
  type LoadedTruth,
  type SequenceScoring,
} from '../../../src/store/ground-truth-slice.ts';
import {
  objectScores,
  scoreCurves,
  scoresOfFrame,
  sequenceScore,
  worstFrames,
} from '../../../src/store/score-selectors.ts';

const [ONE, TWO] = [objectId(1), objectId(2)];

/** Shared pixels of ten true and ten predicted ones, by object id. */
type Overlaps = readonly (readonly (readonly [objectId: number, shared: number])[])[];

/** Annotated frames lie three apart; their names do not sort as they do. */
const frameAt = (position: number) => frameIndex(position * 3 + 1);
const stemAt = (position: number) => `n${1000 - position}`;

function counted(name: string, overlaps: Overlaps): CountedSequence {
  const rest = { truthPixels: 10, predictionPixels: 10, truthBoundary: 10, predictionBoundary: 10 };
  return {
    name,
    frames: overlaps.map((objects, at) => ({
      name: stemAt(at),
      counts: {
        objects: objects.map(([objectId, shared]) => ({
          ...rest,
          objectId,
          sharedPixels: shared,
          truthMatched: shared,
          predictionMatched: shared,
        })),
      },
    })),
  };
}

function truthOf(names: readonly string[], frameCount: number): LoadedTruth {
  const sequences = names.map((name): TruthSequence => ({
    name,
    size: { width: 9, height: 9 },
    objects: [1, 3].map((truthId) => ({ truthId, name: `thing ${truthId}` })),
    frames: Array.from({ length: frameCount }, (_, at) => ({
      stem: stemAt(at),
      frame: frameAt(at),
      truthIds: [1, 3],
    })),
    match: {
      rows: [],
      matchedCount: frameCount,
      sizes: 'same',
      problems: [],
      notices: [],
    },
    dropped: [],
  }));
  const reading = { rule: 'first-frame', offsetFrames: 0 } as const;
  const rest = { sources: [], unloaded: [], notices: [] };
  return { name: 'truth', kind: 'masks', ...reading, sequences, ...rest };
}

function sliceOf(
  sequences: readonly CountedSequence[],
  protocol: ScoreProtocol = 'visor',
): GroundTruthSlice {
  const frameCount = Math.max(...sequences.map(({ frames }) => frames.length));
  return {
    ...INITIAL_GROUND_TRUTH,
    truth: truthOf(
      sequences.map(({ name }) => name),
      frameCount,
    ),
    sequence: sequences[0]?.name,
    scoring: Object.fromEntries(
      sequences.map(({ name }) => [name, scoringWith({ 1: ONE, 3: TWO })]),
    ),
    protocol,
    report: reportSoFar({ protocol, setName: 'set', sequences }),
  };
}

function scoringWith(assigned: SequenceScoring['assigned']): SequenceScoring {
  return { assigned, coveredFrames: 0, scoredFrames: 0, history: [], lastChange: undefined };
}

const SLICE = sliceOf([
  counted('view', [
    [
      [1, 5],
      [3, 5],
    ],
    [
      [1, 10],
      [3, 2],
    ],
    [
      [1, 4],
      [3, 8],
    ],
  ]),
  counted('other', [[[1, 1]], [[1, 1]]]),
]);

const jOf = (shared: number) => shared / (20 - shared);
const meanOf = (shared: number) => (jOf(shared) + shared / 10) / 2;

describe('scores of a frame', () => {
  test('are those of the sequence in view, by truth id', () => {
    const scores = scoresOfFrame(SLICE, frameAt(2));
    expect(scores).toEqual([
      expect.objectContaining({ truthId: 1, stem: stemAt(2), frame: 7, region: jOf(4) }),
      expect.objectContaining({ truthId: 2, region: 1, boundary: 1, dice: undefined }),
      expect.objectContaining({ truthId: 3, boundary: expect.closeTo(0.8, 12), dice: 0.8 }),
    ]);
    expect(scores[0]?.mean).toBe((jOf(4) + (scores[0]?.boundary ?? 0)) / 2);
  });

  test('are none where the protocol does not look, nor between annotated frames', () => {
    expect(scoresOfFrame(SLICE, frameAt(0))).toEqual([]);
    expect(scoresOfFrame(SLICE, frameIndex(5))).toEqual([]);
    expect(scoresOfFrame(SLICE, frameIndex(900))).toEqual([]);
    expect(scoresOfFrame(INITIAL_GROUND_TRUTH, frameIndex(4))).toEqual([]);
    expect(scoresOfFrame({ ...SLICE, report: undefined }, frameAt(1))).toEqual([]);
  });
});

describe('curves and objects', () => {
  test('carry the ground truth’s names, and numbers where it has none', () => {
    expect(objectScores(SLICE).map(({ truthId, name }) => [truthId, name])).toEqual([
      [1, 'thing 1'],
      [2, 'Object 2'],
      [3, 'thing 3'],
    ]);
    expect(scoreCurves(SLICE)[2]).toEqual({
      truthId: 3,
      name: 'thing 3',
      frames: [4, 7],
      region: [jOf(2), jOf(8)],
      boundary: [expect.closeTo(0.2, 12), expect.closeTo(0.8, 12)],
    });
  });

  test('begin for SA-V where the object does', () => {
    const late: Overlaps = [
      [[1, 5]],
      [[1, 5]],
      [
        [1, 5],
        [3, 5],
      ],
      [[1, 5]],
    ];
    const slice = sliceOf([counted('view', late)], 'sav-all-frames');
    expect(scoreCurves(slice).map(({ frames }) => frames)).toEqual([
      [1, 4, 7, 10],
      [7, 10],
    ]);
    expect(scoresOfFrame(slice, frameAt(1)).map(({ truthId }) => truthId)).toEqual([1]);
    expect(scoresOfFrame(slice, frameAt(3)).map(({ truthId }) => truthId)).toEqual([1, 3]);
  });

  test('follow the sequence in view', () => {
    const slice = { ...SLICE, sequence: 'other' };
    expect(scoreCurves(slice)).toHaveLength(1);
    expect(sequenceScore(slice)?.region.mean).toBe(jOf(1));
    expect(sequenceScore(slice, 'view')?.objectCount).toBe(3);
    expect(sequenceScore(slice, 'none')).toBeUndefined();
    expect(sequenceScore(INITIAL_GROUND_TRUTH)).toBeUndefined();
  });
});

test('the worst frames are those that sorting all of them gives', () => {
  const frame = fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
    .map(([a, b]) => [[1, a] as const, [3, b] as const]);
  fc.assert(
    fc.property(fc.array(frame, { minLength: 2, maxLength: 20 }), fc.nat(12), (frames, count) => {
      const slice = sliceOf([counted('view', frames)]);
      const all = frames.flatMap((objects, at) =>
        at === 0 ? [] : objects.map(([truthId, shared]) => ({ at, truthId, mean: meanOf(shared) })),
      );
      const sorted = all.sort((a, b) => a.mean - b.mean || a.at - b.at || a.truthId - b.truthId);
      expect(worstFrames(slice, count).map(({ frame, truthId }) => [frame, truthId])).toEqual(
        sorted.slice(0, count).map(({ at, truthId }) => [frameAt(at), truthId]),
      );
    }),
  );
});

test('frames of a truth that no object is compared to are not to be corrected', () => {
  const scoring = { view: scoringWith({ 3: TWO }) };
  const worst = worstFrames({ ...SLICE, scoring }, 10);
  expect(worst.map(({ frame, truthId }) => [frame, truthId])).toEqual([
    [frameAt(1), 3],
    [frameAt(2), 3],
  ]);
  expect(worstFrames({ ...SLICE, scoring: {} }, 10)).toEqual([]);
});

test('the same scores are the same arrays, whatever else of the slice changes', () => {
  const later = { ...SLICE, wipe: 0.5, view: 'errors' as const };
  expect(scoreCurves(later)).toBe(scoreCurves(SLICE));
  expect(objectScores(later)).toBe(objectScores(SLICE));
  expect(worstFrames(later, 3)).toBe(worstFrames(SLICE, 3));
  expect(scoresOfFrame(later, frameAt(1))).toBe(scoresOfFrame(SLICE, frameAt(1)));
  expect(scoresOfFrame(SLICE, frameAt(2))[0]?.frame).toBe(frameAt(2));
  expect(worstFrames(SLICE, 2)).toHaveLength(2);
  expect(scoreCurves({ ...SLICE, sequence: 'other' })).not.toBe(scoreCurves(SLICE));
});
