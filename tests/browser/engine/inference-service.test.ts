import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { PlacedPrompts } from '../../../src/core/prompts.ts';
import { emptyRle, rleArea, rleIou, rleToString, type MaskRle } from '../../../src/core/rle.ts';
import type { SessionVideo } from '../../../src/protocol/inference-api.ts';
import type { VideoInfo } from '../../../src/protocol/media-api.ts';
import { DiscClip } from '../../helpers/disc-clip.ts';
import { discFrames } from '../../helpers/disc-frames.ts';
import { StudioWorkers } from '../../helpers/studio-workers.ts';
import { fetchPublishedForm } from './nano-clips.ts';

/** The smallest at which the bundled model was trained: these tests are about the service. */
const FAST = { backend: 'wasm', imageSize: 128 } as const;
const FRAME_COUNT = 6;
const SESSION_DISPOSED = { name: 'StudioError', code: 'session-disposed' };

const clip = new DiscClip({ scale: 0.5 });
let frames: readonly File[];
let studio: StudioWorkers;
const noFault = { name: 'StudioError', hint: expect.stringMatching(/\S/) };

beforeAll(async () => {
  frames = await discFrames(clip, FRAME_COUNT);
});
beforeEach(() => {
  studio = new StudioWorkers();
});
afterEach(() => studio[Symbol.dispose]());

function clickOn(object: number, frame = 0, extra: readonly { x: number; y: number }[] = []) {
  const points = [clip.discCentre(object, frame), ...extra].map((point, i) => ({
    ...point,
    label: i === 0 ? ('positive' as const) : ('negative' as const),
  }));
  return {
    objectId: objectId(object),
    frame: frameIndex(frame),
    prompts: { kind: 'clicks', points },
  } satisfies PlacedPrompts;
}

/** Tracks the whole clip and reads every mask. */
async function trackedMasks(
  { frameCount }: VideoInfo,
  direction: 'forward' | 'reverse' = 'forward',
) {
  const [first, last] = [frameIndex(0), frameIndex(frameCount - 1)];
  const [start, end] = direction === 'forward' ? [first, last] : [last, first];
  const masks = new Map<string, string>();
  for await (const summaries of studio.propagate({ start, end, direction })) {
    for (const summary of summaries) {
      const { mask } = await studio.maskOf(summary);
      masks.set(`frame ${summary.frame} object ${summary.objectId}`, rleToString(mask));
    }
  }
  return masks;
}

describe('before there is anything to work with', () => {
  test('a session needs a model', async () => {
    const info = await studio.media.open({ kind: 'folder', name: 'discs', files: frames });
    await expect(studio.inference.startSession(info)).rejects.toMatchObject(SESSION_DISPOSED);
    await expect(studio.inference.restore(info, [clickOn(1)])).rejects.toMatchObject(
      SESSION_DISPOSED,
    );
  });

  test('prompts and tracking need a session', async () => {
    await studio.loadModel(FAST);
    await expect(studio.inference.setPrompts(clickOn(1))).rejects.toMatchObject(SESSION_DISPOSED);
    const whole = { start: frameIndex(0), end: frameIndex(1), direction: 'forward' } as const;
    await expect(studio.inference.propagate(whole)).rejects.toMatchObject(SESSION_DISPOSED);
    await studio.openFrames('discs', frames);
    await expect(studio.inference.propagate(whole)).rejects.toMatchObject({
      code: 'prompts-missing',
    });
  });
});

describe('checking masks by tracking back', () => {
  test('compares without a mask being put, and the session goes on as if nothing was', async () => {
    await studio.loadModel(FAST);
    const info = await studio.openFrames('discs', frames);
    const last = frameIndex(FRAME_COUNT - 1);
    const half = { start: frameIndex(0), end: frameIndex(3), direction: 'forward' } as const;
    const rest = { start: frameIndex(4), end: last, direction: 'forward' } as const;
    const back = { start: frameIndex(3), end: frameIndex(0), direction: 'reverse' } as const;
    const track = async (request: typeof half | typeof rest) => {
      const summaries = [];
      for await (const batch of studio.propagate(request)) summaries.push(...batch);
      return summaries;
    };
    await studio.inference.setPrompts(clickOn(1));
    await track(half);
    const alone = await track(rest);

    await studio.inference.startSession(info);
    await studio.inference.setPrompts(clickOn(1));
    const tracked = await track(half);
    const masks = () => studio.masks.masksOfFrames(frameIndex(0), frameIndex(FRAME_COUNT));
    const before = await masks();
    const cursor = await studio.inference.checkMasks({ objectId: objectId(1), ...back });
    const found = [];
    for (let state = 'running'; state === 'running';) {
      const batch = await cursor.nextBatch(1000);
      ({ state } = batch);
      found.push(...batch.summaries);
    }
    expect(found.map(({ frame }) => Number(frame))).toEqual([3, 2, 1, 0]);
    expect(found[0]?.oppositeIou).toBeUndefined();
    expect(await masks()).toEqual(before);
    expect(tracked.every(({ direction, frame }) => direction === 'forward' || frame === 0)).toBe(
      true,
    );
    expect(await track(rest)).toEqual(alone);

    // The same by hand: a session that knows the one mask, and tracks from it.
    const [start] = before.filter(({ frame }) => frame === 3);
    if (start === undefined) throw new Error('there is no mask to start from');
    await studio.inference.startSession(info);
    const prompts = { kind: 'mask', mask: start.mask } as const;
    await studio.inference.setPrompts({ ...start, prompts });
    for await (const [summary] of studio.propagate(back)) {
      if (summary?.origin !== 'tracked') continue;
      const { mask } = await studio.maskOf(summary);
      const there = before.find(({ frame }) => frame === summary.frame);
      const said = found.find(({ frame }) => frame === summary.frame)?.oppositeIou;
      expect(said, `frame ${summary.frame}`).toBe(there && rleIou(there.mask, mask));
    }
  });

  test('tracking in reverse over what was tracked forward says how well the two agree', async () => {
    await studio.loadModel(FAST);
    await studio.openFrames('discs', frames);
    await studio.inference.setPrompts(clickOn(1));
    await studio.inference.setPrompts(clickOn(1, FRAME_COUNT - 1));
    const both = [
      { start: frameIndex(0), end: frameIndex(4), direction: 'forward' },
      { start: frameIndex(4), end: frameIndex(1), direction: 'reverse' },
    ] as const;
    const ious: (number | undefined)[] = [];
    for (const request of both) {
      for await (const summaries of studio.propagate(request)) {
        ious.push(...summaries.map(({ oppositeIou }) => oppositeIou));
      }
    }
    expect(ious.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => undefined));
    for (const iou of ious.slice(5)) expect(iou).toBeGreaterThan(0.7);
  });

  test('has something to start from, or is refused', async () => {
    await studio.loadModel(FAST);
    await studio.openFrames('discs', frames);
    const request = { start: frameIndex(3), end: frameIndex(0), direction: 'reverse' } as const;
    await expect(
      studio.inference.checkMasks({ objectId: objectId(1), ...request }),
    ).rejects.toMatchObject({ code: 'prompts-missing' });
  });
});

describe('loading another model', () => {
  const BAD_FILES: [string, File, RegExp][] = [
    ['a text', new File(['not a model, but a text'.repeat(50)], 'notes.txt'), /^checkpoint-/],
    ['a text named .pt', new File(['hello'], 'model.pt'), /^checkpoint-/],
    ['nothing', new File([], 'empty.safetensors'), /^checkpoint-/],
    ['a zip of something else', new File(['PK\u0003\u0004rest'], 'frames.zip'), /^checkpoint-/],
  ];

  test('a file that is no model is refused, and the model in use goes on', async () => {
    await studio.loadModel(FAST);
    await studio.openFrames('discs', frames);
    const before = await studio.inference.setPrompts(clickOn(1));
    for (const [what, file, code] of BAD_FILES) {
      await expect(studio.loadModel(FAST, { kind: 'file', file }), what).rejects.toMatchObject({
        ...noFault,
        code: expect.stringMatching(code),
      });
    }
    const odd = studio.loadModel({ backend: 'wasm', imageSize: 100 });
    await expect(odd, 'a size that the networks cannot have').rejects.toMatchObject(noFault);
    // The session, too: a second click refines the mask of the first.
    const refined = await studio.inference.setPrompts(clickOn(1, 0, [{ x: 5, y: 5 }]));
    expect(refined?.objectScoreLogit).not.toBe(before?.objectScoreLogit);
    await studio.inference.setPrompts({ ...clickOn(1), prompts: { kind: 'clicks', points: [] } });
    expect(await studio.inference.setPrompts(clickOn(1))).toEqual(before);
  });

  test('at another image size: the old session is gone, a new one gives other masks', async () => {
    const first = await studio.loadModel(FAST);
    const info = await studio.openFrames('discs', frames);
    await studio.inference.setPrompts(clickOn(1));
    const masks = await trackedMasks(info);
    const second = await studio.loadModel({ ...FAST, imageSize: 256 });
    expect([first.imageSize, second.imageSize]).toEqual([128, 256]);
    expect(second.sha256).toBe(first.sha256);
    await expect(studio.inference.setPrompts(clickOn(1))).rejects.toMatchObject(SESSION_DISPOSED);
    await studio.inference.startSession(info);
    await studio.inference.setPrompts(clickOn(1));
    expect(await trackedMasks(info)).not.toEqual(masks);
    await studio.loadModel(FAST);
    await studio.inference.startSession(info);
    await studio.inference.setPrompts(clickOn(1));
    expect(await trackedMasks(info), 'back at the first size').toEqual(masks);
  });

  test('the model asked for last is the one in use, whichever is ready first', async () => {
    const url = new URL('/models/sam2.1_hiera_nano.safetensors', location.origin);
    const file = new File([await (await fetch(url)).blob()], 'own.safetensors');
    // Calls made while the worker starts may overtake each other.
    await studio.inference.probe(FAST);
    // The download makes the first the slower one.
    const first = studio.loadModel({ ...FAST, imageSize: 256 });
    const second = studio.loadModel(FAST, { kind: 'file', file });
    const [downloaded, own] = await Promise.allSettled([first, second]);
    expect(own).toMatchObject({ status: 'fulfilled', value: { imageSize: 128 } });
    if (downloaded.status === 'rejected') {
      expect(downloaded.reason).toMatchObject({ name: 'AbortError' });
    }
    const info = await studio.openFrames('discs', frames);
    await studio.inference.setPrompts(clickOn(1));
    const masks = await trackedMasks(info);
    await studio.loadModel(FAST);
    await studio.inference.startSession(info);
    await studio.inference.setPrompts(clickOn(1));
    expect(await trackedMasks(info)).toEqual(masks);
  });

  test('a model that is replaced while it tracks ends the run as cancelled', async () => {
    await studio.loadModel(FAST);
    await studio.openFrames('discs', frames);
    await studio.inference.setPrompts(clickOn(1));
    const range = { start: frameIndex(0), end: frameIndex(FRAME_COUNT - 1) };
    const cursor = await studio.inference.propagate({ ...range, direction: 'forward' });
    const loading = studio.loadModel(FAST);
    let state = 'running';
    const seen: number[] = [];
    while (state === 'running') {
      const batch = await cursor.nextBatch(1000);
      ({ state } = batch);
      seen.push(...batch.summaries.map(({ frame }) => frame));
    }
    await loading;
    expect(['cancelled', 'complete']).toContain(state);
    expect(seen).toEqual(seen.map((_, i) => i));
  });

  test('PyTorch’s own file of the bundled model gives the same masks', async (context) => {
    const file = await fetchPublishedForm();
    if (file === undefined) return context.skip('there is no .pt beside the repository');
    const bundled = await studio.loadModel(FAST);
    const info = await studio.openFrames('discs', frames);
    await studio.inference.setPrompts(clickOn(1));
    const masks = await trackedMasks(info);
    const published = await studio.loadModel(FAST, { kind: 'file', file });
    expect(published).toMatchObject({
      fileName: 'sam2.1_hiera_nano.pt',
      fileBytes: file.size,
      size: 'nano',
      version: '2.1',
      parameters: bundled.parameters,
    });
    await studio.inference.startSession(info);
    await studio.inference.setPrompts(clickOn(1));
    expect(await trackedMasks(info)).toEqual(masks);
  });
});

describe('restore', () => {
  const box = { x0: 20, y0: 20, x1: 70, y1: 60 };
  const steps: PlacedPrompts[] = [
    clickOn(1),
    clickOn(1, 0, [{ x: 5, y: 5 }]),
    { objectId: objectId(2), frame: frameIndex(2), prompts: { kind: 'clicks', points: [], box } },
    clickOn(3, 4),
  ];

  test('gives the memory that the prompts gave, and leaves the stage alone', async () => {
    await studio.loadModel(FAST);
    const info = await studio.openFrames('discs', frames);
    for (const step of steps) await studio.inference.setPrompts(step);
    const forward = await trackedMasks(info);
    const reverse = await trackedMasks(info, 'reverse');
    const marked = { objectId: objectId(1), frame: frameIndex(0) };
    const mask = emptyRle(info.width, info.height);
    await studio.masks.putMasks([{ ...marked, mask, origin: 'imported' }]);
    // What the page keeps: the last state of each prompted frame.
    await studio.inference.restore(info, steps.slice(1));
    expect(await studio.masks.maskOf(marked.objectId, marked.frame)).toEqual(mask);
    expect(await trackedMasks(info)).toEqual(forward);
    expect(await trackedMasks(info, 'reverse')).toEqual(reverse);
  });
});

describe('a session over some of the clip’s frames, without overlaps', () => {
  const CHOSEN = [0, 2, 5];
  const rules = { overlap: 'highest-logit-wins', postprocessing: 'none' } as const;

  async function masksOf(video: SessionVideo, frames: readonly number[]) {
    const masks = new Map<string, MaskRle>();
    const [start, end] = [frameIndex(frames[0] ?? NaN), frameIndex(frames.at(-1) ?? NaN)];
    for await (const summaries of studio.propagate({ start, end, direction: 'forward' })) {
      for (const summary of summaries) {
        const { mask } = await studio.maskOf(summary);
        masks.set(`${frames.indexOf(summary.frame)}/${summary.objectId}`, mask);
        expect(mask).toMatchObject({ width: video.width, height: video.height });
      }
    }
    return masks;
  }

  test('tracks as over a clip of these alone; restored, it tracks so again', async () => {
    await studio.loadModel(FAST);
    const alone = await studio.openFrames(
      'three',
      frames.filter((_, at) => CHOSEN.includes(at)),
    );
    await studio.inference.startSession({ ...alone, ...rules });
    // Both objects are given the same points: they claim the same pixels.
    const prompts = [clickOn(1), { ...clickOn(1), objectId: objectId(2) }];
    for (const placed of prompts) await studio.inference.setPrompts(placed);
    const expected = await masksOf(alone, [0, 1, 2]);
    expect(expected.size).toBe(6);
    for (const at of [0, 1, 2]) {
      const [first, second] = [1, 2].map((id) => expected.get(`${at}/${id}`));
      if (first === undefined || second === undefined) throw new Error('both objects are tracked');
      expect(rleArea(first)).toBeGreaterThan(0);
      expect(rleArea(second), 'equal logits are the first object’s').toBe(0);
    }

    const info = await studio.openFrames('discs', frames);
    const video = { ...info, ...rules, frames: CHOSEN.map(frameIndex) };
    await studio.inference.startSession(video);
    for (const placed of prompts) await studio.inference.setPrompts(placed);
    expect(await masksOf(video, CHOSEN)).toEqual(expected);
    await studio.inference.restore(video, prompts);
    expect(await masksOf(video, CHOSEN)).toEqual(expected);
  });

  test('says which frames it is over, and goes on where another is refused', async () => {
    const outside = { ...noFault, code: 'frame-outside-session' };
    await studio.loadModel(FAST);
    const info = await studio.openFrames('discs', frames);
    const video = { ...info, ...rules, frames: CHOSEN.map(frameIndex) };
    await studio.inference.startSession(video);
    await studio.inference.setPrompts(clickOn(1));
    await expect(studio.inference.setPrompts(clickOn(1, 3))).rejects.toMatchObject({
      ...outside,
      hint: expect.stringContaining('frame 2 or 5'),
    });
    const range = { start: frameIndex(0), end: frameIndex(4), direction: 'forward' } as const;
    await expect(studio.inference.propagate(range)).rejects.toMatchObject(outside);
    await expect(studio.inference.restore(video, [clickOn(2, 4)])).rejects.toMatchObject(outside);
    expect((await masksOf(video, CHOSEN)).size).toBe(3);
  });
});

describe('corrections', () => {
  test('are kept by default, and forgotten where the reference forgets them', async () => {
    await studio.loadModel(FAST);
    const info = await studio.openFrames('discs', frames);
    await studio.inference.setPrompts(clickOn(1));
    const tracked = await trackedMasks(info);
    const elsewhere = { ...clickOn(2, 3), objectId: objectId(1) };
    const corrected = await studio.inference.setPrompts(elsewhere);
    expect(corrected?.origin).toBe('prompt');
    const { mask } = await studio.maskOf(corrected ?? expect.fail('the correction gave no mask'));
    expect(rleToString(mask)).not.toBe(tracked.get('frame 3 object 1'));
    const kept = await trackedMasks(info);
    expect(kept.get('frame 3 object 1')).toBe(rleToString(mask));
    expect(kept.get('frame 4 object 1')).not.toBe(tracked.get('frame 4 object 1'));
    for (const frame of [0, 1, 2]) {
      expect(kept.get(`frame ${frame} object 1`)).toBe(tracked.get(`frame ${frame} object 1`));
    }
    await studio.inference.setCorrectionMode('reference');
    expect(await trackedMasks(info)).toEqual(tracked);
  });
});
