import { proxy } from 'comlink';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { frameIndex, objectId, type FrameIndex } from '../../../src/core/ids.ts';
import type { TruthPort } from '../../../src/protocol/media-api.ts';
import { burntNumber, fixture } from './clips.ts';
import { DecodeLab, lowerHalf, SIZE, STYLE } from './decode-lab.ts';

let lab: DecodeLab;

beforeEach(() => {
  lab = new DecodeLab();
});

afterEach(() => lab[Symbol.dispose]());

describe('frames', () => {
  it('are described and given as pixels, the buffer moved', async () => {
    const info = await lab.openFixture();
    expect(info).toMatchObject({ ...SIZE, frameCount: 60, name: 'b-frames.mp4' });
    const port = await lab.connect();
    const pixels = await port.framePixels(frameIndex(41));
    expect(pixels).toMatchObject({ ...SIZE, frame: 41 });
    expect(burntNumber(pixels)).toBe(41);
  });

  it('serve several ports at once', async () => {
    await lab.openFixture();
    const [a, b] = await Promise.all([lab.connect(), lab.connect()]);
    const [first, second] = await Promise.all([
      a.framePixels(frameIndex(3)),
      b.framePixels(frameIndex(50)),
    ]);
    expect([first, second].map(burntNumber)).toEqual([3, 50]);
  });
});

describe('the stage', () => {
  it('shows the frame that was asked for', async () => {
    const read = await lab.attachStage();
    await lab.openFixture();
    expect(await lab.api.showFrame(frameIndex(25))).toBe(true);
    await expect.poll(async () => burntNumber(await read())).toBe(25);
  });

  it('tells calls that were overtaken, and shows the last', async () => {
    const read = await lab.attachStage();
    await lab.openFixture();
    const wishes = [59, 3, 40, 17].map((index) => lab.api.showFrame(frameIndex(index)));
    expect(await Promise.all(wishes)).toEqual([false, false, false, true]);
    await expect.poll(async () => burntNumber(await read())).toBe(17);
  });

  it('draws masks as they come, and their removal', async () => {
    const read = await lab.attachStage();
    await lab.openFixture();
    await lab.api.showFrame(frameIndex(10));
    const port = await lab.connect();
    await port.putMasks([
      { objectId: objectId(1), frame: frameIndex(10), mask: lowerHalf(), origin: 'tracked' },
    ]);
    const centre = ((SIZE.height - 20) * SIZE.width + 100) * 4;
    const colour = async () => Array.from((await read()).rgba.slice(centre, centre + 3));
    await expect.poll(colour).toEqual([0, 255, 0]);
    await lab.api.clearMasks();
    await expect.poll(colour).not.toEqual([0, 255, 0]);
  });
});

describe('playing', () => {
  async function play(rate: number, isLooping = false, from = 0, to = 59) {
    const frames: number[] = [];
    const request = { from: frameIndex(from), to: frameIndex(to), rate, isLooping };
    const onFrame = (frame: FrameIndex) => void frames.push(frame);
    const startMs = performance.now();
    const done = lab.api.play(request, proxy(onFrame)).then(() => performance.now() - startMs);
    return { frames, done };
  }

  it('keeps to the clip’s own time and ends with the last frame', async () => {
    await lab.attachStage();
    await lab.openFixture('variable-rate.mp4');
    const { frames, done } = await play(1, false, 0, 30);
    const tookMs = await done;
    // 30 frames last until frame 31 is due, 1.26 s after the first.
    expect(tookMs).toBeGreaterThan(1200);
    expect(tookMs).toBeLessThan(3000);
    expect(frames[0]).toBe(0);
    expect(frames.at(-1)).toBe(30);
    expect(frames).toEqual(frames.toSorted((a, b) => a - b));
    expect(frames.length).toBeGreaterThan(10);
  });

  it('leaves frames out rather than fall behind', async () => {
    await lab.openFixture();
    const { frames, done } = await play(16);
    await done;
    expect(frames.at(-1)).toBe(59);
    expect(frames.length).toBeLessThan(40);
  });

  it('loops until it is paused', async () => {
    await lab.openFixture();
    const { frames, done } = await play(8, true, 0, 10);
    await expect.poll(() => frames.filter((frame) => frame === 0).length).toBeGreaterThan(2);
    await lab.api.pause();
    await done;
    const count = frames.length;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(frames.length).toBe(count);
  });

  it('ends when a frame is asked for', async () => {
    await lab.openFixture();
    const { done } = await play(1, true);
    expect(await lab.api.showFrame(frameIndex(33))).toBe(true);
    await done;
  });

  it('is not disturbed by a pause when nothing plays', async () => {
    await lab.openFixture();
    const shown = lab.api.showFrame(frameIndex(20));
    await lab.api.pause();
    expect(await shown).toBe(true);
  });
});

describe('masks', () => {
  it('are kept by frame and object, and given to every port', async () => {
    await lab.openFixture();
    const [writer, reader] = await Promise.all([lab.connect(), lab.connect()]);
    const mask = lowerHalf();
    await writer.putMasks([
      { objectId: objectId(2), frame: frameIndex(5), mask, origin: 'tracked' },
      { objectId: objectId(1), frame: frameIndex(5), mask, origin: 'tracked' },
      { objectId: objectId(1), frame: frameIndex(7), mask, origin: 'tracked' },
    ]);
    const listed = await reader.masksOfFrames(frameIndex(0), frameIndex(7));
    expect(listed.map(({ frame, objectId }) => [frame, objectId])).toEqual([
      [5, 1],
      [5, 2],
    ]);
    expect(await reader.maskOf(objectId(1), frameIndex(7))).toEqual(mask);
    await lab.api.removeMasks(objectId(1), [frameIndex(5)]);
    expect(await reader.maskOf(objectId(1), frameIndex(5))).toBeUndefined();
    expect(await reader.maskOf(objectId(2), frameIndex(5))).toEqual(mask);
  });

  it('go with the clip', async () => {
    await lab.openFixture();
    const port = await lab.connect();
    await port.putMasks([
      { objectId: objectId(1), frame: frameIndex(0), mask: lowerHalf(), origin: 'tracked' },
    ]);
    await lab.openFixture('vp9.webm');
    expect(await port.masksOfFrames(frameIndex(0), frameIndex(60))).toEqual([]);
  });
});

describe('the ground truth', () => {
  const truthOn = (frame: number) => ({
    sequence: 'P01_01',
    frame: frameIndex(frame),
    masks: [{ truthId: 3, mask: lowerHalf() }],
  });

  it('comes over a port, is used when it is settled, and goes with the clip', async () => {
    await lab.openFixture();
    const port = await lab.connect<TruthPort>();
    await port.putTruth([truthOn(5)]);
    expect(await lab.api.truthMasks('P01_01', frameIndex(5))).toEqual([]);
    await port.settleTruth('use');
    for (const reader of [lab.api, port]) {
      expect(await reader.truthMasks('P01_01', frameIndex(5))).toEqual(truthOn(5).masks);
      expect(await reader.truthMasks('P01_01', frameIndex(6))).toEqual([]);
      expect(await reader.truthMasks('P01_02', frameIndex(5))).toEqual([]);
    }
    await lab.openFixture('vp9.webm');
    expect(await lab.api.truthMasks('P01_01', frameIndex(5))).toEqual([]);
  });

  it('is shown beside the masks, until it is forgotten', async () => {
    const read = await lab.attachStage();
    await lab.openFixture();
    await lab.api.showFrame(frameIndex(10));
    const port = await lab.connect<TruthPort>();
    await port.putTruth([truthOn(10)]);
    await port.settleTruth('use');
    const objects = [{ truthId: 3, color: '#0000ff', isVisible: true }];
    const compare = { sequence: 'P01_01', view: 'truth', wipe: 0.5, objects } as const;
    await lab.api.setStageStyle({ ...STYLE, compare });
    const colourAt = async (x: number) => {
      const at = ((SIZE.height - 20) * SIZE.width + x) * 4;
      return Array.from((await read()).rgba.slice(at, at + 3));
    };
    await expect.poll(() => colourAt(SIZE.width / 2)).toEqual([0, 0, 255]);
    expect(await colourAt(SIZE.width / 2 - 1)).not.toEqual([0, 0, 255]);
    await lab.api.clearTruth();
    await expect.poll(() => colourAt(SIZE.width / 2)).not.toEqual([0, 0, 255]);
  });
});

describe('opening', () => {
  it('that fails says why across the worker, and leaves the clip open', async () => {
    await lab.openFixture();
    const failed = lab.api.open({ kind: 'file', file: await fixture('hevc.mp4') });
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StudioError);
    expect(error).toMatchObject({
      code: 'video-unsupported',
      hint: expect.stringContaining('ffmpeg -i'),
    });
    const port = await lab.connect();
    expect(burntNumber(await port.framePixels(frameIndex(12)))).toBe(12);
  });

  it('is won by the last of two', async () => {
    const files = await Promise.all([fixture('b-frames.mp4'), fixture('vp9.webm')]);
    const [first, second] = await Promise.allSettled(
      files.map((file) => lab.api.open({ kind: 'file', file })),
    );
    expect(first).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { name: 'vp9.webm' } });
  });

  it('is needed before a frame can be shown', async () => {
    await expect(lab.api.showFrame(frameIndex(0))).rejects.toMatchObject({
      message: 'No clip is open.',
    });
  });
});

describe('the content hash', () => {
  async function sha256(data: Blob): Promise<string> {
    const digest = await crypto.subtle.digest('SHA-256', await data.arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    );
  }

  it('of a video is that of its bytes', async () => {
    const file = await fixture('b-frames.mp4');
    await lab.openFixture();
    const fractions: number[] = [];
    const hash = await lab.api.contentHash(proxy((fraction) => void fractions.push(fraction)));
    expect(hash).toBe(await sha256(file));
    expect(fractions.at(-1)).toBe(1);
  });

  it('of a folder is that of its files in order', async () => {
    const photo = await fixture('photo.jpg');
    const files = ['2.jpg', '10.jpg', '1.jpg'].map(
      (name, i) => new File([photo, new Uint8Array([i])], name),
    );
    await lab.api.open({ kind: 'folder', name: 'clip', files });
    const inOrder = new Blob([files[2], files[0], files[1]].flatMap((file) => file ?? []));
    expect(await lab.api.contentHash(proxy(() => undefined))).toBe(await sha256(inOrder));
  });
});
