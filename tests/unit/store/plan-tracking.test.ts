import { expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { FramePrompts, MaskSummary } from '../../../src/core/prompts.ts';
import { planTracking, type TrackingDirection } from '../../../src/store/plan-tracking.ts';
import { INITIAL_PROMPTS, withPrompts } from '../../../src/store/prompts-slice.ts';
import { EMPTY_TRACK, withSummaries } from '../../../src/store/summary-track.ts';
import { newTracklet } from '../../../src/store/tracklets-slice.ts';

const CLICK: FramePrompts = { kind: 'clicks', points: [{ x: 1, y: 1, label: 'positive' }] };

interface Given {
  readonly prompts: Record<number, readonly number[]>;
  readonly tracked?: Record<number, readonly number[]>;
  readonly changed?: Record<number, readonly number[]>;
  readonly frame: number;
  readonly direction: TrackingDirection;
}

function plan(given: Given) {
  let prompts = INITIAL_PROMPTS;
  for (const [id, frames] of Object.entries(given.prompts)) {
    for (const frame of frames) {
      const placed = { objectId: objectId(Number(id)), frame: frameIndex(frame), prompts: CLICK };
      prompts = withPrompts(prompts, placed);
    }
  }
  const tracklets = Object.keys(given.prompts).map((id) => {
    const summaries = (given.tracked?.[Number(id)] ?? []).map((frame): MaskSummary => ({
      objectId: objectId(Number(id)),
      frame: frameIndex(frame),
      areaPx: 1,
      origin: 'tracked',
    }));
    return {
      ...newTracklet(objectId(Number(id))),
      changedFrames: (given.changed?.[Number(id)] ?? []).map(frameIndex),
      summaries: withSummaries(EMPTY_TRACK, summaries),
    };
  });
  return planTracking({
    tracklets,
    prompts,
    currentFrame: frameIndex(given.frame),
    frameCount: 100,
    direction: given.direction,
  });
}

const spans = (given: Given) => {
  const result = plan(given);
  return result.isPossible ? result.passes.map((pass) => [pass.start, pass.end]) : result.reason;
};

test('without prompts there is nothing to track', () => {
  expect(spans({ prompts: { 1: [] }, frame: 0, direction: 'forward' })).toBe(
    'Click an object first.',
  );
});

test('starts on the prompted frame that is shown', () => {
  expect(spans({ prompts: { 1: [30] }, frame: 30, direction: 'forward' })).toEqual([[30, 99]]);
  expect(spans({ prompts: { 1: [30] }, frame: 30, direction: 'reverse' })).toEqual([[30, 0]]);
});

test('starts at the last prompt before a frame that nobody tracked', () => {
  const prompts = { 1: [10, 40, 80] };
  expect(spans({ prompts, frame: 60, direction: 'forward' })).toEqual([[40, 99]]);
  expect(spans({ prompts, frame: 60, direction: 'reverse' })).toEqual([[80, 0]]);
  expect(spans({ prompts: { 1: [10] }, frame: 5, direction: 'forward' })).toEqual([[10, 99]]);
  expect(spans({ prompts: { 1: [10] }, frame: 50, direction: 'reverse' })).toEqual([[10, 0]]);
});

test('goes on from a tracked frame', () => {
  const given = { prompts: { 1: [0] }, tracked: { 1: [59, 60, 61] }, frame: 60 };
  expect(spans({ ...given, direction: 'forward' })).toEqual([[60, 99]]);
  expect(spans({ ...given, direction: 'reverse' })).toEqual([[60, 0]]);
});

test('goes on where an earlier run stopped before the frame that is shown', () => {
  const given = { prompts: { 1: [0] }, tracked: { 1: [1, 2, 3] } };
  expect(spans({ ...given, frame: 70, direction: 'forward' })).toEqual([[3, 99]]);
  const late = { prompts: { 1: [90] }, tracked: { 1: [80, 81] } };
  expect(spans({ ...late, frame: 40, direction: 'reverse' })).toEqual([[80, 0]]);
});

test('goes back to the first change on the way, so that nothing stays out of date', () => {
  const tracked = { 1: Array.from({ length: 100 }, (_, frame) => frame) };
  const given = { prompts: { 1: [0, 30, 60] }, tracked, changed: { 1: [30, 60] } };
  expect(spans({ ...given, frame: 80, direction: 'forward' })).toEqual([[30, 99]]);
  expect(spans({ ...given, frame: 20, direction: 'forward' })).toEqual([[20, 99]]);
  expect(spans({ ...given, frame: 40, direction: 'reverse' })).toEqual([[60, 0]]);
});

test('several objects start where the one that needs it most does', () => {
  const given = { prompts: { 1: [60], 2: [20] }, tracked: { 1: [60] }, frame: 60 };
  expect(spans({ ...given, direction: 'forward' })).toEqual([[20, 99]]);
  expect(spans({ ...given, direction: 'both' })).toEqual([
    [20, 99],
    [60, 0],
  ]);
});

test('counts the frames of both directions', () => {
  const result = plan({ prompts: { 1: [30] }, frame: 30, direction: 'both' });
  expect(result).toMatchObject({ isPossible: true, framesTotal: 70 + 31, objectIds: [1] });
});
