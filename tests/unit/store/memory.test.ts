import { afterEach, describe, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { allMemoryEdits, framesWithEdit } from '../../../src/store/memory-slice.ts';
import { framesOf, summaryAt } from '../../../src/store/summary-track.ts';
import { deviceLost } from '../../helpers/fake-inference.ts';
import { fakeStorage, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { clickOn, engineOf, rest, seenObject, StudioShelf } from '../../helpers/work-lab.ts';

const [ONE, TWO, THREE] = [objectId(1), objectId(2), objectId(3)];
const FRAMES = 40;
const shelf = new StudioShelf();
let studio: FakeStudio;

afterEach(() => shelf[Symbol.dispose]());

const state = () => studio.store.getState();
const object = (id = ONE) => seenObject(studio, id);
const engine = () => engineOf(studio);
const at = (frame: number, id = ONE) => ({ objectId: id, frame: frameIndex(frame) });
const pinned = (id = ONE) => framesWithEdit(state().memory, id, 'pinned').map(Number);
const dropped = (id = ONE) => framesWithEdit(state().memory, id, 'dropped').map(Number);
const toldTo = (id = ONE) =>
  (engine().memoryEdits.get(id) ?? []).map(({ frame, edit }) => `${frame} ${edit}`);
const messages = () => state().alerts.log.map(({ message }) => message);
const spans = () =>
  engine()
    .requests.splice(0)
    .map(({ start, end }) => [Number(start), Number(end)]);

const click = (frame: number, id = ONE) => clickOn(studio, { frame, id });

/** Two objects, clicked on the first frame and tracked. */
async function tracked(options: Parameters<StudioShelf['ready']>[0] = {}): Promise<void> {
  studio = await shelf.ready({
    info: { width: 400, height: 300, frameCount: FRAMES },
    ...options,
  });
  await click(0);
  studio.actions.tracklets.add();
  await click(0, TWO);
  await studio.actions.propagation.track('forward', 'all');
  studio.actions.tracklets.select(ONE);
  engine().requests.length = 0;
}

async function undo(): Promise<void> {
  studio.actions.history.undo();
  await rest(studio);
}

describe('deciding about a frame’s memory', () => {
  test('is a step of the work that changes no mask and asks for tracking', async () => {
    await tracked();
    const before = object().summaries;
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(20));
    expect([pinned(), dropped()]).toEqual([[10], [20]]);
    expect(object().summaries).toBe(before);
    expect(object()).toMatchObject({ needsTracking: true, changedFrames: [10, 20] });
    expect(state().propagation.status).toBe('required');
    expect(
      state()
        .history.steps.slice(-2)
        .map(({ name }) => name),
    ).toEqual(['pin on frame 10 of Object 1', 'dropped memory of frame 20 of Object 1']);
    await undo();
    expect([pinned(), dropped()]).toEqual([[10], []]);
    expect(object().changedFrames).toEqual([10]);
    await undo();
    expect(allMemoryEdits(state().memory)).toEqual([]);
    expect(object().needsTracking).toBe(false);
    studio.actions.history.redo();
    studio.actions.history.redo();
    await rest(studio);
    expect([pinned(), dropped()]).toEqual([[10], [20]]);
    expect(studio.faults).toEqual([]);
  });

  test('the second time takes it back, and one decision takes the place of another', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(10));
    expect([pinned(), dropped()]).toEqual([[], [10]]);
    studio.actions.memory.toggle('dropped', at(10));
    expect(allMemoryEdits(state().memory)).toEqual([]);
    expect(state().history.steps.at(-1)?.name).toBe('restored memory of frame 10 of Object 1');
  });

  test('is of the selected object on the shown frame unless it is said otherwise', async () => {
    await tracked();
    studio.actions.tracklets.select(TWO);
    studio.actions.playback.seekTo(7);
    await until(() => Number(state().playback.shownFrame) === 7, 'frame 7 is shown');
    studio.actions.memory.toggle('dropped');
    expect(dropped(TWO)).toEqual([7]);
  });

  test('is refused, with the reason, where it means nothing', async () => {
    await tracked();
    const steps = state().history.nextStep;
    studio.actions.memory.toggle('dropped', at(0));
    studio.actions.memory.toggle('pinned', at(0));
    studio.actions.tracklets.toggleLock(ONE);
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.tracklets.toggleLock(ONE);
    studio.actions.tracklets.add();
    studio.actions.memory.toggle('pinned', at(10, THREE));
    expect(messages()).toEqual(
      expect.arrayContaining([
        'This frame has prompts; what you said cannot be dropped as a bad memory.',
        'This frame has prompts, so the model remembers it already.',
        '“Object 1” is locked.',
        'The object has no mask on this frame, so there is nothing to remember.',
      ]),
    );
    expect(allMemoryEdits(state().memory)).toEqual([]);
    expect(state().history.nextStep).toBe(steps + 1);
  });
});

describe('the engine is told before it is used', () => {
  test('before it tracks, and of nothing that it knows', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(20));
    expect(toldTo()).toEqual([]);
    await studio.actions.propagation.track('forward', 'all');
    expect(toldTo()).toEqual(['10 pinned', '20 dropped']);
    await studio.actions.propagation.track('forward', 'all');
    expect(engine().calls.filter((name) => name === 'setMemoryEdits')).toHaveLength(1);
  });

  test('before a prompt', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    await click(30);
    const { calls } = engine();
    expect(calls.indexOf('setMemoryEdits')).toBeLessThan(calls.lastIndexOf('setPrompts'));
  });

  test('of what undoing has taken back', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    await click(30);
    await undo();
    await undo();
    await click(31);
    expect(toldTo()).toEqual([]);
  });

  test('anew when it has started over, for an undone run or a lost device', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    await studio.actions.propagation.track('forward', 'all');
    await undo();
    expect(pinned()).toEqual([10]);
    await studio.actions.propagation.track('forward', 'all');
    expect(toldTo()).toEqual(['10 pinned']);
    engine().failures.set('setPrompts', deviceLost());
    studio.actions.prompts.addPoint(videoPoint(120, 60), 'positive');
    await until(() => studio.engines.length > 1, 'another engine is started');
    await rest(studio);
    expect(state().models.engine.status).toBe('ready');
    await studio.actions.propagation.track('forward', 'all');
    expect(toldTo()).toEqual(['10 pinned']);
  });
});

describe('what becomes of decisions', () => {
  test('a removed object takes its own along, and brings them back', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(11, TWO));
    studio.actions.tracklets.remove(ONE);
    expect([pinned(), dropped(TWO)]).toEqual([[], [11]]);
    await undo();
    expect([pinned(), dropped(TWO)]).toEqual([[10], [11]]);
  });

  test('a merge leaves those of the object that stays', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(11, TWO));
    await studio.actions.objects.merge(TWO, ONE);
    expect([pinned(), dropped(TWO)]).toEqual([[10], []]);
    await undo();
    expect([pinned(), dropped(TWO)]).toEqual([[10], [11]]);
  });

  test('splitting off and swapping give them away with the masks', async () => {
    await tracked();
    for (const frame of [5, 25]) studio.actions.memory.toggle('pinned', at(frame));
    studio.actions.memory.toggle('dropped', at(30, TWO));
    studio.actions.playback.seekTo(20);
    await until(() => Number(state().playback.shownFrame) === 20, 'frame 20 is shown');
    await studio.actions.objects.swap(ONE, TWO);
    expect([pinned(), dropped(), pinned(TWO), dropped(TWO)]).toEqual([[5], [30], [25], []]);
    await studio.actions.objects.splitOff(ONE);
    expect([pinned(), dropped(), dropped(THREE)]).toEqual([[5], [], [30]]);
    await undo();
    await undo();
    expect([pinned(), dropped(TWO)]).toEqual([[5, 25], [30]]);
  });

  test('clearing tracking keeps pins with their masks, and has nothing left to drop', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(20));
    await studio.actions.propagation.clear();
    expect([pinned(), dropped()]).toEqual([[10], []]);
    expect(framesOf(object().summaries, ['prompt', 'tracked', 'kept'])).toEqual([0, 10]);
    await undo();
    expect([pinned(), dropped()]).toEqual([[10], [20]]);
  });

  test('clearing tracking leaves imported masks, and what was dropped of them', async () => {
    await tracked();
    const mask = { objectId: ONE, areaPx: 40 };
    studio.exporter.importOutcome = {
      objects: [{ id: ONE, name: 'mug', color: '#123456' }],
      prompts: [],
      memory: [],
      summaries: [
        { ...mask, frame: frameIndex(3), origin: 'imported' },
        { ...mask, frame: frameIndex(4), origin: 'tracked' },
      ],
      notices: [],
    };
    await studio.actions.project.importFile(new File(['{}'], 'kitchen.json'));
    for (const frame of [3, 4]) studio.actions.memory.toggle('dropped', at(frame));
    await studio.actions.propagation.clear();
    expect(framesOf(object().summaries, ['imported', 'tracked', 'kept'])).toEqual([3]);
    expect(dropped()).toEqual([3]);
  });

  test('another clip has none', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.recent.saveNow();
    await studio.actions.video.openFiles([new File(['other'], 'b.mp4', { type: 'video/mp4' })]);
    await rest(studio);
    expect(allMemoryEdits(state().memory)).toEqual([]);
  });

  test('they are there again after a crash, with the steps that made them', async () => {
    const saved = fakeStorage();
    await tracked({ saved });
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(20));
    studio.actions.recent.saveNow();
    await rest(studio);
    shelf.crash(studio);
    studio = await shelf.ready({
      saved,
      info: { width: 400, height: 300, frameCount: FRAMES },
    });
    await rest(studio);
    expect([pinned(), dropped()]).toEqual([[10], [20]]);
    await studio.actions.propagation.track('forward', 'all');
    expect(toldTo()).toEqual(['10 pinned', '20 dropped']);
    await undo();
    await undo();
    expect([pinned(), dropped()]).toEqual([[10], []]);
  });

  test('a project file takes them out and in', async () => {
    await tracked();
    studio.actions.memory.toggle('pinned', at(10));
    await studio.actions.project.exportMasks({ ...state().view.exportChoice, kind: 'project' });
    expect(studio.exporter.requests.at(-1)?.memory).toEqual([{ ...at(10), edit: 'pinned' }]);
    studio.exporter.importOutcome = {
      objects: [{ id: ONE, name: 'mug', color: '#123456' }],
      prompts: [],
      memory: [{ ...at(3), edit: 'dropped' }],
      summaries: [],
      notices: [],
    };
    await studio.actions.project.importFile(new File(['{}'], 'kitchen.json'));
    expect([pinned(), dropped()]).toEqual([[], [3]]);
  });
});

describe('tracking again from there', () => {
  test('runs from the frame after a dropped one, the way it was tracked', async () => {
    await tracked();
    studio.actions.memory.toggle('dropped', at(20));
    engine().agreesAfterFrames = 12;
    await studio.actions.propagation.fix();
    expect(engine().requests.every(({ goesOnFromMasks }) => goesOnFromMasks)).toBe(true);
    expect(spans()).toEqual([[21, 39]]);
    expect(object()).toMatchObject({ needsTracking: false, changedFrames: [] });
    expect(dropped()).toEqual([20]);
  });

  test('runs both ways from a pinned frame, which keeps its mask', async () => {
    await tracked();
    const before = summaryAt(object().summaries, 20);
    studio.actions.memory.toggle('pinned', at(20));
    await studio.actions.propagation.fix();
    expect(spans()).toEqual([
      [21, 39],
      [19, 0],
    ]);
    expect(summaryAt(object().summaries, 20)).toEqual(before);
  });

  test('has nothing to run after the last frame', async () => {
    await tracked();
    studio.actions.memory.toggle('dropped', at(39));
    await studio.actions.propagation.fix();
    expect(spans()).toEqual([]);
    expect(messages()).toContain('Nothing of Object 1 was tracked beyond that frame.');
  });
});

describe('what is attended to', () => {
  const account = () => state().attention.account;

  test('is asked for where it is looked at, and again when it may have changed', async () => {
    await tracked();
    studio.actions.playback.seekTo(20);
    await rest(studio);
    expect(engine().calls).not.toContain('memoryAccount');
    studio.actions.view.choosePanelTab('memory');
    await until(() => account()?.frame === 20, 'the engine has answered');
    expect(account()?.memories.map(({ frame }) => Number(frame))).toEqual([
      0, 14, 15, 16, 17, 18, 19,
    ]);
    studio.actions.memory.toggle('dropped', at(18));
    await until(() => account()?.memories.length === 6, 'it is told without the dropped one');
    studio.actions.tracklets.select(TWO);
    await until(() => account()?.objectId === TWO, 'it is of the other object');
    studio.actions.view.choosePanelTab('objects');
    await until(() => account() === undefined, 'nobody looks');
  });

  test('an object removed while asking starts the engine over is not tracked any more', async () => {
    await tracked({ delayMs: 5 });
    await undo();
    studio.actions.view.choosePanelTab('memory');
    await until(() => state().models.engine.status === 'starting', 'it starts over');
    studio.actions.tracklets.remove(TWO);
    await until(() => state().models.engine.status === 'ready', 'it is ready');
    await rest(studio);
    await studio.actions.propagation.track('forward', 'all');
    expect([...engine().prompts.keys()]).toEqual(['1/0']);
  });

  test('is not asked again while nothing changes', async () => {
    await tracked();
    await rest(studio);
    studio.actions.view.choosePanelTab('memory');
    await until(() => account() !== undefined, 'the engine has answered');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(engine().calls.filter((name) => name === 'memoryAccount')).toHaveLength(1);
  });

  test('is unknown without an engine', async () => {
    studio = shelf.start();
    studio.actions.view.choosePanelTab('memory');
    await rest(studio);
    expect(account()).toBeUndefined();
    expect(studio.faults).toEqual([]);
  });
});
