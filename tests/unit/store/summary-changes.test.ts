import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { MaskSummary } from '../../../src/core/prompts.ts';
import { forEachChange } from '../../../src/store/summary-changes.ts';
import {
  EMPTY_TRACK,
  hasMask,
  withForgottenMemory,
  withoutFrames,
  withSummaries,
  type SummaryTrack,
} from '../../../src/store/summary-track.ts';

/** The numbers are the same for all. */
function summary(frame: number): MaskSummary {
  return { objectId: objectId(1), frame: frameIndex(frame), areaPx: 10, origin: 'tracked' };
}

const summaries = fc.array(fc.nat(3000).map(summary), { maxLength: 60 });

function changedPositions(
  before: SummaryTrack,
  after: SummaryTrack,
  frames: Parameters<typeof forEachChange>[1],
): number[] {
  const positions: number[] = [];
  forEachChange([before, after], frames, (position) => positions.push(position));
  return positions;
}

test('tells which of some frames have other masks than before, whatever their numbers', () => {
  const frames = fc
    .uniqueArray(fc.nat(3000), { maxLength: 80 })
    .map((all) => all.sort((a, b) => a - b).map(frameIndex));
  const gone = fc.array(fc.nat(3000), { maxLength: 20 });
  fc.assert(
    fc.property(summaries, summaries, gone, frames, (first, second, gone, watched) => {
      const before = withSummaries(EMPTY_TRACK, first);
      const written = withForgottenMemory(withSummaries(before, second));
      const after = withoutFrames(written, gone);
      const had = new Set(first.map(({ frame }): number => frame));
      const put = new Set(second.map(({ frame }): number => frame));
      const expected = watched.flatMap((frame, at) => {
        const has = (had.has(frame) || put.has(frame)) && !gone.includes(frame);
        expect(hasMask(after, frame)).toBe(has);
        return has !== had.has(frame) || (has && put.has(frame)) ? [at] : [];
      });
      expect(changedPositions(before, after, watched)).toEqual(expected);
      expect(changedPositions(after, after, watched)).toEqual([]);
    }),
  );
});

test('the same summary put again, or into another track, is another mask', () => {
  const frames = [0, 1].map(frameIndex);
  const track = withSummaries(EMPTY_TRACK, [summary(0), summary(1)]);
  expect(changedPositions(track, withSummaries(track, [summary(1)]), frames)).toEqual([1]);
  const other = withSummaries(EMPTY_TRACK, [summary(0), summary(1)]);
  expect(changedPositions(track, other, frames)).toEqual([0, 1]);
});
