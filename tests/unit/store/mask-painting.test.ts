import { afterEach, describe, expect, test } from 'vitest';
import { strokeRle } from '../../../src/core/brush-stroke.ts';
import type { VideoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { subtractRle, uniteRle } from '../../../src/core/rle-algebra.ts';
import { rleArea, type MaskRle } from '../../../src/core/rle.ts';
import type { Drawing } from '../../../src/store/mask-painting.ts';
import { promptsAt } from '../../../src/store/prompts-slice.ts';
import { summaryAt } from '../../../src/store/summary-track.ts';
import { discMask } from '../../helpers/fake-masks.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';

const VIDEO = { width: 640, height: 360 };
const ONE = objectId(1);
let studio: FakeStudio | undefined;

afterEach(() => {
  studio?.[Symbol.dispose]();
  studio = undefined;
});

async function openClip({ hasModel = true, delayMs = 0 } = {}): Promise<FakeStudio> {
  const made = buildFakeStudio({ delayMs });
  studio = made;
  await made.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  if (!hasModel) return made;
  await made.actions.models.loadBundled();
  await until(() => made.store.getState().models.engine.status === 'ready', 'the session is up');
  return made;
}

function stroke(path: readonly VideoPoint[], isTaking = false, diameter = 20): Drawing {
  return { shape: { kind: 'stroke', diameter }, path, isTaking };
}

const pixels = (path: readonly VideoPoint[]) => strokeRle(path, 10, VIDEO);
const LEFT = [
  { x: 100, y: 100 },
  { x: 140, y: 100 },
];
const RIGHT = [
  { x: 130, y: 100 },
  { x: 200, y: 110 },
];

function promptOf({ store }: FakeStudio, frame = 0, id = ONE) {
  return promptsAt(store.getState().prompts, id, frameIndex(frame));
}

function paintedMask(made: FakeStudio): MaskRle {
  const prompts = promptOf(made);
  if (prompts?.kind !== 'mask') throw new Error('no mask was painted');
  return prompts.mask;
}

const rests = (made: FakeStudio) =>
  until(() => made.store.getState().models.activity === undefined, 'the engine rests');

describe('painting', () => {
  test('makes a mask prompt of the strokes, which the engine answers', async () => {
    const made = await openClip();
    await made.actions.painting.draw(stroke(LEFT));
    await made.actions.painting.draw(stroke(RIGHT));
    expect(paintedMask(made)).toEqual(uniteRle(pixels(LEFT), pixels(RIGHT)));
    await made.actions.painting.draw(stroke([{ x: 130, y: 100 }], true));
    const left = subtractRle(uniteRle(pixels(LEFT), pixels(RIGHT)), pixels([{ x: 130, y: 100 }]));
    expect(paintedMask(made)).toEqual(left);
    await rests(made);
    expect(made.engines.at(-1)?.prompts.get('1/0')?.prompts).toEqual({ kind: 'mask', mask: left });
  });

  test('starts from the mask that the object has', async () => {
    const made = await openClip();
    made.actions.prompts.addPoint({ x: 120, y: 100 }, 'positive');
    await rests(made);
    const disc = made.media.masks.get(1, 0);
    if (disc === undefined) throw new Error('no mask came');
    await made.actions.painting.draw(stroke(RIGHT));
    expect(paintedMask(made)).toEqual(uniteRle(discMask(disc, VIDEO), pixels(RIGHT)));
  });

  test('goes on from what was painted, not from what the model made of it', async () => {
    const made = await openClip();
    await made.actions.painting.draw(stroke(LEFT));
    await rests(made);
    const asked = made.media.calls.filter((call) => call === 'maskOf').length;
    await made.actions.painting.draw(stroke(RIGHT));
    expect(made.media.calls.filter((call) => call === 'maskOf')).toHaveLength(asked);
    expect(paintedMask(made)).toEqual(uniteRle(pixels(LEFT), pixels(RIGHT)));
  });

  test('takes strokes in their order, however quickly they come', async () => {
    const made = await openClip();
    const drawn = [stroke(LEFT), stroke(RIGHT), stroke(LEFT, true)].map((one) =>
      made.actions.painting.draw(one),
    );
    await Promise.all(drawn);
    expect(paintedMask(made)).toEqual(subtractRle(pixels(RIGHT), pixels(LEFT)));
  });

  test('is on the stage at once, without a model too', async () => {
    const made = await openClip({ hasModel: false });
    await made.actions.painting.draw(stroke(LEFT));
    expect(made.media.put.at(-1)).toMatchObject({ objectId: 1, frame: 0 });
    expect(made.media.put.at(-1)?.mask).toEqual(pixels(LEFT));
    const summary = () => summaryAt(made.store.getState().tracklets.items[0]?.summaries, 0);
    await until(() => summary() !== undefined, 'it is summed up');
    expect(summary()).toMatchObject({ origin: 'prompt', areaPx: rleArea(pixels(LEFT)) });
  });

  test('stays on the stage when an earlier stroke is answered', async () => {
    const made = await openClip({ delayMs: 10 });
    await made.actions.painting.draw(stroke(LEFT));
    expect(made.store.getState().models.activity, 'the first is under way').toBeDefined();
    await made.actions.painting.draw(stroke(RIGHT));
    await rests(made);
    const both = uniteRle(pixels(LEFT), pixels(RIGHT));
    // The second stroke's mask is put again over the answer to the first one.
    expect(made.media.put.map(({ mask }) => mask)).toEqual([pixels(LEFT), both, both]);
  });

  test('makes an object where none is selected, in one step', async () => {
    const made = await openClip();
    made.actions.tracklets.select(undefined);
    await made.actions.painting.draw(stroke(LEFT, true));
    expect(made.store.getState().tracklets.items).toHaveLength(1);
    await made.actions.painting.draw(stroke(LEFT));
    expect(made.store.getState().tracklets.selectedId).toBe(2);
    expect(promptOf(made, 0, objectId(2))).toEqual({ kind: 'mask', mask: pixels(LEFT) });
    made.actions.history.undo();
    await until(() => made.store.getState().tracklets.items.length === 1, 'it is gone again');
  });

  test('changes nothing where nothing is drawn', async () => {
    const made = await openClip();
    const { painting } = made.actions;
    await painting.draw(stroke([{ x: -500, y: -500 }]));
    await painting.draw(stroke(LEFT, true));
    expect(promptOf(made)).toBeUndefined();
    await painting.draw(stroke(LEFT));
    const { history } = made.store.getState();
    await painting.draw(stroke(LEFT));
    await painting.draw(stroke([{ x: 600, y: 300 }], true));
    expect(made.store.getState().history).toBe(history);
  });

  test('holds the frame that is painted on', async () => {
    const made = await openClip();
    void made.actions.playback.play();
    made.actions.painting.begin();
    expect(made.store.getState().playback.mode).toBe('paused');
  });

  test('with a lasso takes what the line goes round', async () => {
    const made = await openClip();
    const path = [
      { x: 10, y: 10 },
      { x: 30, y: 10 },
      { x: 30, y: 40 },
      { x: 10, y: 40 },
    ];
    await made.actions.painting.draw({ shape: { kind: 'lasso' }, path, isTaking: false });
    expect(rleArea(paintedMask(made))).toBe(20 * 30);
  });
});

describe('a painted mask', () => {
  test('is refined by clicks, and comes back when they are taken back', async () => {
    const made = await openClip();
    await made.actions.painting.draw(stroke(LEFT));
    made.actions.prompts.addPoint({ x: 120, y: 100 }, 'positive');
    expect(promptOf(made)).toMatchObject({ kind: 'clicks', mask: pixels(LEFT) });
    made.actions.prompts.removeLast();
    expect(promptOf(made)).toEqual({ kind: 'mask', mask: pixels(LEFT) });
    made.actions.prompts.clearFrame();
    expect(promptOf(made)).toBeUndefined();
  });

  test('is undone stroke by stroke, on the stage too', async () => {
    const made = await openClip();
    await made.actions.painting.draw(stroke(LEFT));
    await made.actions.painting.draw(stroke(RIGHT));
    await rests(made);
    made.actions.history.undo();
    expect(paintedMask(made)).toEqual(pixels(LEFT));
    made.actions.history.undo();
    expect(promptOf(made)).toBeUndefined();
    made.actions.history.redo();
    expect(paintedMask(made)).toEqual(pixels(LEFT));
  });
});
