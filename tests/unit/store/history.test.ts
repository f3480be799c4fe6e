import { afterEach, describe, expect, test, vi } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { MOST_STEPS, redoableStep, undoableStep } from '../../../src/store/history-slice.ts';
import { summaryAt } from '../../../src/store/summary-track.ts';
import type { FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import {
  click,
  rest,
  seenObject,
  shownAlerts,
  StudioShelf,
  workOf,
} from '../../helpers/work-lab.ts';

const shelf = new StudioShelf();
afterEach(() => {
  shelf[Symbol.dispose]();
  vi.restoreAllMocks();
});

const ONE = objectId(1);
const undoName = ({ store }: FakeStudio) => undoableStep(store.getState().history)?.name;
const redoName = ({ store }: FakeStudio) => redoableStep(store.getState().history)?.name;

describe('steps', () => {
  test('are named after what was done to which object', async () => {
    const studio = await shelf.ready();
    const { prompts, propagation, tracklets } = studio.actions;
    const names: (string | undefined)[] = [];
    const note = () => names.push(undoName(studio));
    tracklets.rename(ONE, 'mug');
    note();
    await click(studio);
    note();
    prompts.setBox({ x0: 1, y0: 1, x1: 50, y1: 50 });
    note();
    prompts.removePoint(0);
    note();
    prompts.clearFrame();
    note();
    tracklets.recolor(ONE, '#123456');
    note();
    await click(studio);
    await propagation.track('both', 'all');
    note();
    await propagation.clear();
    note();
    tracklets.add();
    note();
    tracklets.remove(ONE);
    note();
    expect(names).toEqual([
      'renaming of Object 1',
      'point on mug',
      'box around mug',
      'removed point of mug',
      'cleared frame of mug',
      'colour of mug',
      'tracking of mug',
      'cleared tracking',
      'new object',
      'removal of mug',
    ]);
  });

  test('hiding an object is none, and it stays hidden through undo and redo', async () => {
    const studio = await shelf.ready();
    await click(studio);
    studio.actions.tracklets.toggleVisibility(ONE);
    expect(undoName(studio)).toBe('point on Object 1');
    studio.actions.tracklets.recolor(ONE, '#123456');
    studio.actions.history.undo();
    expect(seenObject(studio)).toMatchObject({ isVisible: false, color: '#2f9bff' });
  });

  test('a click without an object makes one, in one step', async () => {
    const studio = await shelf.ready();
    studio.actions.tracklets.remove(ONE);
    await click(studio);
    expect(undoName(studio)).toBe('point on Object 1');
    studio.actions.history.undo();
    await rest(studio);
    expect(workOf(studio)).toEqual({ prompts: {}, memory: {}, objects: [] });
    studio.actions.history.redo();
    await rest(studio);
    expect(summaryAt(seenObject(studio).summaries, 0)?.origin).toBe('prompt');
  });

  test('a quick series on one field is one step; a pause or anything else ends it', async () => {
    const studio = await shelf.ready();
    const { history, tracklets } = studio.actions;
    for (const name of ['m', 'mu', 'mug']) tracklets.rename(ONE, name);
    for (const color of ['#000001', '#000002']) tracklets.recolor(ONE, color);
    const later = performance.now() + 1500;
    vi.spyOn(performance, 'now').mockReturnValue(later);
    tracklets.recolor(ONE, '#000003');
    history.undo();
    expect(seenObject(studio)).toMatchObject({ name: 'mug', color: '#000002' });
    history.undo();
    expect(seenObject(studio)).toMatchObject({ name: 'mug', color: '#2f9bff' });
    history.undo();
    expect(seenObject(studio).name).toBe('Object 1');
    expect(undoName(studio)).toBeUndefined();
  });

  test('after an undo the same field begins a step of its own', async () => {
    const studio = await shelf.ready();
    const { history, tracklets } = studio.actions;
    tracklets.rename(ONE, 'a');
    tracklets.recolor(ONE, '#000001');
    history.undo();
    tracklets.rename(ONE, 'b');
    history.undo();
    expect(seenObject(studio).name).toBe('a');
  });

  test('another deed takes the place of what was undone', async () => {
    const studio = await shelf.ready();
    const { history, tracklets } = studio.actions;
    await click(studio);
    history.undo();
    expect(redoName(studio)).toBe('point on Object 1');
    tracklets.rename(ONE, 'mug');
    expect(redoName(studio)).toBeUndefined();
    history.redo();
    await rest(studio);
    expect(studio.store.getState().prompts.byObject).toEqual({});
  });

  test('more than 200 fall off at the far end, in the decode worker too', async () => {
    const studio = await shelf.ready();
    for (let at = 0; at < MOST_STEPS + 3; at++)
      studio.actions.prompts.addPoint(videoPoint(at, 9), 'positive');
    await rest(studio);
    expect(studio.store.getState().history).toMatchObject({
      firstStep: 4,
      nextStep: MOST_STEPS + 4,
    });
    expect(studio.media.masks.contents()).toMatchObject({ firstStep: 4, nextStep: MOST_STEPS + 4 });
    for (let at = 0; at < MOST_STEPS + 3; at++) studio.actions.history.undo();
    await rest(studio);
    const prompts = studio.store.getState().prompts.byObject[1]?.[0];
    expect(prompts?.kind === 'clicks' && prompts.points.map(({ x }) => x)).toEqual([0, 1, 2]);
    expect(studio.faults).toEqual([]);
  });
});

describe('undo', () => {
  test('shows where it changed something', async () => {
    const studio = await shelf.ready();
    await click(studio);
    studio.actions.tracklets.add();
    studio.actions.playback.seekTo(20);
    await rest(studio);
    studio.actions.history.undo();
    studio.actions.history.undo();
    await rest(studio);
    expect(studio.store.getState()).toMatchObject({
      playback: { frame: 0 },
      tracklets: { selectedId: 1 },
    });
  });

  test('is refused with a word while tracking runs', async () => {
    const studio = await shelf.ready();
    await click(studio);
    const engine = studio.engines.at(-1);
    if (engine !== undefined) engine.holdAfterFrames = 3;
    const run = studio.actions.propagation.track('forward', 'all');
    await until(() => seenObject(studio).summaries.coveredFrames === 3, 'it tracks');
    studio.actions.history.undo();
    expect(shownAlerts(studio)).toContain('info: Tracking is running.');
    expect(undoName(studio)).toBe('tracking of Object 1');
    await studio.actions.propagation.cancel();
    await run;
    studio.actions.history.undo();
    await rest(studio);
    expect(seenObject(studio).summaries.coveredFrames).toBe(1);
  });

  test('of a cancelled run and of what was clicked meanwhile is one step', async () => {
    const studio = await shelf.ready();
    await click(studio);
    const before = workOf(studio);
    const engine = studio.engines.at(-1);
    if (engine !== undefined) engine.holdAfterFrames = 3;
    const run = studio.actions.propagation.track('forward', 'all');
    await until(() => seenObject(studio).summaries.coveredFrames === 3, 'it tracks');
    studio.actions.playback.seekTo(1);
    await until(() => studio.store.getState().playback.shownFrame === 1, 'frame 1 is shown');
    studio.actions.prompts.addPoint(videoPoint(200, 50), 'negative');
    await studio.actions.propagation.cancel();
    await run;
    await rest(studio);
    expect(undoName(studio)).toBe('tracking of Object 1');
    studio.actions.history.undo();
    await rest(studio);
    expect(workOf(studio)).toEqual(before);
  });

  test('a run that could not begin leaves no step', async () => {
    const studio = await shelf.ready();
    await click(studio);
    studio.engines.at(-1)?.failures.set('propagate', new StudioError('model-failed', 'NaN.'));
    await studio.actions.propagation.track('forward', 'all');
    await rest(studio);
    expect(undoName(studio)).toBe('point on Object 1');
    expect(studio.media.masks.contents()).toMatchObject({ firstStep: 1, nextStep: 2 });
    await click(studio, 200);
    studio.actions.history.undo();
    await rest(studio);
    expect(studio.faults).toEqual([]);
  });

  test('of a run starts the engine over before it is used next, and only then', async () => {
    const studio = await shelf.ready();
    await click(studio);
    await studio.actions.propagation.track('forward', 'all');
    studio.actions.history.undo();
    await rest(studio);
    const engine = studio.engines.at(-1);
    expect(engine?.calls).not.toContain('restore');
    await studio.actions.propagation.track('forward', 'all');
    expect(engine?.calls.filter((call) => call === 'restore' || call === 'propagate')).toEqual([
      'propagate',
      'restore',
      'propagate',
    ]);
    expect(seenObject(studio).summaries.coveredFrames).toBe(24);
  });

  test('a click after an undone run restores the others, and is answered itself', async () => {
    const studio = await shelf.ready();
    await click(studio);
    await studio.actions.propagation.track('forward', 'all');
    studio.actions.history.undo();
    await rest(studio);
    studio.actions.playback.seekTo(0);
    await rest(studio);
    await click(studio, 130);
    const engine = studio.engines.at(-1);
    expect(engine?.calls.filter((call) => call === 'restore' || call === 'setPrompts')).toEqual([
      'setPrompts',
      'restore',
      'setPrompts',
    ]);
    expect(engine?.prompts.get('1/0')?.prompts).toMatchObject({ points: [{ x: 100 }, { x: 130 }] });
  });

  test('of a click tells the engine what is left', async () => {
    const studio = await shelf.ready();
    await click(studio);
    await click(studio, 130);
    studio.actions.history.undo();
    await rest(studio);
    const engine = studio.engines.at(-1);
    expect(engine?.prompts.get('1/0')?.prompts).toMatchObject({ points: [{ x: 100 }] });
    studio.actions.history.undo();
    await rest(studio);
    expect(engine?.prompts.size).toBe(0);
    expect(studio.media.masks.frames(1)).toEqual([]);
  });

  test('of a correction on a frame that the engine no longer remembers brings its mask back', async () => {
    const studio = await shelf.ready();
    await click(studio);
    await studio.actions.propagation.track('forward', 'all');
    // Another clip's worth of memory is lost, as after a reload.
    studio.actions.history.undo();
    studio.actions.history.redo();
    studio.actions.playback.seekTo(9);
    await rest(studio);
    const tracked = studio.media.masks.get(1, 9);
    await click(studio, 300);
    expect(studio.media.masks.get(1, 9)).not.toEqual(tracked);
    studio.actions.history.undo();
    await rest(studio);
    expect(studio.media.masks.get(1, 9)).toEqual(tracked);
    expect(summaryAt(seenObject(studio).summaries, 9)?.origin).toBe('kept');
  });

  test('of a click whose mask is still being made leaves none', async () => {
    const studio = await shelf.ready({ delayMs: 10 });
    studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
    studio.actions.history.undo();
    expect(studio.store.getState().prompts.byObject).toEqual({});
    await rest(studio);
    expect(studio.media.masks.frames(1)).toEqual([]);
    expect(seenObject(studio).summaries.coveredFrames).toBe(0);
    studio.actions.history.redo();
    await rest(studio);
    expect(studio.media.masks.frames(1)).toEqual([0]);
  });

  test('where the masks of a step are gone, the work stays as it was and the history ends there', async () => {
    const studio = await shelf.ready();
    await click(studio);
    await studio.actions.propagation.track('forward', 'all');
    await click(studio, 300);
    const before = workOf(studio);
    studio.media.failures.set(
      'revertStep',
      new StudioError('step-forgotten', 'The masks of this step are gone.'),
    );
    studio.actions.history.undo();
    await rest(studio);
    expect(workOf(studio)).toEqual(before);
    expect(undoName(studio)).toBeUndefined();
    expect(redoName(studio)).toBeUndefined();
    expect(shownAlerts(studio)).toContain('error: The masks of this step are gone.');
    await click(studio, 200);
    studio.actions.history.undo();
    await rest(studio);
    expect(workOf(studio)).toEqual(before);
    expect(studio.faults).toEqual([]);
  });

  test('of another model’s masks brings back those before it', async () => {
    const studio = await shelf.ready();
    await click(studio);
    await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_tiny.pt'));
    await rest(studio);
    expect(undoName(studio)).toBe('masks by SAM 2.1 Tiny');
    studio.media.masks.put(1, 0, { x: 7, y: 7, radius: 7 });
    studio.actions.history.undo();
    await rest(studio);
    expect(studio.media.masks.get(1, 0)).toMatchObject({ x: 100, y: 50 });
    expect(summaryAt(seenObject(studio).summaries, frameIndex(0))?.origin).toBe('prompt');
  });
});
