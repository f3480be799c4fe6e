import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { MaskSummary } from '../../../src/core/prompts.ts';
import { differingFrames } from '../../../src/store/differing-frames.ts';
import { CHUNK_FRAMES } from '../../../src/store/summary-chunk.ts';
import {
  contentOfRange,
  EMPTY_TRACK,
  framesOf,
  summaryAt,
  toMaskSummaries,
  withAgreements,
  withForgottenMemory,
  withoutFrames,
  withSummaries,
} from '../../../src/store/summary-track.ts';

function summary(frame: number, fields: Partial<MaskSummary> = {}): MaskSummary {
  return {
    objectId: objectId(1),
    frame: frameIndex(frame),
    areaPx: 10,
    objectScoreLogit: 2,
    predictedIou: 0.5,
    origin: 'tracked',
    ...fields,
  };
}

const summaries = fc.array(
  fc.record({
    objectId: fc.constant(objectId(1)),
    frame: fc.integer({ min: 0, max: 3000 }).map(frameIndex),
    areaPx: fc.integer({ min: 0, max: 1_000_000 }),
    objectScoreLogit: fc.integer({ min: -8, max: 8 }),
    predictedIou: fc.constantFrom(0, 0.25, 0.5, 1),
    origin: fc.constantFrom('prompt' as const, 'tracked' as const, 'imported' as const),
    centroid: fc.record({ x: fc.nat(7680), y: fc.nat(4320) }),
    direction: fc.constantFrom('forward' as const, 'reverse' as const),
    oppositeIou: fc.constantFrom(0, 0.25, 1),
  }),
  { maxLength: 60 },
);

test('holds what was put in last, whatever the order of batches', () => {
  fc.assert(
    fc.property(summaries, summaries, fc.array(fc.nat(3000), { maxLength: 20 }), (a, b, gone) => {
      const model = new Map<number, MaskSummary>();
      for (const one of [...a, ...b]) model.set(one.frame, one);
      for (const frame of gone) model.delete(frame);
      const track = withoutFrames(withSummaries(withSummaries(EMPTY_TRACK, a), b), gone);
      const expected = [...model.values()].sort((x, y) => x.frame - y.frame);
      expect(toMaskSummaries(objectId(1), track)).toEqual(expected);
      expect(track.coveredFrames).toBe(expected.length);
      const absent = expected.filter((one) => (one.objectScoreLogit ?? 1) <= 0);
      expect(track.absentFrames).toBe(absent.length);
    }),
  );
});

test('what is noted of masks changes nothing else, and makes a mask another where it is news', () => {
  const before = withSummaries(EMPTY_TRACK, [
    summary(4, { centroid: videoPoint(3.5, 7.25), direction: 'forward' }),
    summary(5),
  ]);
  const after = withAgreements(before, [
    { frame: frameIndex(4), iou: 0.5 },
    { frame: frameIndex(5), iou: 0.96 },
    { frame: frameIndex(6), iou: 0.5 },
  ]);
  expect(summaryAt(after, 4)).toEqual({ ...summaryAt(before, 4), oppositeIou: 0.5 });
  expect(summaryAt(after, 5)?.oppositeIou).toBeCloseTo(0.96, 6);
  expect(summaryAt(after, 6)).toBeUndefined();
  expect(summaryAt(before, 4)?.oppositeIou).toBeUndefined();
  const revisions = (track: typeof before) => [...(track.chunks[0]?.revision ?? [])];
  expect(revisions(after)[4]).not.toBe(revisions(before)[4]);
  expect(revisions(after)[5]).toBe(revisions(before)[5]);
});

test('frames that differ are those that agree less than two runs of the model do', () => {
  const said = [
    summary(3, { oppositeIou: 0.2 }),
    summary(4, { oppositeIou: 0.86 }),
    summary(5),
    summary(CHUNK_FRAMES + 1, { oppositeIou: 0.84 }),
  ];
  expect(differingFrames(withSummaries(EMPTY_TRACK, said))).toEqual([3, CHUNK_FRAMES + 1]);
});

test('a change leaves earlier versions and untouched chunks alone', () => {
  const before = withSummaries(EMPTY_TRACK, [summary(0), summary(600)]);
  const after = withSummaries(before, [summary(601, { areaPx: 99 })]);
  expect(summaryAt(before, 601)).toBeUndefined();
  expect(summaryAt(after, 601)?.areaPx).toBe(99);
  expect(after.chunks[0]).toBe(before.chunks[0]);
  expect(after.chunks[1]).not.toBe(before.chunks[1]);
});

test('an imported mask has no score and is absent only where it is empty', () => {
  const imported = { origin: 'imported' as const };
  const { objectScoreLogit: _s, predictedIou: _p, ...plain } = summary(1, imported);
  const track = withSummaries(EMPTY_TRACK, [plain, { ...plain, frame: frameIndex(2), areaPx: 0 }]);
  expect(summaryAt(track, 1)).toMatchObject({ isAbsent: false, objectScoreLogit: undefined });
  expect(summaryAt(track, 2)).toMatchObject({ isAbsent: true });
});

test('forgetting the memory keeps masks and marks only tracked frames', () => {
  const track = withSummaries(EMPTY_TRACK, [summary(0, { origin: 'prompt' }), summary(1)]);
  const forgotten = withForgottenMemory(track);
  expect(framesOf(forgotten, ['kept'])).toEqual([1]);
  expect(framesOf(forgotten, ['prompt'])).toEqual([0]);
  expect(toMaskSummaries(objectId(1), forgotten).map((one) => one.origin)).toEqual([
    'prompt',
    'tracked',
  ]);
  expect(forgotten.coveredFrames).toBe(2);
});

test('a range says what any of its frames holds', () => {
  const track = withSummaries(EMPTY_TRACK, [summary(5), summary(9, { objectScoreLogit: -1 })]);
  expect(contentOfRange(track, 0, 5)).toEqual({
    hasMask: false,
    hasAbsence: false,
    hasImported: false,
  });
  expect(contentOfRange(track, 5, 9)).toMatchObject({ hasMask: true, hasAbsence: false });
  expect(contentOfRange(track, 6, 10)).toMatchObject({ hasMask: true, hasAbsence: true });
});

test('ten thousand frames of sixteen objects take less than five megabytes', () => {
  let bytes = 0;
  for (let object = 1; object <= 16; object++) {
    const all = Array.from({ length: 10_000 }, (_, frame) => summary(frame));
    const track = withSummaries(EMPTY_TRACK, all);
    expect(track.coveredFrames).toBe(10_000);
    for (const chunk of track.chunks) {
      for (const field of Object.values(chunk ?? {})) {
        if (ArrayBuffer.isView(field)) bytes += field.byteLength;
      }
    }
  }
  expect(bytes).toBeLessThan(5_000_000);
});
