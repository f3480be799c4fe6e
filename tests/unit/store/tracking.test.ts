import { afterEach, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { objectId } from '../../../src/core/ids.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { framesOf } from '../../../src/store/summary-track.ts';
import { stateOf } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import {
  click,
  engineOf,
  rest,
  seenObject,
  shownAlerts,
  StudioShelf,
} from '../../helpers/work-lab.ts';

const ONE = objectId(1);
const TWO = objectId(2);
const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

test('tracking fills every frame, follows them and ends complete', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  expect(stateOf(studio).propagation).toMatchObject({ status: 'complete', framesDone: 24 });
  expect(seenObject(studio).summaries.coveredFrames).toBe(24);
  expect(seenObject(studio).needsTracking).toBe(false);
  expect(stateOf(studio).playback).toMatchObject({ mode: 'paused', frame: 23 });
  await until(() => studio.media.shown.at(-1) === 23, 'the stage followed');
});

test('both directions run one after the other from the frame that is shown', async () => {
  const studio = await shelf.ready();
  studio.actions.playback.seekTo(10);
  await until(() => stateOf(studio).playback.shownFrame === 10, 'frame 10 is shown');
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await rest(studio);
  await studio.actions.propagation.track('both', 'all');
  expect(seenObject(studio).summaries.coveredFrames).toBe(24);
  expect(stateOf(studio).propagation).toMatchObject({ status: 'complete', framesDone: 14 + 11 });
});

test('cancelling keeps what is done and says that the object still waits', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 5;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => seenObject(studio).summaries.coveredFrames === 5, 'five frames are done');
  expect(seenObject(studio).needsTracking).toBe(false);
  await studio.actions.propagation.cancel();
  await run;
  expect(stateOf(studio).propagation).toEqual({
    status: 'aborted',
    framesDone: 5,
    framesTotal: 24,
    rest: [{ objectIds: [ONE], start: 5, end: 23, direction: 'forward' }],
  });
  expect(seenObject(studio).summaries.coveredFrames).toBe(5);
  expect(seenObject(studio).needsTracking).toBe(true);
});

test('only the selected object is tracked when asked', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  studio.actions.tracklets.add();
  studio.actions.prompts.addPoint(videoPoint(300, 50), 'positive');
  await rest(studio);
  await studio.actions.propagation.track('forward', 'selected');
  expect(seenObject(studio, TWO).summaries.coveredFrames).toBe(24);
  expect(seenObject(studio, ONE).summaries.coveredFrames).toBe(1);
  expect(stateOf(studio).propagation.status).toBe('required');
});

test('a failure of the run keeps its frames and is reported', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 3;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => seenObject(studio).summaries.coveredFrames === 3, 'three frames are done');
  engineOf(studio).failures.set('nextBatch', new StudioError('model-failed', 'NaN in the logits.'));
  await run;
  expect(stateOf(studio).propagation).toMatchObject({ status: 'failed', framesDone: 3 });
  expect(seenObject(studio).summaries.coveredFrames).toBe(3);
  expect(shownAlerts(studio)).toContain('error: NaN in the logits.');
});

test('clearing tracking keeps prompted and imported masks', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  await studio.actions.propagation.clear();
  expect(framesOf(seenObject(studio).summaries, ['prompt', 'tracked', 'kept'])).toEqual([0]);
  expect(studio.media.removed[0]?.frames).toHaveLength(23);
  expect(stateOf(studio).propagation.status).toBe('required');
});
