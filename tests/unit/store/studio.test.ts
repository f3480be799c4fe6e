import { afterEach, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { promptsAt } from '../../../src/store/prompts-slice.ts';
import { summaryAt } from '../../../src/store/summary-track.ts';
import { stateOf } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import {
  click,
  clip,
  engineOf,
  rest,
  seenObject,
  shownAlerts,
  StudioShelf,
} from '../../helpers/work-lab.ts';

const ONE = objectId(1);
const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

test('opening a clip shows its first frame and makes a first object', async () => {
  const studio = await shelf.ready();
  expect(stateOf(studio).video.info?.name).toBe('kitchen.mp4');
  expect(stateOf(studio).tracklets.items.map((item) => item.name)).toEqual(['Object 1']);
  await until(() => studio.media.shown.at(-1) === 0, 'the first frame is shown');
  expect(engineOf(studio).session).toEqual({ width: 640, height: 360, frameCount: 24 });
});

test('a click makes a mask, and a second one extends the same prompts', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  await click(studio, 120, 'negative');
  expect(engineOf(studio).prompts.get('1/0')?.prompts).toEqual({
    kind: 'clicks',
    points: [
      { x: 100, y: 50, label: 'positive' },
      { x: 120, y: 50, label: 'negative' },
    ],
  });
  expect(summaryAt(seenObject(studio).summaries, 0)?.origin).toBe('prompt');
  expect(stateOf(studio).propagation.status).toBe('required');
  expect(seenObject(studio).needsTracking).toBe(true);
});

test('clicks beyond the frame say nothing', async () => {
  const studio = await shelf.ready();
  studio.actions.prompts.addPoint(videoPoint(640, 10), 'positive');
  expect(stateOf(studio).prompts.byObject).toEqual({});
});

test('with no object selected a click makes one, unless it says what does not belong', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  studio.actions.tracklets.select(undefined);
  const before = stateOf(studio).tracklets.items;
  studio.actions.prompts.addPoint(videoPoint(120, 50), 'negative');
  expect(stateOf(studio).tracklets.items).toBe(before);
  const said = stateOf(studio).alerts.log.map(({ message }) => message);
  expect(said).toContainEqual(expect.stringContaining('No object is selected'));
  await click(studio, 120);
  expect(stateOf(studio).tracklets.items).toHaveLength(2);
});

test('clicks that come before the model wait for it', async () => {
  const studio = shelf.start();
  await studio.actions.video.openFiles([clip()]);
  studio.actions.prompts.addPoint(videoPoint(10, 10), 'positive');
  expect(stateOf(studio).models.engine.status).toBe('waiting');
  await studio.actions.models.loadBundled();
  await until(() => summaryAt(seenObject(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(engineOf(studio).calls.filter((call) => call === 'setPrompts')).toHaveLength(1);
});

test('removing the last point removes the mask of that frame', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  studio.actions.prompts.removePoint(0);
  await rest(studio);
  expect(summaryAt(seenObject(studio).summaries, 0)).toBeUndefined();
  expect(studio.media.removed).toContainEqual({ objectId: 1, frames: [0] });
  expect(stateOf(studio).propagation.status).toBe('idle');
  expect(engineOf(studio).prompts.size).toBe(0);
});

test('a prompt that fails is reported and stays', async () => {
  const studio = await shelf.ready();
  engineOf(studio).failures.set(
    'setPrompts',
    new StudioError('model-failed', 'NaN in the mask.', { hint: 'Try the other backend.' }),
  );
  studio.actions.prompts.addPoint(videoPoint(5, 5), 'positive');
  await rest(studio);
  await until(() => shownAlerts(studio).includes('error: NaN in the mask.'), 'the alert is shown');
  expect(promptsAt(stateOf(studio).prompts, ONE, frameIndex(0))).toBeDefined();
});

test('a click that is still being answered puts no mask into the next clip', async () => {
  const studio = await shelf.ready({ delayMs: 10 });
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await studio.actions.video.openFiles([new File(['another clip'], 'other.mp4')]);
  await rest(studio);
  expect(engineOf(studio).calls.filter((call) => call === 'setPrompts')).toHaveLength(1);
  expect(studio.media.masks.frames(ONE)).toEqual([]);
});

test('a removed object comes back with its prompts and masks from the alert that says so', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  const { prompts } = stateOf(studio);
  studio.actions.tracklets.remove(ONE);
  expect(stateOf(studio).tracklets.items).toEqual([]);
  expect(stateOf(studio).prompts.byObject).toEqual({});
  await until(() => studio.media.removed.length === 1, 'the masks are gone');
  expect(studio.media.removed).toEqual([{ objectId: 1, frames: undefined }]);
  expect(engineOf(studio).calls).toContain('removeObject');
  const offer = stateOf(studio).alerts.log.at(-1);
  await studio.actions.alerts.follow(offer?.id ?? -1);
  await until(() => seenObject(studio).summaries.coveredFrames === 24, 'the masks are back');
  expect(stateOf(studio).prompts).toEqual(prompts);
});

test('the offer to undo a removal goes with the next step', async () => {
  const studio = await shelf.ready();
  studio.actions.tracklets.remove(ONE);
  const offer = stateOf(studio).alerts.log.at(-1);
  expect(offer).toMatchObject({ isShown: true, action: { kind: 'undo' } });
  studio.actions.tracklets.add();
  expect(stateOf(studio).alerts.log.at(-1)).toMatchObject({ isShown: false, action: undefined });
});

test('where nothing can be saved, another clip is opened only after the user gave up work', async () => {
  const studio = await shelf.ready();
  studio.saved.records.failure = new DOMException('The disk is full.', 'QuotaExceededError');
  await click(studio, 100);
  await studio.actions.video.openFiles([new File(['b'], '1.jpg'), new File(['c'], '2.jpg')]);
  expect(stateOf(studio).view.dialog).toEqual({ kind: 'confirm-open', name: 'frames' });
  expect(stateOf(studio).video.info?.name).toBe('kitchen.mp4');
  await studio.actions.video.confirmOpen();
  expect(stateOf(studio).video.info?.name).toBe('frames');
  expect(stateOf(studio).prompts.byObject).toEqual({});
  expect(seenObject(studio).summaries.coveredFrames).toBe(0);
});

test('a clip that does not open leaves the one in use', async () => {
  const studio = await shelf.ready();
  studio.media.failures.set(
    'open',
    new StudioError('video-unsupported', 'This browser cannot decode HEVC.', {
      hint: 'Convert it.',
    }),
  );
  await studio.actions.video.openFiles([new File(['b'], 'other.mp4')]);
  expect(stateOf(studio).video).toMatchObject({
    info: { name: 'kitchen.mp4' },
    openingName: undefined,
  });
  expect(shownAlerts(studio)).toContain('error: This browser cannot decode HEVC.');
});

test('playback moves the playhead and pausing leaves it there', async () => {
  const studio = await shelf.ready();
  studio.actions.playback.togglePlay();
  await until(() => stateOf(studio).playback.frame >= 3, 'a few frames were shown');
  studio.actions.playback.togglePlay();
  const { frame, mode } = stateOf(studio).playback;
  expect(mode).toBe('paused');
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(stateOf(studio).playback.frame).toBe(frame);
  await until(() => studio.media.shown.at(-1) === frame, 'the stage is there too');
});

test('the playhead goes to neighbouring prompts of any object', async () => {
  const studio = await shelf.ready();
  for (const frame of [4, 12]) {
    studio.actions.playback.seekTo(frame);
    await until(() => stateOf(studio).playback.shownFrame === frame, 'it is shown');
    studio.actions.prompts.addPoint(videoPoint(9, 9), 'positive');
  }
  await rest(studio);
  studio.actions.playback.seekToPrompt('previous');
  expect(stateOf(studio).playback.frame).toBe(4);
  studio.actions.playback.seekToPrompt('previous');
  expect(stateOf(studio).playback.frame).toBe(4);
  studio.actions.playback.seekToPrompt('next');
  expect(stateOf(studio).playback.frame).toBe(12);
});

test('the stage hears of a change of looks once, and not of summaries', async () => {
  const studio = await shelf.ready();
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

test('the whole state can be cloned, and holds no handle', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  expect(structuredClone(stateOf(studio))).toEqual(stateOf(studio));
});
