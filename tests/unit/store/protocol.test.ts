import { afterEach, describe, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import type { TruthSequence } from '../../../src/core/ground-truth.ts';
import { frameIndex, objectId, type ObjectId } from '../../../src/core/ids.ts';
import { rleArea } from '../../../src/core/rle.ts';
import { protocolFramesOf } from '../../../src/store/protocol-result.ts';
import { promptedFrames, promptsAt } from '../../../src/store/prompts-slice.ts';
import { framesOf, summaryAt } from '../../../src/store/summary-track.ts';
import type { Tracklet } from '../../../src/store/tracklets-slice.ts';
import { deviceLost } from '../../helpers/fake-inference.ts';
import { buildFakeStudio, type FakeStudio, stateOf } from '../../helpers/fake-studio.ts';
import { buildSequence, buildTruthOutcome, truthEntries } from '../../helpers/truth-builders.ts';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';

const ALL_ORIGINS = ['prompt', 'tracked', 'imported', 'kept'] as const;
const FIRST = buildSequence('a', { frames: [2, 5, 8], objects: ['board', 'left hand'] });
const SECOND = buildSequence('b', { frames: [12, 14, 20], objects: ['left hand', 'mug'] });

let open: FakeStudio[] = [];
afterEach(() => {
  for (const studio of open) studio[Symbol.dispose]();
  open = [];
});

const truthOf = (studio: FakeStudio) => stateOf(studio).groundTruth;
const objectNamed = (studio: FakeStudio, name: string): Tracklet => {
  const [found, ...others] = stateOf(studio).tracklets.items.filter((item) => item.name === name);
  if (found === undefined || others.length > 0) throw new Error(`not one object “${name}”`);
  return found;
};
const framesWithMasks = (studio: FakeStudio, name: string) =>
  framesOf(objectNamed(studio, name).summaries, ALL_ORIGINS).map(Number);
const messages = (studio: FakeStudio) =>
  stateOf(studio).alerts.log.map((alert) => `${alert.severity}: ${alert.message}`);
const isAtRest = (studio: FakeStudio) => stateOf(studio).models.engine.status === 'ready';

/** A studio with a clip, a model and a ground truth of these sequences. */
async function ready(
  sequences: readonly TruthSequence[],
  fields: Parameters<typeof buildTruthOutcome>[1] = {},
): Promise<FakeStudio> {
  const studio = buildFakeStudio({ info: { frameCount: 24 } });
  open.push(studio);
  await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  await studio.actions.models.loadBundled();
  await until(() => isAtRest(studio), 'the session is up');
  studio.exporter.truthOutcome = buildTruthOutcome(sequences, fields);
  for (const [key, masks] of truthEntries(sequences)) studio.media.truth.set(key, masks);
  await studio.actions.groundTruth.openPicked([new File(['{}'], 'truth.json')]);
  return studio;
}

async function click(studio: FakeStudio, id: ObjectId, frame: number): Promise<void> {
  studio.actions.tracklets.select(id);
  studio.actions.playback.seekTo(frame);
  await until(() => stateOf(studio).playback.shownFrame === frame, 'the frame is shown');
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
}

describe('a whole run', () => {
  test('each sequence is tracked by itself, from its true masks, on its own frames', async () => {
    const studio = await ready([FIRST, SECOND]);
    await studio.actions.groundTruth.runProtocol('annotated', 'all');
    const [first, second, back] = engineOf(studio).sessions;
    const video = { width: 640, height: 360, frameCount: 24 };
    const rules = { overlap: 'highest-logit-wins', postprocessing: 'none' };
    expect(first?.video).toEqual({ ...video, ...rules, frames: [2, 5, 8] });
    expect(second?.video).toEqual({ ...video, ...rules, frames: [12, 14, 20] });
    expect(back?.video).toEqual(video);
    expect(first?.prompts.map(({ objectId: id, frame }) => [id, frame])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(second?.prompts.map(({ objectId: id, frame }) => [id, frame])).toEqual([
      [2, 12],
      [3, 12],
    ]);
    // The engine has the whole clip again, with what it was told of both.
    expect(back?.prompts).toHaveLength(4);
    expect(engineOf(studio).requests).toEqual([
      { objectIds: [1, 2], start: 2, end: 8, direction: 'forward' },
      { objectIds: [2, 3], start: 12, end: 20, direction: 'forward' },
    ]);
    expect(framesWithMasks(studio, 'board')).toEqual([2, 5, 8]);
    expect(framesWithMasks(studio, 'left hand')).toEqual([2, 5, 8, 12, 14, 20]);
    expect(stateOf(studio).propagation).toMatchObject({ status: 'complete', framesDone: 6 });
    expect(truthOf(studio).run).toBeUndefined();
    expect(isAtRest(studio)).toBe(true);
  });

  test('objects are named after the truth, the empty one first, and assigned in both', async () => {
    const studio = await ready([FIRST, SECOND]);
    await studio.actions.groundTruth.runProtocol('annotated', 'all');
    const { items } = stateOf(studio).tracklets;
    expect(items.map(({ id, name, needsTracking }) => [id, name, needsTracking])).toEqual([
      [1, 'board', false],
      [2, 'left hand', false],
      [3, 'mug', false],
    ]);
    expect(new Set(items.map(({ color }) => color)).size).toBe(3);
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({ 1: 1, 2: 2 });
    expect(truthOf(studio).scoring['b']?.assigned).toEqual({ 1: 2, 2: 3 });
  });

  test('the prompts are the true masks at the clip’s size, and are kept', async () => {
    const studio = await ready([FIRST]);
    await studio.actions.groundTruth.runProtocol('annotated', 'sequence');
    const prompts = promptsAt(stateOf(studio).prompts, objectId(2), frameIndex(2));
    if (prompts?.kind !== 'mask') throw new Error('no mask prompt');
    expect(prompts.mask).toMatchObject({ width: 640, height: 360 });
    // A square of 4 pixels at a tenth of the size.
    expect(rleArea(prompts.mask)).toBe(40 * 40);
    expect(summaryAt(objectNamed(studio, 'board').summaries, 2)?.origin).toBe('prompt');
    expect(structuredClone(stateOf(studio))).toEqual(stateOf(studio));
  });

  test('only the sequence in view, with every frame in between', async () => {
    const studio = await ready([FIRST, SECOND]);
    studio.actions.groundTruth.selectSequence('b');
    await studio.actions.groundTruth.runProtocol('every', 'sequence');
    expect(engineOf(studio).sessions[0]?.video.frames).toEqual([
      12, 13, 14, 15, 16, 17, 18, 19, 20,
    ]);
    expect(framesWithMasks(studio, 'mug')).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20]);
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({});
  });

  test('says which sequence of how many runs, and the stage follows', async () => {
    const studio = await ready([FIRST, SECOND]);
    engineOf(studio).holdBeforeFrame = 14;
    const run = studio.actions.groundTruth.runProtocol('annotated', 'all');
    await until(() => truthOf(studio).run?.sequencesDone === 1, 'the second is run');
    expect(truthOf(studio).run).toEqual({
      frames: 'annotated',
      sequence: 'b',
      sequencesDone: 1,
      sequencesTotal: 2,
    });
    await until(() => stateOf(studio).playback.frame === 12, 'the stage follows');
    expect(stateOf(studio).propagation).toMatchObject({
      status: 'running',
      run: { framesDone: 4, framesTotal: 6, newestFrame: 12 },
    });
    engineOf(studio).holdBeforeFrame = undefined;
    await run;
  });

  test('an object that comes later is tracked from where it is seen', async () => {
    const late = buildSequence('c', {
      frames: [0, 4, 8, 12],
      objects: ['cup', 'spoon'],
      seenFrom: { 2: 8 },
    });
    const studio = await ready([late], { kind: 'masks' });
    await studio.actions.groundTruth.runProtocol('annotated', 'sequence');
    expect(engineOf(studio).requests).toEqual([
      { objectIds: [1], start: 0, end: 4, direction: 'forward' },
      { objectIds: [1, 2], start: 8, end: 12, direction: 'forward' },
    ]);
    expect(framesWithMasks(studio, 'spoon')).toEqual([8, 12]);
    expect(stateOf(studio).propagation).toMatchObject({ status: 'complete', framesDone: 4 });
  });

  test('under VISOR’s first-frame rule nothing is given after the first frame', async () => {
    const late = buildSequence('c', {
      frames: [0, 4],
      objects: ['cup', 'spoon'],
      seenFrom: { 2: 4 },
    });
    const studio = await ready([late]);
    await studio.actions.groundTruth.runProtocol('annotated', 'sequence');
    expect(engineOf(studio).sessions[0]?.prompts).toHaveLength(1);
    expect(truthOf(studio).scoring['c']?.assigned).toEqual({ 1: 1 });
    expect(messages(studio)).toContain(
      'info: Without a true mask to start from, these were not tracked: “spoon”.',
    );
  });

  test('run again, it takes the same objects and drops what the first run left', async () => {
    const studio = await ready([FIRST]);
    await studio.actions.groundTruth.runProtocol('every', 'sequence');
    expect(framesWithMasks(studio, 'board')).toHaveLength(7);
    await studio.actions.groundTruth.runProtocol('annotated', 'sequence');
    expect(framesWithMasks(studio, 'board')).toEqual([2, 5, 8]);
    expect(studio.media.removed).toContainEqual({ objectId: 1, frames: [2, 3, 4, 5, 6, 7, 8] });
    expect(stateOf(studio).tracklets.items).toHaveLength(2);
    expect(promptedFrames(stateOf(studio).prompts, objectId(1))).toEqual([2]);
  });
});

test('scores are a run’s own until a correction or tracking is among them', async () => {
  const studio = await ready([FIRST, SECOND]);
  expect(protocolFramesOf(stateOf(studio))).toBeUndefined();
  await studio.actions.groundTruth.runProtocol('every', 'all');
  expect(protocolFramesOf(stateOf(studio))).toBe('every');
  await studio.actions.groundTruth.runProtocol('annotated', 'sequence');
  expect(protocolFramesOf(stateOf(studio))).toBeUndefined();
  await studio.actions.groundTruth.runProtocol('annotated', 'all');
  expect(protocolFramesOf(stateOf(studio))).toBe('annotated');
  await click(studio, objectId(1), 5);
  await until(() => stateOf(studio).models.activity === undefined, 'the click is answered');
  expect(protocolFramesOf(stateOf(studio))).toBeUndefined();
  studio.actions.prompts.clearFrame();
  await until(() => stateOf(studio).models.activity === undefined, 'it is taken back');
  expect(protocolFramesOf(stateOf(studio))).toBe('annotated');
  await studio.actions.propagation.track('forward', 'all');
  expect(protocolFramesOf(stateOf(studio))).toBeUndefined();
});

describe('the user’s own work', () => {
  test('an assigned object with clicks is left alone; the truth gets another', async () => {
    const studio = await ready([FIRST]);
    studio.actions.tracklets.rename(objectId(1), 'mine');
    await click(studio, objectId(1), 2);
    await until(() => summaryAt(objectNamed(studio, 'mine').summaries, 2) !== undefined, 'a mask');
    studio.actions.groundTruth.assign(1, objectId(1));
    await studio.actions.groundTruth.runProtocol('annotated', 'sequence');
    expect(promptsAt(stateOf(studio).prompts, objectId(1), frameIndex(2))?.kind).toBe('clicks');
    expect(framesWithMasks(studio, 'mine')).toEqual([2]);
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({ 1: 2, 2: 3 });
    expect(framesWithMasks(studio, 'board')).toEqual([2, 5, 8]);
    // Back on the whole clip the engine knows of the clicks as well.
    expect(
      engineOf(studio)
        .sessions.at(-1)
        ?.prompts.map((one) => Number(one.objectId)),
    ).toEqual([1, 2, 3]);
  });

  test('a click during the run waits, and is answered when the engine is back', async () => {
    const studio = await ready([FIRST, SECOND]);
    engineOf(studio).holdBeforeFrame = 14;
    const run = studio.actions.groundTruth.runProtocol('annotated', 'all');
    await until(() => truthOf(studio).run?.sequencesDone === 1, 'the second is run');
    await click(studio, objectId(1), 0);
    const callsBefore = engineOf(studio).calls.filter((call) => call === 'setPrompts').length;
    expect(callsBefore).toBe(0);
    expect(promptsAt(stateOf(studio).prompts, objectId(1), frameIndex(0))?.kind).toBe('clicks');
    engineOf(studio).holdBeforeFrame = undefined;
    await run;
    await until(() => framesWithMasks(studio, 'board').includes(0), 'the click is answered');
    const calls = engineOf(studio).calls.filter((call) => call !== 'candidates');
    expect(calls.slice(-2)).toEqual(['restore', 'setPrompts']);
    expect(objectNamed(studio, 'board').needsTracking).toBe(true);
    expect(framesWithMasks(studio, 'mug')).toEqual([12, 14, 20]);
  });

  test('objects on one part of the clip are not shared by sequences that both lie there', async () => {
    const other = buildSequence('z', { frames: [5, 8], objects: ['board'] });
    const studio = await ready([FIRST, other]);
    await studio.actions.groundTruth.runProtocol('annotated', 'all');
    const { scoring } = truthOf(studio);
    expect(scoring['z']?.assigned[1]).not.toBe(scoring['a']?.assigned[1]);
    expect(stateOf(studio).tracklets.items.map(({ name }) => name)).toEqual([
      'board',
      'left hand',
      'board',
    ]);
  });
});

describe('a run that does not come to its end', () => {
  test('cancelled, it keeps what is finished and says what still waits', async () => {
    const studio = await ready([FIRST, SECOND]);
    engineOf(studio).holdBeforeFrame = 14;
    const run = studio.actions.groundTruth.runProtocol('annotated', 'all');
    await until(() => framesHave(studio, 'mug', 12), 'the second is under way');
    await studio.actions.groundTruth.cancelRun();
    await run;
    expect(stateOf(studio).propagation).toEqual({
      status: 'aborted',
      framesDone: 4,
      framesTotal: 6,
      rest: [],
    });
    expect(truthOf(studio).run).toBeUndefined();
    expect(framesWithMasks(studio, 'board')).toEqual([2, 5, 8]);
    expect(framesWithMasks(studio, 'mug')).toEqual([12]);
    expect(objectNamed(studio, 'mug').needsTracking).toBe(true);
    expect(objectNamed(studio, 'board').needsTracking).toBe(false);
    expect(engineOf(studio).session).toEqual({ width: 640, height: 360, frameCount: 24 });
    expect(messages(studio).filter((message) => message.startsWith('error'))).toEqual([]);
  });

  test('the stop button of tracking stops it as well, between sequences too', async () => {
    const studio = await ready([FIRST, SECOND]);
    engineOf(studio).holdBeforeFrame = 5;
    const run = studio.actions.groundTruth.runProtocol('annotated', 'all');
    await until(() => framesHave(studio, 'board', 2), 'the first is under way');
    await studio.actions.propagation.cancel();
    await run;
    expect(engineOf(studio).sessions).toHaveLength(2);
    expect(truthOf(studio).scoring['b']?.assigned).toEqual({});
  });

  test('a lost device ends it with what is kept, and the engine comes back', async () => {
    const studio = await ready([FIRST, SECOND]);
    const lost = engineOf(studio);
    lost.holdBeforeFrame = 14;
    const run = studio.actions.groundTruth.runProtocol('annotated', 'all');
    await until(() => framesHave(studio, 'mug', 12), 'the second is under way');
    await click(studio, objectId(1), 0);
    lost.failures.set('nextBatch', deviceLost());
    await run;
    await until(() => isAtRest(studio), 'the engine is back');
    expect(studio.engines).toHaveLength(2);
    expect(engineOf(studio).session).toEqual({ width: 640, height: 360, frameCount: 24 });
    expect(stateOf(studio).propagation).toMatchObject({ status: 'failed', framesDone: 4 });
    const last = stateOf(studio).alerts.log.at(-1);
    expect(last).toMatchObject({
      severity: 'error',
      message: 'The protocol stopped: The graphics device was lost.',
    });
    expect(last?.hint).toContain('1 of 2 sequences are finished and kept');
    expect(framesWithMasks(studio, 'left hand')).toEqual([2, 5, 8, 12]);
    await until(() => framesHave(studio, 'board', 0), 'the click is answered after all');
    expect(truthOf(studio).run).toBeUndefined();
  });

  test('more than 255 objects are refused before anything is changed', async () => {
    const many = Array.from({ length: 26 }, (_, at) =>
      buildSequence(`s${String(at).padStart(2, '0')}`, {
        frames: [0, 1],
        objects: Array.from({ length: 10 }, (__, one) => `thing ${at}/${one}`),
      }),
    );
    const studio = await ready(many);
    const before = stateOf(studio);
    await studio.actions.groundTruth.runProtocol('annotated', 'all');
    expect(stateOf(studio).tracklets).toBe(before.tracklets);
    expect(stateOf(studio).prompts).toBe(before.prompts);
    expect(stateOf(studio).propagation).toBe(before.propagation);
    expect(engineOf(studio).sessions).toEqual([]);
    expect(messages(studio)).toContain(
      'warning: The protocol needs 260 objects, and a clip can hold 255.',
    );
    await studio.actions.groundTruth.runProtocol('annotated', 'sequence');
    expect(stateOf(studio).tracklets.items).toHaveLength(10);
  });

  test('without a model, a ground truth or a frame on the clip it says why not', async () => {
    const studio = await ready([FIRST]);
    await studio.actions.groundTruth.close();
    await studio.actions.groundTruth.runProtocol('annotated', 'all');
    expect(messages(studio)).toContain('info: Load a ground truth first.');
    const empty = await ready([buildSequence('a', { frames: [], objects: ['cup'], offClip: 3 })]);
    await empty.actions.groundTruth.runProtocol('annotated', 'all');
    expect(messages(empty)).toContain('info: No annotated frame with an object lies on this clip.');
    expect(engineOf(empty).sessions).toEqual([]);
  });

  test('no other ground truth is opened, nor the one in use closed, during a run', async () => {
    const studio = await ready([FIRST]);
    engineOf(studio).holdBeforeFrame = 5;
    const run = studio.actions.groundTruth.runProtocol('annotated', 'sequence');
    await until(() => framesHave(studio, 'board', 2), 'it is under way');
    await studio.actions.groundTruth.close();
    await studio.actions.groundTruth.reopen({ offsetFrames: 1 });
    expect(truthOf(studio).truth?.sequences).toHaveLength(1);
    expect(studio.exporter.truthRequests).toHaveLength(1);
    engineOf(studio).holdBeforeFrame = undefined;
    await run;
  });
});

function framesHave(studio: FakeStudio, name: string, frame: number): boolean {
  const found = stateOf(studio).tracklets.items.find((item) => item.name === name);
  return found !== undefined && summaryAt(found.summaries, frame) !== undefined;
}
