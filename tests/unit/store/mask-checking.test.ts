import { afterEach, describe, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { planCheck } from '../../../src/store/plan-check.ts';
import { rankedItems } from '../../../src/store/review-ranking.ts';
import type { PageSummary } from '../../../src/store/summary-chunk.ts';
import { EMPTY_TRACK, summaryAt, withSummaries } from '../../../src/store/summary-track.ts';
import { buildFakeStudio, fakeStorage, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { engineOf, rest } from '../../helpers/work-lab.ts';

const ONE = objectId(1);
const FRAMES = 40;
let studio: FakeStudio;

afterEach(() => studio[Symbol.dispose]());

const state = () => studio.store.getState();
const object = () => {
  const [only] = state().tracklets.items;
  if (only === undefined) throw new Error('there is no object');
  return only;
};
const engine = () => engineOf(studio);
const lastMessage = () => state().alerts.log.at(-1)?.message;
const ious = () =>
  Array.from({ length: FRAMES }, (_, at) => summaryAt(object().summaries, at)?.oppositeIou);

async function open(saved = fakeStorage()): Promise<void> {
  studio = buildFakeStudio({ saved, info: { width: 400, height: 300, frameCount: FRAMES } });
  await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  await studio.actions.models.loadBundled();
  await until(() => state().models.engine.status === 'ready', 'the session is up');
}

/** One object, clicked on the first frame and tracked to the end. */
async function tracked(saved = fakeStorage()): Promise<void> {
  await open(saved);
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(
    () => object().summaries.coveredFrames === 1 && state().models.activity === undefined,
    'the click is answered',
  );
  await studio.actions.propagation.track('forward', 'all');
}

describe('what is checked', () => {
  /** Masks by frame; those of prompts and those tracked in reverse are given. */
  function plan(masks: Record<number, Partial<PageSummary>>, range?: [number, number]) {
    const summaries = Object.entries(masks).map(([frame, fields]): PageSummary => ({
      objectId: ONE,
      frame: frameIndex(Number(frame)),
      areaPx: 100,
      origin: 'tracked',
      objectScoreLogit: 5,
      direction: 'forward',
      ...fields,
    }));
    const base = state();
    return planCheck({
      ...base,
      playback: {
        ...base.playback,
        ...(range && { range: { first: frameIndex(range[0]), last: frameIndex(range[1]) } }),
      },
      tracklets: {
        ...base.tracklets,
        items: [{ ...object(), summaries: withSummaries(EMPTY_TRACK, summaries) }],
      },
    });
  }
  const forward = (from: number, to: number, fields: Partial<PageSummary> = {}) =>
    Object.fromEntries(Array.from({ length: to - from }, (_, at) => [from + at, fields]));
  const passes = (found: ReturnType<typeof planCheck>) =>
    found.isPossible ? found.passes.map((one) => [Number(one.start), Number(one.end)]) : [];
  const prompt = { origin: 'prompt' } as const;
  const reverse = { direction: 'reverse' } as const;
  const absent = { areaPx: 0, objectScoreLogit: -5 };

  test('is what was tracked, back to the prompt that it came from', async () => {
    await tracked();
    expect(passes(plan({ 0: prompt, ...forward(1, 20) }))).toEqual([[19, 1]]);
    const both = { ...forward(0, 10, reverse), 10: prompt, ...forward(11, 20) };
    expect(passes(plan(both))).toEqual([
      [0, 9],
      [19, 11],
    ]);
  });

  test('starts anew from every frame that the user has prompted', async () => {
    await tracked();
    const corrected = { 0: prompt, ...forward(1, 8), 8: prompt, ...forward(9, 20) };
    expect(passes(plan(corrected))).toEqual([
      [8, 1],
      [19, 9],
    ]);
    expect(plan(corrected)).toMatchObject({ framesTotal: 8 + 11 });
  });

  test('starts from a frame that shows the object, and passes over absences and gaps', async () => {
    await tracked();
    const gone = { 0: prompt, ...forward(1, 10), ...forward(10, 15, absent), 17: {} };
    expect(passes(plan(gone))).toEqual([[17, 1]]);
    expect(passes(plan({ 0: prompt, ...forward(1, 10), ...forward(10, 15, absent) }))).toEqual([
      [9, 1],
    ]);
  });

  test('lies within the in and out marks', async () => {
    await tracked();
    expect(passes(plan({ 0: prompt, ...forward(1, 20) }, [5, 12]))).toEqual([[12, 5]]);
    expect(plan({ 0: prompt, ...forward(1, 20) }, [30, 35])).toEqual({
      isPossible: false,
      reason: 'Object 1 has no masks to check between the marks. Track it first.',
    });
  });

  test('is nothing where there are prompts alone', async () => {
    await tracked();
    expect(plan({ 0: prompt }).isPossible).toBe(false);
    expect(plan({ 0: prompt, 1: prompt, 2: absent }).isPossible).toBe(false);
  });
});

describe('a check', () => {
  test('lists what differs, tells how much, and changes nothing', async () => {
    await tracked();
    const masks = () => studio.media.masks.contents().summaries.map(({ areaPx }) => areaPx);
    const before = { masks: masks(), history: state().history, propagation: state().propagation };
    engine().agreementOf = (_object, frame) => (frame >= 20 && frame < 24 ? 0.4 : 0.96);
    await studio.actions.review.checkByTrackingBack();
    expect(engine().checks.map(({ start, end }) => [Number(start), Number(end)])).toEqual([
      [39, 1],
    ]);
    expect(ious().slice(19, 25)).toEqual([0.96, 0.4, 0.4, 0.4, 0.4, 0.96].map(Math.fround));
    expect(rankedItems(state().tracklets.items)).toMatchObject([
      { frame: 20, first: 20, end: 24, reasons: ['tracked back it differs, IoU 0.40'] },
    ]);
    expect(lastMessage()).toBe(
      'Tracked back over 38 frames of “Object 1”: 4 masks differ, the worst by an IoU of 0.40.',
    );
    expect({ masks: masks(), history: state().history, propagation: state().propagation }).toEqual(
      before,
    );
    // The engine remembers what it tracked.
    expect(summaryAt(object().summaries, 30)?.origin).toBe('tracked');
    expect(state().review.check).toBeUndefined();
  });

  test('that finds nothing says so', async () => {
    await tracked();
    await studio.actions.review.checkByTrackingBack();
    expect(lastMessage()).toBe('Tracked back over 38 frames of “Object 1”: both ways agree.');
    expect(rankedItems(state().tracklets.items)).toEqual([]);
  });

  test('can be stopped, keeps what it found, and holds tracking back meanwhile', async () => {
    await tracked();
    engine().holdAfterFrames = 10;
    engine().agreementOf = () => 0.5;
    const checking = studio.actions.review.checkByTrackingBack();
    await until(() => state().review.check?.framesDone === 10, 'ten frames are done');
    expect(state().review.check).toMatchObject({ framesTotal: 39 });
    await studio.actions.propagation.track('forward', 'all');
    expect(lastMessage()).toBe('Masks are being checked.');
    await studio.actions.review.checkByTrackingBack();
    expect(engine().checks).toHaveLength(1);
    await studio.actions.review.cancelCheck();
    await checking;
    expect(state().review.check).toBeUndefined();
    expect(ious().filter((iou) => iou !== undefined)).toHaveLength(9);
  });

  test('is there after a reload, and goes with the mask', async () => {
    const saved = fakeStorage();
    await tracked(saved);
    engine().agreementOf = () => 0.5;
    await studio.actions.review.checkByTrackingBack();
    studio.actions.recent.saveNow();
    await rest(studio);
    studio[Symbol.dispose]();
    await open(saved);
    await until(() => object().summaries.coveredFrames === FRAMES, 'the work is back');
    expect(ious()[20]).toBe(0.5);
    await until(() => state().models.engine.status === 'ready', 'the session is up');
    studio.actions.tracklets.select(ONE);
    await studio.actions.propagation.track('forward', 'all');
    expect(ious()[20]).toBeUndefined();
  });

  test('puts a reviewed mask back into the list where it speaks against it', async () => {
    await tracked();
    engine().agreementOf = (_object, frame) => (frame === 20 ? 0.5 : 0.96);
    await studio.actions.review.checkByTrackingBack();
    const [item] = rankedItems(state().tracklets.items);
    if (item === undefined) throw new Error('nothing is listed');
    studio.actions.review.mark(item);
    await studio.actions.review.checkByTrackingBack();
    expect(rankedItems(state().tracklets.items)[0]?.revision).not.toBe(item.revision);
  });

  test('that fails says why, and ends', async () => {
    await tracked();
    engine().failures.set('checkMasks', new Error('the graph is broken'));
    await studio.actions.review.checkByTrackingBack();
    expect(lastMessage()).toContain('the graph is broken');
    expect(state().review.check).toBeUndefined();
  });

  test('says so where an undo and a click make the session start over', async () => {
    await tracked();
    engine().holdAfterFrames = 5;
    const checking = studio.actions.review.checkByTrackingBack();
    await until(() => state().review.check?.framesDone === 5, 'five frames are done');
    studio.actions.history.undo();
    await until(() => object().summaries.coveredFrames === 1, 'the tracking is undone');
    studio.actions.prompts.addPoint(videoPoint(120, 50), 'positive');
    await checking;
    expect(state().review.check).toBeUndefined();
    expect(state().alerts.log.map(({ message }) => message)).toContain(
      'The check of “Object 1” ended early, because the model had to start over.',
    );
  });

  test('is of what undo and redo leave, in a session that knows of it', async () => {
    await tracked();
    studio.actions.history.undo();
    await studio.actions.review.checkByTrackingBack();
    expect(lastMessage()).toBe('Object 1 has no masks to check. Track it first.');
    studio.actions.history.redo();
    await studio.actions.review.checkByTrackingBack();
    const { calls } = engine();
    expect(calls.indexOf('checkMasks')).toBeGreaterThan(calls.lastIndexOf('restore'));
    expect(calls.lastIndexOf('restore')).toBeGreaterThan(calls.lastIndexOf('propagate'));
    expect(lastMessage()).toBe('Tracked back over 38 frames of “Object 1”: both ways agree.');
  });

  test('ends quietly where another clip is opened', async () => {
    await tracked();
    engine().holdAfterFrames = 5;
    const checking = studio.actions.review.checkByTrackingBack();
    await until(() => state().review.check?.framesDone === 5, 'five frames are done');
    await studio.actions.video.openFiles([new File(['b'], 'other.mp4', { type: 'video/mp4' })]);
    engine().holdAfterFrames = undefined;
    await checking;
    expect(state().review.check).toBeUndefined();
    expect(state().alerts.log.some(({ severity }) => severity === 'error')).toBe(false);
  });
});
