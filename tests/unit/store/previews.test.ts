import { afterEach, describe, expect, test } from 'vitest';
import { candidateChoice } from '../../../src/store/previews-slice.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';

let studio: FakeStudio | undefined;
let nowMs = 0;

afterEach(() => {
  studio?.[Symbol.dispose]();
  studio = undefined;
});

async function openClip(options: Parameters<typeof buildFakeStudio>[0] = {}): Promise<FakeStudio> {
  nowMs = 0;
  const made = buildFakeStudio({ ...options, services: { nowMs: () => nowMs } });
  studio = made;
  made.actions.view.resizeStage({ width: 800, height: 500 }, 1);
  await made.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  await made.actions.models.loadBundled();
  await until(() => made.store.getState().models.engine.status === 'ready', 'the session is up');
  return made;
}

const rests = ({ store }: FakeStudio) =>
  until(() => store.getState().models.activity === undefined, 'the engine rests');
const shownKey = ({ store }: FakeStudio) => store.getState().previews.shown?.key;
const HERE = { x: 50, y: 60 };

async function click(made: FakeStudio, x: number): Promise<void> {
  made.actions.prompts.addPoint({ x, y: 50 }, 'positive');
  await rests(made);
}

describe('what a click would give', () => {
  test('is asked for with all prompts and one more, and shown by its key', async () => {
    const made = await openClip();
    await click(made, 20);
    await made.actions.previews.hover(HERE, 'negative');
    const [asked] = engineOf(made).previews;
    expect(asked?.placed).toEqual({
      objectId: 1,
      frame: 0,
      prompts: {
        kind: 'clicks',
        points: [
          { x: 20, y: 50, label: 'positive' },
          { ...HERE, label: 'negative' },
        ],
      },
    });
    expect(shownKey(made)).toBe(asked?.key);
    const [tracklet] = made.store.getState().tracklets.items;
    await until(() => made.media.style?.preview?.key === asked?.key, 'the stage is told');
    expect(made.media.style?.preview).toEqual({ key: asked?.key, color: tracklet?.color });
    made.actions.previews.leave();
    await until(() => made.media.style?.preview === undefined, 'the stage is told again');
  });

  test('is not asked for beside the frame, while tracking, playing or answering', async () => {
    const made = await openClip();
    const hover = () => made.actions.previews.hover(HERE, 'positive');
    await made.actions.previews.hover({ x: -3, y: 5 }, 'positive');
    made.actions.prompts.addPoint({ x: 20, y: 50 }, 'positive');
    await hover();
    await rests(made);
    void made.actions.playback.play();
    await hover();
    made.actions.playback.pause();
    engineOf(made).holdAfterFrames = 2;
    const tracking = made.actions.propagation.track('forward', 'all');
    await until(() => made.store.getState().propagation.status === 'running', 'it tracks');
    await hover();
    engineOf(made).holdAfterFrames = undefined;
    await tracking;
    made.actions.view.toggleMasks();
    await hover();
    expect(engineOf(made).previews).toEqual([]);
    made.actions.view.toggleMasks();
    await hover();
    expect(engineOf(made).previews).toHaveLength(1);
  });

  test('is of a new object where none is selected, and makes none', async () => {
    const made = await openClip();
    made.actions.tracklets.select(undefined);
    await made.actions.previews.hover(HERE, 'positive');
    expect(engineOf(made).previews[0]?.placed.objectId).toBe(2);
    expect(made.store.getState().tracklets.items).toHaveLength(1);
  });

  test('goes off by itself where it takes too long, says so, and comes back when asked to', async () => {
    const made = await openClip();
    const hover = async (tookMs: number) => {
      const answered = made.actions.previews.hover(HERE, 'positive');
      nowMs += tookMs;
      await answered;
    };
    for (const tookMs of [4000, 90, 140]) await hover(tookMs);
    expect(made.store.getState().previews.isPaused).toBe(false);
    for (const tookMs of [180, 190]) await hover(tookMs);
    expect(made.store.getState().previews).toMatchObject({ isPaused: true, shown: undefined });
    expect(made.store.getState().alerts.log.at(-1)?.message).toContain('180 ms');
    const { length } = engineOf(made).previews;
    await hover(10);
    expect(engineOf(made).previews).toHaveLength(length);
    made.actions.previews.toggle();
    await hover(10);
    expect(engineOf(made).previews).toHaveLength(length + 1);
    expect(made.store.getState().view.arePreviewsShown).toBe(true);
  });

  test('that never came, as on a frame that was not seen yet, counts for nothing', async () => {
    const made = await openClip();
    engineOf(made).answersPreviews = false;
    for (let i = 0; i < 5; i++) {
      const answered = made.actions.previews.hover(HERE, 'positive');
      nowMs += 900;
      await answered;
    }
    expect(made.store.getState().previews.isPaused).toBe(false);
  });

  test('is remembered as on or off', async () => {
    const made = await openClip();
    made.actions.previews.toggle();
    await made.actions.previews.hover(HERE, 'positive');
    expect(engineOf(made).previews).toEqual([]);
    expect(JSON.parse(made.settingsText ?? '')).toMatchObject({ arePreviewsShown: false });
  });

  test('fails once, and not again at every step of the pointer', async () => {
    const made = await openClip();
    engineOf(made).failures.set('previewPrompt', new Error('the decoder is out of order'));
    await made.actions.previews.hover(HERE, 'positive');
    expect(made.store.getState().previews.isPaused).toBe(true);
    await made.actions.previews.hover(HERE, 'positive');
    expect(engineOf(made).calls.filter((call) => call === 'previewPrompt')).toHaveLength(1);
  });
});

describe('candidates', () => {
  const choice = ({ store }: FakeStudio) => candidateChoice(store.getState());
  const hasChoice = (made: FakeStudio) =>
    until(() => choice(made) !== undefined, 'there is a choice');

  test('come after a lone point’s mask, the best one chosen', async () => {
    const made = await openClip();
    await click(made, 20);
    await hasChoice(made);
    expect(choice(made)).toMatchObject({ objectId: 1, frame: 0, chosen: 1 });
    expect(choice(made)?.items.map(({ predictedIou }) => predictedIou)).toEqual([0.71, 0.93, 0.88]);
    expect(engineOf(made).calls.filter((call) => call === 'candidates')).toHaveLength(1);
  });

  test('are shown in the place of the mask without being chosen', async () => {
    const made = await openClip();
    await click(made, 20);
    await hasChoice(made);
    made.actions.previews.showCandidate(2);
    const [tracklet] = made.store.getState().tracklets.items;
    await until(() => made.media.style?.preview !== undefined, 'the stage is told');
    expect(made.media.style?.preview).toEqual({
      key: 'candidate 2 of 1 on 0',
      color: tracklet?.color,
      replaces: 1,
    });
    expect(choice(made)?.chosen).toBe(1);
  });

  test('are chosen as part of the prompts, once, without being asked for again', async () => {
    const made = await openClip();
    await click(made, 20);
    await hasChoice(made);
    made.actions.previews.chooseCandidate(2);
    await rests(made);
    expect(engineOf(made).prompts.get('1/0')?.prompts).toEqual({
      kind: 'clicks',
      points: [{ x: 20, y: 50, label: 'positive' }],
      candidate: 2,
    });
    expect(choice(made)?.chosen).toBe(2);
    const { calls } = engineOf(made);
    made.actions.previews.chooseCandidate(2);
    await rests(made);
    expect(calls.filter((call) => call === 'setPrompts')).toHaveLength(2);
    expect(calls.filter((call) => call === 'candidates')).toHaveLength(1);
    made.actions.history.undo();
    await until(() => choice(made)?.chosen === 1, 'the choice is undone');
  });

  test('go round', async () => {
    const made = await openClip();
    await click(made, 20);
    await hasChoice(made);
    const seen: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      made.actions.previews.cycleCandidate();
      await rests(made);
      seen.push(choice(made)?.chosen);
    }
    expect(seen).toEqual([2, 0, 1]);
  });

  test('are none where all three agree, and none for two points', async () => {
    const made = await openClip();
    engineOf(made).candidatesOfPoints = [1, 0.97, 0.93].map((iouWithBest) => ({
      predictedIou: 0.9,
      areaPx: 100,
      iouWithBest,
    }));
    await click(made, 20);
    await until(() => made.store.getState().previews.candidates !== undefined, 'they came');
    expect(choice(made)).toBeUndefined();
    await click(made, 30);
    made.actions.previews.chooseCandidate(0);
    expect(engineOf(made).prompts.get('1/0')?.prompts).not.toHaveProperty('candidate');
  });

  test('are another frame’s or another object’s no longer', async () => {
    const made = await openClip();
    await click(made, 20);
    await hasChoice(made);
    made.actions.playback.seekTo(5);
    await until(() => made.store.getState().playback.shownFrame === 5, 'it is shown');
    expect(choice(made)).toBeUndefined();
    made.actions.playback.seekTo(0);
    await until(() => made.store.getState().playback.shownFrame === 0, 'it is shown again');
    expect(choice(made)).toBeDefined();
    made.actions.tracklets.add();
    expect(choice(made)).toBeUndefined();
  });
});
