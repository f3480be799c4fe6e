import { afterEach, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { INITIAL_EXPORT_CHOICE } from '../../../src/store/export-choice.ts';
import { modelInUse } from '../../../src/store/models-slice.ts';
import { promptsAt } from '../../../src/store/prompts-slice.ts';
import { framesOf, summaryAt } from '../../../src/store/summary-track.ts';
import { deviceLost } from '../../helpers/fake-inference.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';

const ONE = objectId(1);
const TWO = objectId(2);
let open: FakeStudio[] = [];

function start(options: Parameters<typeof buildFakeStudio>[0] = {}): FakeStudio {
  const studio = buildFakeStudio(options);
  open.push(studio);
  return studio;
}

afterEach(() => {
  for (const studio of open) studio[Symbol.dispose]();
  open = [];
});

const clip = () => new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' });
const state = (studio: FakeStudio) => studio.store.getState();
const object = (studio: FakeStudio, id = ONE) => {
  const found = state(studio).tracklets.items.find((item) => item.id === id);
  if (found === undefined) throw new Error(`no object ${id}`);
  return found;
};
const FULL = 'The GPU ran out of memory.';

function outOfMemory(): StudioError {
  return new StudioError('out-of-memory', FULL, { hint: 'Choose a smaller image size.' });
}

const shownAlerts = (studio: FakeStudio) =>
  state(studio)
    .alerts.log.filter((alert) => alert.isShown)
    .map((alert) => `${alert.severity}: ${alert.message}`);
const settled = (studio: FakeStudio) =>
  until(() => {
    const { activity, engine } = state(studio).models;
    return activity === undefined && engine.status !== 'starting' && engine.status !== 'recovering';
  }, 'the engine rests');

/** A studio with a clip, a model and a session. */
async function ready(options: Parameters<typeof buildFakeStudio>[0] = {}): Promise<FakeStudio> {
  const studio = start(options);
  await studio.actions.video.openFiles([clip()]);
  await studio.actions.models.loadBundled();
  await until(() => state(studio).models.engine.status === 'ready', 'the session is up');
  return studio;
}

async function click(studio: FakeStudio, x: number, label: 'positive' | 'negative' = 'positive') {
  studio.actions.prompts.addPoint(videoPoint(x, 50), label);
  await settled(studio);
  await until(() => summaryAt(object(studio).summaries, 0) !== undefined, 'the mask is there');
}

test('opening a clip shows its first frame and makes a first object', async () => {
  const studio = await ready();
  expect(state(studio).video.info?.name).toBe('kitchen.mp4');
  expect(state(studio).tracklets.items.map((item) => item.name)).toEqual(['Object 1']);
  await until(() => studio.media.shown.at(-1) === 0, 'the first frame is shown');
  expect(engineOf(studio).session).toEqual({ width: 640, height: 360, frameCount: 24 });
});

test('a click makes a mask, and a second one extends the same prompts', async () => {
  const studio = await ready();
  await click(studio, 100);
  await click(studio, 120, 'negative');
  expect(engineOf(studio).prompts.get('1/0')?.prompts).toEqual({
    kind: 'clicks',
    points: [
      { x: 100, y: 50, label: 'positive' },
      { x: 120, y: 50, label: 'negative' },
    ],
  });
  expect(summaryAt(object(studio).summaries, 0)?.origin).toBe('prompt');
  expect(state(studio).propagation.status).toBe('required');
  expect(object(studio).needsTracking).toBe(true);
});

test('clicks beyond the frame say nothing', async () => {
  const studio = await ready();
  studio.actions.prompts.addPoint(videoPoint(640, 10), 'positive');
  expect(state(studio).prompts.byObject).toEqual({});
});

test('clicks that come before the model wait for it', async () => {
  const studio = start();
  await studio.actions.video.openFiles([clip()]);
  studio.actions.prompts.addPoint(videoPoint(10, 10), 'positive');
  expect(state(studio).models.engine.status).toBe('waiting');
  await studio.actions.models.loadBundled();
  await until(() => summaryAt(object(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(engineOf(studio).calls.filter((call) => call === 'setPrompts')).toHaveLength(1);
});

test('removing the last point removes the mask of that frame', async () => {
  const studio = await ready();
  await click(studio, 100);
  studio.actions.prompts.removePoint(0);
  await settled(studio);
  expect(summaryAt(object(studio).summaries, 0)).toBeUndefined();
  expect(studio.media.removed).toContainEqual({ objectId: 1, frames: [0] });
  expect(state(studio).propagation.status).toBe('idle');
  expect(engineOf(studio).prompts.size).toBe(0);
});

test('a prompt that fails is reported and stays', async () => {
  const studio = await ready();
  engineOf(studio).failures.set(
    'setPrompts',
    new StudioError('model-failed', 'NaN in the mask.', { hint: 'Try the other backend.' }),
  );
  studio.actions.prompts.addPoint(videoPoint(5, 5), 'positive');
  await settled(studio);
  await until(() => shownAlerts(studio).includes('error: NaN in the mask.'), 'the alert is shown');
  expect(promptsAt(state(studio).prompts, ONE, frameIndex(0))).toBeDefined();
});

test('tracking fills every frame, follows them and ends complete', async () => {
  const studio = await ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  expect(state(studio).propagation).toMatchObject({ status: 'complete', framesDone: 24 });
  expect(object(studio).summaries.coveredFrames).toBe(24);
  expect(object(studio).needsTracking).toBe(false);
  expect(state(studio).playback).toMatchObject({ mode: 'paused', frame: 23 });
  await until(() => studio.media.shown.at(-1) === 23, 'the stage followed');
});

test('both directions run one after the other from the frame that is shown', async () => {
  const studio = await ready();
  studio.actions.playback.seekTo(10);
  await until(() => state(studio).playback.shownFrame === 10, 'frame 10 is shown');
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await settled(studio);
  await studio.actions.propagation.track('both', 'all');
  expect(object(studio).summaries.coveredFrames).toBe(24);
  expect(state(studio).propagation).toMatchObject({ status: 'complete', framesDone: 14 + 11 });
});

test('cancelling keeps what is done and says that the object still waits', async () => {
  const studio = await ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 5;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => object(studio).summaries.coveredFrames === 5, 'five frames are done');
  expect(object(studio).needsTracking).toBe(false);
  await studio.actions.propagation.cancel();
  await run;
  expect(state(studio).propagation).toEqual({
    status: 'aborted',
    framesDone: 5,
    framesTotal: 24,
    rest: [{ objectIds: [ONE], start: 5, end: 23, direction: 'forward' }],
  });
  expect(object(studio).summaries.coveredFrames).toBe(5);
  expect(object(studio).needsTracking).toBe(true);
});

test('only the selected object is tracked when asked', async () => {
  const studio = await ready();
  await click(studio, 100);
  studio.actions.tracklets.add();
  studio.actions.prompts.addPoint(videoPoint(300, 50), 'positive');
  await settled(studio);
  await studio.actions.propagation.track('forward', 'selected');
  expect(object(studio, TWO).summaries.coveredFrames).toBe(24);
  expect(object(studio, ONE).summaries.coveredFrames).toBe(1);
  expect(state(studio).propagation.status).toBe('required');
});

test('a failure of the run keeps its frames and is reported', async () => {
  const studio = await ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 3;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => object(studio).summaries.coveredFrames === 3, 'three frames are done');
  engineOf(studio).failures.set('nextBatch', new StudioError('model-failed', 'NaN in the logits.'));
  await run;
  expect(state(studio).propagation).toMatchObject({ status: 'failed', framesDone: 3 });
  expect(object(studio).summaries.coveredFrames).toBe(3);
  expect(shownAlerts(studio)).toContain('error: NaN in the logits.');
});

test('a lost device while tracking: another engine gets the model and every prompt', async () => {
  const studio = await ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 4;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => object(studio).summaries.coveredFrames === 4, 'four frames are done');
  engineOf(studio).failures.set('nextBatch', deviceLost());
  await run;
  await settled(studio);
  expect(studio.engines).toHaveLength(2);
  expect(studio.inferenceWorkers[0]?.isTerminated).toBe(true);
  expect(engineOf(studio).model).toEqual({ kind: 'bundled' });
  expect(engineOf(studio).restored?.map((placed) => [placed.objectId, placed.frame])).toEqual([
    [1, 0],
  ]);
  expect(object(studio).summaries.coveredFrames).toBe(4);
  expect(framesOf(object(studio).summaries, ['kept'])).toEqual([1, 2, 3]);
  expect(state(studio).models.engine.status).toBe('ready');
  expect(shownAlerts(studio)).toEqual(
    expect.arrayContaining([
      'info: The inference engine is being restarted with your prompts.',
      'success: The inference engine runs again; every prompt and mask is still here.',
    ]),
  );
});

test('memory that runs out while tracking: finished masks stay, and the user reads what to do', async () => {
  const studio = await ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 4;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => object(studio).summaries.coveredFrames === 4, 'four frames are done');
  engineOf(studio).failures.set('nextBatch', outOfMemory());
  await run;
  await settled(studio);
  expect(state(studio).propagation).toMatchObject({ status: 'failed', framesDone: 4 });
  expect(object(studio).summaries.coveredFrames).toBe(4);
  expect(studio.engines).toHaveLength(2);
  expect(state(studio).models.engine.status).toBe('ready');
  const said = state(studio).alerts.log.find(({ message }) => message === FULL);
  expect(said).toMatchObject({ severity: 'warning', hint: 'Choose a smaller image size.' });
});

test('memory that runs out when the model is loaded again is not tried once more', async () => {
  const studio = await ready();
  studio.onEngineStart = (engine) => engine.failures.set('loadModel', outOfMemory());
  engineOf(studio).failures.set('setPrompts', outOfMemory());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => state(studio).models.engine.status === 'stopped', 'it was given up');
  expect(studio.engines).toHaveLength(2);
  expect(shownAlerts(studio)).toContain(`error: ${FULL}`);
});

test('a click that was under way when the device was lost still gets its mask', async () => {
  const studio = await ready();
  engineOf(studio).failures.set('setPrompts', deviceLost());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => summaryAt(object(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(studio.engines).toHaveLength(2);
  const calls = ['connectMedia', 'setCorrectionMode', 'loadModel', 'restore', 'setPrompts'];
  // What else the point may have meant is asked for afterwards.
  expect(engineOf(studio).calls.filter((call) => call !== 'candidates')).toEqual(calls);
});

test('a load that fails inside the runtime gets a new engine with the earlier model', async () => {
  const studio = await ready();
  const failure = new StudioError('model-failed', 'ONNX Runtime failed on loading.');
  engineOf(studio).failures.set('loadModel', failure);
  await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_large.pt'));
  expect(studio.engines).toHaveLength(2);
  expect(engineOf(studio).model).toEqual({ kind: 'bundled' });
  expect(state(studio).models.model).toMatchObject({ status: 'ready' });
  expect(state(studio).models.engine.status).toBe('ready');
});

test('a click that is still being answered puts no mask into the next clip', async () => {
  const studio = await ready({ delayMs: 10 });
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await studio.actions.video.openFiles([new File(['another clip'], 'other.mp4')]);
  await settled(studio);
  expect(engineOf(studio).calls.filter((call) => call === 'setPrompts')).toHaveLength(1);
  expect(studio.media.masks.frames(ONE)).toEqual([]);
});

test('the mode of corrections reaches the engine that replaces a lost one', async () => {
  const studio = await ready();
  await studio.actions.models.setCorrections('reference');
  expect(engineOf(studio).corrections).toBe('reference');
  engineOf(studio).failures.set('setPrompts', deviceLost());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => summaryAt(object(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(studio.engines).toHaveLength(2);
  expect(engineOf(studio).corrections).toBe('reference');
});

test('after three restarts the engine is given up, and the user can start it again', async () => {
  const studio = await ready();
  studio.onEngineStart = (engine) => engine.failures.set('loadModel', deviceLost());
  engineOf(studio).failures.set('setPrompts', deviceLost());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => state(studio).models.engine.status === 'stopped', 'it was given up');
  expect(studio.engines).toHaveLength(4);
  const offer = state(studio).alerts.log.findLast((alert) => alert.action !== undefined);
  expect(offer).toMatchObject({ severity: 'error', action: { kind: 'restart-engine' } });
  studio.onEngineStart = undefined;
  await studio.actions.alerts.follow(offer?.id ?? -1);
  await until(() => summaryAt(object(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(state(studio).models.engine.status).toBe('ready');
});

test('an inference worker that dies before it answers is replaced', async () => {
  const studio = start();
  await studio.actions.video.openFiles([clip()]);
  studio.onEngineStart = (engine) => {
    studio.onEngineStart = undefined;
    engine.failures.set('loadModel', deviceLost());
  };
  await studio.actions.models.loadBundled();
  expect(state(studio).models.model.status).toBe('failed');
  expect(state(studio).models.engine.status).toBe('waiting');
  await studio.actions.models.loadBundled();
  await until(() => state(studio).models.engine.status === 'ready', 'the second one runs');
  expect(studio.engines).toHaveLength(2);
});

test('a failed load keeps the model in use', async () => {
  const studio = await ready();
  engineOf(studio).failures.set(
    'loadModel',
    new StudioError('checkpoint-invalid', 'This file is no checkpoint.', { hint: 'Take another.' }),
  );
  await studio.actions.models.loadFile(new File(['x'], 'bad.pt'));
  const { model } = state(studio).models;
  expect(model).toMatchObject({ status: 'failed', previous: { size: 'nano' } });
  await click(studio, 100);
  expect(shownAlerts(studio)).toContain('error: This file is no checkpoint.');
});

test('another model makes the masks of prompted frames anew and asks for tracking', async () => {
  const studio = await ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_tiny.pt'));
  await settled(studio);
  expect(engineOf(studio).calls.filter((call) => call === 'startSession')).toHaveLength(2);
  expect(engineOf(studio).prompts.size).toBe(1);
  expect(state(studio).propagation.status).toBe('required');
  expect(framesOf(object(studio).summaries, ['tracked'])).toEqual([]);
  expect(object(studio).summaries.coveredFrames).toBe(24);
});

test('running on the CPU is said plainly', async () => {
  const studio = await ready({ backend: 'wasm' });
  const alert = state(studio).alerts.log.at(-1);
  expect(alert).toMatchObject({ severity: 'info' });
  expect(alert?.message).toContain('CPU (WASM)');
  expect(alert?.hint).toContain('This browser offers no WebGPU adapter.');
  // The small bundled model is quick enough there; a published one is not.
  await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_tiny.pt'));
  const warning = state(studio).alerts.log.find((item) => item.severity === 'warning');
  expect(warning?.message).toContain('SAM 2.1 Tiny runs on the CPU (WASM) and takes seconds');
});

test('a removed object comes back with its prompts and masks from the alert that says so', async () => {
  const studio = await ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  const { prompts } = state(studio);
  studio.actions.tracklets.remove(ONE);
  expect(state(studio).tracklets.items).toEqual([]);
  expect(state(studio).prompts.byObject).toEqual({});
  await until(() => studio.media.removed.length === 1, 'the masks are gone');
  expect(studio.media.removed).toEqual([{ objectId: 1, frames: undefined }]);
  expect(engineOf(studio).calls).toContain('removeObject');
  const offer = state(studio).alerts.log.at(-1);
  await studio.actions.alerts.follow(offer?.id ?? -1);
  await until(() => object(studio).summaries.coveredFrames === 24, 'the masks are back');
  expect(state(studio).prompts).toEqual(prompts);
});

test('the offer to undo a removal goes with the next step', async () => {
  const studio = await ready();
  studio.actions.tracklets.remove(ONE);
  const offer = state(studio).alerts.log.at(-1);
  expect(offer).toMatchObject({ isShown: true, action: { kind: 'undo' } });
  studio.actions.tracklets.add();
  expect(state(studio).alerts.log.at(-1)).toMatchObject({ isShown: false, action: undefined });
});

test('clearing tracking keeps prompted and imported masks', async () => {
  const studio = await ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  await studio.actions.propagation.clear();
  expect(framesOf(object(studio).summaries, ['prompt', 'tracked', 'kept'])).toEqual([0]);
  expect(studio.media.removed[0]?.frames).toHaveLength(23);
  expect(state(studio).propagation.status).toBe('required');
});

test('an export takes the final state, hashes the clip once and counts as saved', async () => {
  const studio = await ready();
  studio.saved.records.failure = new DOMException('The disk is full.', 'QuotaExceededError');
  await click(studio, 100);
  studio.actions.tracklets.add();
  studio.actions.tracklets.remove(TWO);
  expect(state(studio).project.hasUnsavedWork).toBe(true);
  await studio.actions.project.exportMasks(INITIAL_EXPORT_CHOICE);
  await studio.actions.project.exportMasks({ ...INITIAL_EXPORT_CHOICE, kind: 'project' });
  expect(studio.exporter.requests).toHaveLength(2);
  expect(studio.exporter.requests[0]).toMatchObject({
    videoSha256: 'ab'.repeat(32),
    objects: [{ id: 1, name: 'Object 1' }],
    createdAt: '2026-11-23T08:00:00.000Z',
  });
  expect(studio.media.calls.filter((call) => call === 'contentHash')).toHaveLength(1);
  expect(studio.downloads.map((download) => download.name)).toEqual([
    'kitchen.masks.zip',
    'kitchen.masks.json',
  ]);
  expect(state(studio).project).toMatchObject({
    hasUnsavedWork: false,
    transfer: { status: 'idle' },
  });
});

test('a cancelled export is no failure', async () => {
  const studio = await ready();
  studio.saved.records.failure = new DOMException('The disk is full.', 'QuotaExceededError');
  await click(studio, 100);
  studio.exporter.stepMs = 5;
  const run = studio.actions.project.exportMasks(INITIAL_EXPORT_CHOICE);
  await until(() => state(studio).project.transfer.status === 'exporting', 'it writes');
  await until(() => studio.exporter.requests.length === 1, 'the worker writes');
  studio.actions.project.cancelTransfer();
  await run;
  expect(studio.exporter.calls).toContain('cancel');
  expect(shownAlerts(studio).filter((alert) => alert.startsWith('error'))).toEqual([]);
  expect(state(studio).project.hasUnsavedWork).toBe(true);
});

test('an import takes the place of what was there', async () => {
  const studio = await ready();
  await click(studio, 100);
  studio.actions.tracklets.add();
  studio.exporter.importOutcome = {
    objects: [{ id: ONE, name: 'cup', color: '#123456' }],
    prompts: [],
    summaries: [{ objectId: ONE, frame: frameIndex(7), areaPx: 5, origin: 'imported' }],
    notices: ['Frame 99 is beyond the clip.'],
  };
  await studio.actions.video.openFiles([new File(['{}'], 'kitchen.masks.json')]);
  expect(state(studio).tracklets.items.map((item) => item.name)).toEqual(['cup']);
  expect(framesOf(object(studio).summaries, ['imported'])).toEqual([7]);
  expect(studio.media.removed).toEqual(
    expect.arrayContaining([
      { objectId: 1, frames: [0] },
      { objectId: 2, frames: undefined },
    ]),
  );
  expect(shownAlerts(studio)).toContain('warning: Frame 99 is beyond the clip.');
  expect(engineOf(studio).restored).toEqual([]);
});

test('where nothing can be saved, another clip is opened only after the user gave up work', async () => {
  const studio = await ready();
  studio.saved.records.failure = new DOMException('The disk is full.', 'QuotaExceededError');
  await click(studio, 100);
  await studio.actions.video.openFiles([new File(['b'], '1.jpg'), new File(['c'], '2.jpg')]);
  expect(state(studio).view.dialog).toEqual({ kind: 'confirm-open', name: 'frames' });
  expect(state(studio).video.info?.name).toBe('kitchen.mp4');
  await studio.actions.video.confirmOpen();
  expect(state(studio).video.info?.name).toBe('frames');
  expect(state(studio).prompts.byObject).toEqual({});
  expect(object(studio).summaries.coveredFrames).toBe(0);
});

test('a clip that does not open leaves the one in use', async () => {
  const studio = await ready();
  studio.media.failures.set(
    'open',
    new StudioError('video-unsupported', 'This browser cannot decode HEVC.', {
      hint: 'Convert it.',
    }),
  );
  await studio.actions.video.openFiles([new File(['b'], 'other.mp4')]);
  expect(state(studio).video).toMatchObject({
    info: { name: 'kitchen.mp4' },
    openingName: undefined,
  });
  expect(shownAlerts(studio)).toContain('error: This browser cannot decode HEVC.');
});

test('playback moves the playhead and pausing leaves it there', async () => {
  const studio = await ready();
  studio.actions.playback.togglePlay();
  await until(() => state(studio).playback.frame >= 3, 'a few frames were shown');
  studio.actions.playback.togglePlay();
  const { frame, mode } = state(studio).playback;
  expect(mode).toBe('paused');
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(state(studio).playback.frame).toBe(frame);
  await until(() => studio.media.shown.at(-1) === frame, 'the stage is there too');
});

test('the playhead goes to neighbouring prompts of any object', async () => {
  const studio = await ready();
  for (const frame of [4, 12]) {
    studio.actions.playback.seekTo(frame);
    await until(() => state(studio).playback.shownFrame === frame, 'it is shown');
    studio.actions.prompts.addPoint(videoPoint(9, 9), 'positive');
  }
  await settled(studio);
  studio.actions.playback.seekToPrompt('previous');
  expect(state(studio).playback.frame).toBe(4);
  studio.actions.playback.seekToPrompt('previous');
  expect(state(studio).playback.frame).toBe(4);
  studio.actions.playback.seekToPrompt('next');
  expect(state(studio).playback.frame).toBe(12);
});

test('the stage hears of a change of looks once, and not of summaries', async () => {
  const studio = await ready();
  studio.actions.view.resizeStage({ width: 800, height: 500 }, 2);
  await until(() => studio.media.style !== undefined, 'the style has arrived');
  studio.actions.tracklets.rename(ONE, 'cup');
  studio.actions.tracklets.recolor(ONE, '#ff0000');
  await until(() => studio.media.style?.objects[0]?.color === '#ff0000', 'it is red');
  const before = studio.media.calls.filter((call) => call === 'setStageStyle').length;
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  expect(studio.media.calls.filter((call) => call === 'setStageStyle')).toHaveLength(before);
});

test('settings outlive the page', async () => {
  const studio = start();
  studio.actions.view.chooseTheme('dark');
  studio.actions.view.setFillOpacity(0.3);
  const text = studio.settingsText ?? '';
  const next = start({ services: { settings: { read: () => text, write: () => {} } } });
  expect(state(next).view).toMatchObject({ theme: 'dark', fillOpacity: 0.3 });
  const broken = start({ services: { settings: { read: () => '{"theme":3', write: () => {} } } });
  expect(state(broken).view.theme).toBe('system');
});

test('how the model is to run outlives the page, one wish without another', async () => {
  const studio = await ready();
  const { models } = studio.actions;
  await models.setPreferences({ backend: 'wasm', precision: 'fp32' });
  expect(modelInUse(state(studio).models)?.precision).toBe('fp32');
  const read = () => studio.settingsText ?? '';
  const preferences = () =>
    state(start({ services: { settings: { read, write: () => {} } } })).models.preferences;
  expect(preferences()).toEqual({ backend: 'wasm', precision: 'fp32' });
  await models.setPreferences({ backend: 'auto', imageSize: 256 });
  expect(preferences()).toEqual({ backend: 'auto', imageSize: 256 });
});

test('the whole state can be cloned, and holds no handle', async () => {
  const studio = await ready();
  await click(studio, 100);
  expect(structuredClone(state(studio))).toEqual(state(studio));
});
