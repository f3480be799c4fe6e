import { afterEach, describe, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { objectId } from '../../../src/core/ids.ts';
import { promptedFrames } from '../../../src/store/prompts-slice.ts';
import { framesOf } from '../../../src/store/summary-track.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { clickOn, engineOf, rest, seenObject } from '../../helpers/work-lab.ts';

const [ONE, TWO, THREE] = [objectId(1), objectId(2), objectId(3)];
const FRAMES = 24;
let studio: FakeStudio;

afterEach(() => studio[Symbol.dispose]());

const state = () => studio.store.getState();
const ids = () => state().tracklets.items.map(({ id }) => Number(id));
const object = (id = ONE) => seenObject(studio, id);
const prompted = (id = ONE) => promptedFrames(state().prompts, id).map(Number);
const messages = () => state().alerts.log.map(({ message }) => message);

const click = (frame: number, id: typeof ONE, x: number) => clickOn(studio, { frame, id, x });

/** Until the page draws its next frame. */
let frameMs = 0;

/** Two tracked objects, the first corrected on frame 12. */
async function tracked(): Promise<void> {
  frameMs = 0;
  studio = buildFakeStudio({
    info: { width: 400, height: 300, frameCount: FRAMES },
    services: { requestFrame: (callback) => setTimeout(callback, frameMs) },
  });
  await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  await studio.actions.models.loadBundled();
  await until(() => state().models.engine.status === 'ready', 'the session is up');
  await click(0, ONE, 100);
  studio.actions.tracklets.add();
  await click(0, TWO, 300);
  await studio.actions.propagation.track('forward', 'all');
  await click(12, ONE, 120);
}

async function undo(): Promise<void> {
  studio.actions.history.undo();
  await rest(studio);
}

const work = () => ({
  prompts: state().prompts,
  objects: state().tracklets.items.map(({ id, name, changedFrames, summaries }) => ({
    id,
    name,
    changedFrames,
    covered: framesOf(summaries, ['prompt', 'tracked', 'kept']),
  })),
});

describe('merging', () => {
  test('leaves one object with all masks, kept, and its own prompts', async () => {
    await tracked();
    const before = work();
    await studio.actions.objects.merge(TWO, ONE);
    expect(ids()).toEqual([1]);
    expect(prompted()).toEqual([0, 12]);
    expect(object().summaries.coveredFrames).toBe(FRAMES);
    expect(framesOf(object().summaries, ['tracked'])).toEqual([]);
    expect(object().needsTracking).toBe(false);
    expect(studio.media.masks.frames(TWO)).toEqual([]);
    expect(studio.engines.at(-1)?.calls).toContain('removeObject');
    await undo();
    expect(work()).toEqual(before);
    expect(studio.media.masks.frames(TWO)).toHaveLength(FRAMES);
  });

  test('the engine starts over before it tracks again', async () => {
    await tracked();
    await studio.actions.objects.merge(TWO, ONE);
    await studio.actions.propagation.track('forward', 'all');
    expect(studio.engines.at(-1)?.restored?.every(({ objectId: id }) => id === ONE)).toBe(true);
  });

  test('with itself is nothing', async () => {
    await tracked();
    const before = state().history;
    await studio.actions.objects.merge(ONE, ONE);
    expect(state().history).toBe(before);
  });
});

describe('splitting off', () => {
  test('gives a new object the rest, prompts too', async () => {
    await tracked();
    studio.actions.playback.seekTo(10);
    await until(() => Number(state().playback.shownFrame) === 10, 'frame 10 is shown');
    const before = work();
    await studio.actions.objects.splitOff(ONE);
    expect(ids()).toEqual([1, 2, 3]);
    expect(prompted(ONE)).toEqual([0]);
    expect(prompted(THREE)).toEqual([12]);
    expect(object(ONE).summaries.coveredFrames).toBe(10);
    expect(object(THREE).summaries.coveredFrames).toBe(FRAMES - 10);
    expect(object(THREE)).toMatchObject({ changedFrames: [12], needsTracking: true });
    expect(object(ONE)).toMatchObject({ changedFrames: [], needsTracking: false });
    expect(state().tracklets.selectedId).toBe(THREE);
    await undo();
    expect(work()).toEqual(before);
  });

  test('where there is nothing left of it says so', async () => {
    await tracked();
    await studio.actions.propagation.clear();
    await studio.actions.objects.splitOff(TWO);
    expect(ids()).toEqual([1, 2]);
    expect(messages()).toContain('“Object 2” has neither masks nor prompts from frame 12 on.');
  });
});

describe('swapping', () => {
  test('exchanges masks and prompts from the shown frame on', async () => {
    await tracked();
    const before = work();
    const discs = (id: number) => [0, 11, 12, 23].map((frame) => studio.media.masks.get(id, frame));
    const [one, two] = [discs(1), discs(2)];
    await studio.actions.objects.swap(ONE, TWO);
    expect(discs(1)).toEqual([one[0], one[1], two[2], two[3]]);
    expect(discs(2)).toEqual([two[0], two[1], one[2], one[3]]);
    expect([prompted(ONE), prompted(TWO)]).toEqual([[0], [0, 12]]);
    expect(object(TWO).changedFrames).toEqual([12]);
    await undo();
    expect(work()).toEqual(before);
    expect([discs(1), discs(2)]).toEqual([one, two]);
  });

  test('is refused for a locked object, and while tracking', async () => {
    await tracked();
    const before = work();
    studio.actions.tracklets.toggleLock(TWO);
    await studio.actions.objects.swap(ONE, TWO);
    expect(messages()).toContain('“Object 2” is locked.');
    studio.actions.tracklets.toggleLock(TWO);
    engineOf(studio).holdAfterFrames = 2;
    const run = studio.actions.propagation.track('forward', 'all');
    await until(() => state().propagation.status === 'running', 'it runs');
    await studio.actions.objects.swap(ONE, TWO);
    expect(messages()).toContain('Tracking is running.');
    await studio.actions.propagation.cancel();
    await run;
    expect(work().prompts).toBe(before.prompts);
  });

  test('that fails changes nothing, and says so', async () => {
    await tracked();
    const before = work();
    studio.media.failures.set('reassignMasks', new Error('no memory'));
    await studio.actions.objects.swap(ONE, TWO);
    expect(work()).toEqual(before);
    expect(messages().some((message) => message.includes('no memory'))).toBe(true);
    expect(state().history.steps.at(-1)?.name).toBe('point on Object 1');
  });

  test('that fails is no step either where a mask came just before', async () => {
    await tracked();
    frameMs = 60_000;
    studio.actions.prompts.addPoint(videoPoint(140, 50), 'positive');
    await until(() => state().models.activity === undefined, 'its mask is there, and not told yet');
    studio.media.failures.set('reassignMasks', new Error('no memory'));
    await studio.actions.objects.swap(ONE, TWO);
    expect(state().history.steps.at(-1)?.name).toBe('point on Object 1');
  });
});

describe('the list of objects', () => {
  test('keeps the user’s order through undo, redo, and objects that come and go', async () => {
    await tracked();
    const { tracklets, history } = studio.actions;
    tracklets.add();
    tracklets.moveTo(THREE, 0);
    expect(ids()).toEqual([3, 1, 2]);
    tracklets.moveBy(ONE, 'down');
    expect(ids()).toEqual([3, 2, 1]);
    tracklets.moveBy(ONE, 'down');
    tracklets.moveBy(THREE, 'up');
    expect(ids()).toEqual([3, 2, 1]);
    tracklets.rename(TWO, 'Mug');
    expect(ids()).toEqual([3, 2, 1]);
    tracklets.remove(TWO);
    history.undo();
    expect(ids()).toEqual([3, 2, 1]);
    history.undo();
    history.undo();
    expect(ids()).toEqual([3, 1, 2]);
    history.undo();
    expect(ids()).toEqual([1, 2, 3]);
    history.redo();
    history.redo();
    expect(ids()).toEqual([3, 2, 1]);
  });

  test('shows one object alone, and all again', async () => {
    await tracked();
    const shown = () =>
      state()
        .tracklets.items.filter((item) => item.isVisible)
        .map(({ id }) => id);
    studio.actions.tracklets.toggleSolo(TWO);
    expect(shown()).toEqual([TWO]);
    studio.actions.tracklets.toggleSolo(ONE);
    expect(shown()).toEqual([ONE]);
    studio.actions.tracklets.toggleSolo(ONE);
    expect(shown()).toEqual([ONE, TWO]);
  });

  test('a locked object stays locked through undo, and is not removed', async () => {
    await tracked();
    studio.actions.tracklets.rename(ONE, 'Mug');
    studio.actions.tracklets.toggleLock(ONE);
    studio.actions.history.undo();
    expect(object()).toMatchObject({ name: 'Object 1', isLocked: true });
    studio.actions.tracklets.remove(ONE);
    expect(ids()).toContain(1);
  });
});
