import { afterEach, describe, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { objectId } from '../../../src/core/ids.ts';
import { summaryAt } from '../../../src/store/summary-track.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { clickOn, engineOf, seenObject } from '../../helpers/work-lab.ts';

const [ONE, TWO] = [objectId(1), objectId(2)];
const FRAMES = 60;
let studio: FakeStudio;

afterEach(() => studio[Symbol.dispose]());

const state = () => studio.store.getState();
const object = (id = ONE) => seenObject(studio, id);
const engine = () => engineOf(studio);
const spans = () =>
  engine()
    .requests.splice(0)
    .map(({ objectIds, start, end }) => [objectIds?.map(Number), Number(start), Number(end)]);
const messages = () => state().alerts.log.map(({ message }) => message);

async function seek(frame: number): Promise<void> {
  studio.actions.playback.seekTo(frame);
  await until(() => Number(state().playback.shownFrame) === frame, `frame ${frame} is shown`);
}

const click = (frame: number, id = ONE) => clickOn(studio, { frame, id });

/** Two objects, clicked on the first frame, none tracked. */
async function ready(): Promise<void> {
  studio = buildFakeStudio({ info: { width: 400, height: 300, frameCount: FRAMES } });
  await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  await studio.actions.models.loadBundled();
  await until(() => state().models.engine.status === 'ready', 'the session is up');
  await click(0);
  studio.actions.tracklets.add();
  await click(0, TWO);
}

async function tracked(): Promise<void> {
  await ready();
  await studio.actions.propagation.track('forward', 'all');
  engine().requests.length = 0;
}

describe('fixing the tracking from a corrected frame', () => {
  test('runs the object alone, outward until masks agree', async () => {
    await tracked();
    const untouched = object(TWO).summaries;
    await click(30);
    engine().agreesAfterFrames = 12;
    await studio.actions.propagation.fix();
    expect(engine().requests.map(({ until: rule }) => rule)).toEqual([
      { agreeingFrames: 10, iou: 0.98 },
      { agreeingFrames: 10, iou: 0.98 },
    ]);
    expect(spans()).toEqual([
      [[1], 30, 59],
      [[1], 29, 0],
    ]);
    expect(state().propagation).toMatchObject({
      status: 'complete',
      framesDone: 24,
      framesSaved: FRAMES - 24,
    });
    expect(object().needsTracking).toBe(false);
    expect(object(TWO).summaries).toBe(untouched);
  });

  test('goes to the ends of what was tracked where they never agree', async () => {
    await ready();
    studio.actions.playback.mark('out', 40);
    await studio.actions.propagation.track('forward', 'all');
    studio.actions.playback.clearMarks();
    await click(20);
    spans();
    await studio.actions.propagation.fix();
    expect(spans()).toEqual([
      [[1], 20, 40],
      [[1], 19, 0],
    ]);
    expect(state().propagation).toMatchObject({ framesDone: 41, framesSaved: 0 });
  });

  test('takes every corrected frame in, and the second frame of the clip too', async () => {
    await tracked();
    await click(1);
    await click(40);
    engine().agreesAfterFrames = 3;
    await studio.actions.propagation.fix();
    expect(spans()).toEqual([
      [[1], 1, 59],
      [[1], 1, 0],
      [[1], 40, 59],
      [[1], 39, 0],
    ]);
    expect(object().changedFrames).toEqual([]);
  });

  test('leaves what changed elsewhere to be tracked', async () => {
    await ready();
    studio.actions.playback.mark('out', 20);
    await studio.actions.propagation.track('forward', 'all');
    await click(10);
    await click(50);
    engine().agreesAfterFrames = 3;
    spans();
    await studio.actions.propagation.fix();
    expect(spans()).toEqual([
      [[1], 10, 20],
      [[1], 9, 0],
    ]);
    expect(object()).toMatchObject({ needsTracking: true, changedFrames: [50] });
    expect(state().propagation.status).toBe('required');
  });

  test('says why where there is nothing to be fixed', async () => {
    await tracked();
    await studio.actions.propagation.fix();
    expect(messages()).toContain(
      'Correct Object 2 on a tracked frame first, or pin or drop its memory there.',
    );
    expect(spans()).toEqual([]);
  });

  test('is one step that can be taken back', async () => {
    await tracked();
    await click(30);
    const before = summaryAt(object().summaries, 33)?.areaPx;
    await studio.actions.propagation.fix();
    studio.actions.history.undo();
    await until(() => summaryAt(object().summaries, 33)?.origin === 'kept', 'the masks are back');
    expect(summaryAt(object().summaries, 33)?.areaPx).toBe(before);
    expect(object().changedFrames).toEqual([30]);
  });

  test('cancelled, it can be gone on with', async () => {
    await tracked();
    await click(30);
    engine().holdBeforeFrame = 35;
    const run = studio.actions.propagation.fix();
    await until(
      () => summaryAt(object().summaries, 34) !== undefined && engine().requests.length === 1,
      'it runs',
    );
    await until(() => {
      const { propagation } = state();
      return propagation.status === 'running' && propagation.run.framesDone === 5;
    }, 'five frames are done');
    await studio.actions.propagation.cancel();
    await run;
    expect(state().propagation).toMatchObject({ status: 'aborted', framesDone: 5 });
    engine().holdBeforeFrame = undefined;
    spans();
    await studio.actions.propagation.goOn();
    expect(spans()).toEqual([
      [[1], 35, 59],
      [[1], 29, 0],
    ]);
    expect(state().propagation).toMatchObject({ status: 'complete', framesSaved: 0 });
  });
});

describe('tracking within in and out marks', () => {
  test('stays within them, in both directions', async () => {
    await ready();
    await seek(30);
    studio.actions.playback.mark('in', 20);
    studio.actions.playback.mark('out', 44);
    await studio.actions.propagation.track('both', 'all');
    expect(spans()).toEqual([
      [[1, 2], 20, 44],
      [[1, 2], 30, 20],
    ]);
    expect(summaryAt(object().summaries, 45)).toBeUndefined();
    expect(summaryAt(object().summaries, 19)).toBeUndefined();
    // What was said of them beyond the marks is still to be tracked.
    expect(object().needsTracking).toBe(true);
  });

  test('marks on the wrong side of each other give way', async () => {
    await ready();
    const { playback } = studio.actions;
    playback.mark('out', 10);
    expect(state().playback.range).toEqual({ first: 0, last: 10 });
    playback.mark('in', 30);
    expect(state().playback.range).toEqual({ first: 30, last: FRAMES - 1 });
    playback.mark('out', 20);
    expect(state().playback.range).toEqual({ first: 0, last: 20 });
    playback.mark('out', 1000);
    expect(state().playback.range).toBeUndefined();
    await seek(12);
    playback.mark('in');
    expect(state().playback.range).toEqual({ first: 12, last: FRAMES - 1 });
    playback.clearMarks();
    expect(state().playback.range).toBeUndefined();
  });
});

describe('going on with a run that was stopped', () => {
  async function stopped(): Promise<void> {
    await ready();
    engine().holdAfterFrames = 8;
    const run = studio.actions.propagation.track('forward', 'all');
    await until(() => object().summaries.coveredFrames === 8, 'eight frames are done');
    await studio.actions.propagation.cancel();
    await run;
    engine().holdAfterFrames = undefined;
    spans();
  }

  test('runs from behind the last finished frame to the end', async () => {
    await stopped();
    await studio.actions.propagation.goOn();
    expect(spans()).toEqual([[[1, 2], 8, 59]]);
    expect(state().propagation).toMatchObject({ status: 'complete', framesDone: 52 });
    expect(object().needsTracking).toBe(false);
  });

  test('is refused once the engine has started over', async () => {
    await stopped();
    await studio.actions.models.loadBundled();
    await until(() => state().models.engine.status === 'ready', 'it is ready again');
    await studio.actions.propagation.goOn();
    expect(spans()).toEqual([]);
  });

  test('needs a run that was stopped', async () => {
    await tracked();
    await studio.actions.propagation.goOn();
    expect(messages()).toContain('No run was stopped.');
  });
});

describe('a correction while tracking', () => {
  /** Tracks both objects; stands still before a frame. */
  async function held(frame: number): Promise<void> {
    await ready();
    engine().holdBeforeFrame = frame;
    await studio.actions.propagation.track('forward', 'all');
  }

  test('ends the frame under way and goes on from the corrected frame', async () => {
    await ready();
    engine().holdBeforeFrame = 20;
    const run = studio.actions.propagation.track('forward', 'all');
    await until(() => summaryAt(object(TWO).summaries, 19) !== undefined, 'half is tracked');
    await seek(12);
    studio.actions.tracklets.select(ONE);
    studio.actions.prompts.addPoint(videoPoint(90, 50), 'negative');
    await until(() => engine().requests.length >= 2, 'it goes on');
    // The prompt came before the run went on.
    const { calls } = engine();
    expect(calls.lastIndexOf('setPrompts')).toBeLessThan(calls.lastIndexOf('propagate'));
    engine().holdBeforeFrame = undefined;
    await run;
    expect(spans()).toEqual([
      [[1, 2], 0, 59],
      [[1], 12, 19],
      [[1, 2], 20, 59],
    ]);
    expect(state().propagation).toMatchObject({ status: 'complete', framesDone: 20 + 8 + 40 });
    expect(object()).toMatchObject({ needsTracking: false, changedFrames: [] });
    // The stage stays where the user is at work.
    expect(state().playback).toMatchObject({ mode: 'paused', frame: 12 });
  });

  test('of an object that is not tracked leaves the run alone', async () => {
    await ready();
    studio.actions.tracklets.select(ONE);
    engine().holdBeforeFrame = 20;
    const run = studio.actions.propagation.track('forward', 'selected');
    await until(() => summaryAt(object().summaries, 19) !== undefined, 'half is tracked');
    await click(12, TWO);
    engine().holdBeforeFrame = undefined;
    await run;
    expect(spans()).toEqual([[[1], 0, 59]]);
    expect(object(TWO).needsTracking).toBe(true);
  });

  test('that takes back all that was said of it leaves the object out', async () => {
    await ready();
    engine().holdBeforeFrame = 20;
    const run = studio.actions.propagation.track('forward', 'all');
    await until(() => summaryAt(object(TWO).summaries, 19) !== undefined, 'half is tracked');
    await seek(0);
    studio.actions.prompts.clearFrame();
    await until(() => engine().requests.length >= 2, 'it goes on');
    engine().holdBeforeFrame = undefined;
    await run;
    expect(spans().slice(1)).toEqual([[[1], 20, 59]]);
  });

  test('can be followed by a stop', async () => {
    const ended = held(20);
    await until(() => state().propagation.status === 'running', 'it runs');
    await until(() => summaryAt(object(TWO).summaries, 19) !== undefined, 'half is tracked');
    await seek(12);
    studio.actions.tracklets.select(ONE);
    engine().holdBeforeFrame = 15;
    studio.actions.prompts.addPoint(videoPoint(90, 50), 'negative');
    await until(() => {
      const { propagation } = state();
      return propagation.status === 'running' && propagation.run.framesDone === 23;
    }, 'three frames more are done');
    await studio.actions.propagation.cancel();
    await ended;
    await until(() => state().propagation.status === 'aborted', 'it has stopped');
    expect(state().propagation).toMatchObject({
      rest: [
        { objectIds: [ONE], start: 15, end: 19 },
        { objectIds: [ONE, TWO], start: 20, end: 59 },
      ],
    });
  });
});

describe('locked objects', () => {
  test('take no prompt and are not tracked', async () => {
    await ready();
    studio.actions.tracklets.toggleLock(ONE);
    studio.actions.tracklets.select(ONE);
    const before = state().prompts;
    studio.actions.prompts.addPoint(videoPoint(10, 10), 'positive');
    expect(state().prompts).toBe(before);
    expect(messages()).toContain('“Object 1” is locked.');
    await studio.actions.propagation.track('forward', 'all');
    expect(spans()).toEqual([[[2], 0, 59]]);
    await studio.actions.propagation.track('forward', 'selected');
    expect(messages()).toContain('The object is locked.');
  });

  test('keep their masks when tracking is cleared', async () => {
    await tracked();
    studio.actions.tracklets.toggleLock(ONE);
    await studio.actions.propagation.clear();
    expect(object().summaries.coveredFrames).toBe(FRAMES);
    expect(summaryAt(object().summaries, 9)?.origin).toBe('kept');
    expect(object(TWO).summaries.coveredFrames).toBe(1);
  });
});
