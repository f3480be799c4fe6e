import { proxy, transfer, wrap, type Remote } from 'comlink';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { frameIndex, objectId, type FrameIndex } from '../../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type {
  MediaApi,
  MediaPort,
  PicturePort,
  StageStyle,
  TruthPort,
} from '../../../src/protocol/media-api.ts';
import { burntNumber, fixture } from './clips.ts';

const SIZE = { width: 192, height: 112 };
let worker: Worker;
let api: Remote<MediaApi>;

beforeAll(() => installErrorTransfer());

beforeEach(() => {
  worker = new Worker(new URL('../../../workers/decode.worker.ts', import.meta.url), {
    type: 'module',
  });
  api = wrap<MediaApi>(worker);
});

afterEach(() => worker.terminate());

async function openFixture(name = 'b-frames.mp4') {
  return api.open({ kind: 'file', file: await fixture(name) });
}

async function connect<Port = MediaPort & PicturePort>(): Promise<Remote<Port>> {
  const { port1, port2 } = new MessageChannel();
  await api.connect(transfer(port2, [port2]));
  return wrap<Port>(port1);
}

/** The lower half of the frame, below the burnt-in number and the square. */
function lowerHalf(): MaskRle {
  const data = new Uint8Array(SIZE.width * SIZE.height);
  data.fill(1, (SIZE.width * SIZE.height) / 2);
  return encodeRle({ ...SIZE, data });
}

const STYLE: StageStyle = {
  size: SIZE,
  devicePixelRatio: 1,
  viewport: { scale: 1, offsetX: 0, offsetY: 0 },
  fillOpacity: 1,
  outlineWidth: 0,
  objects: [{ id: objectId(1), color: '#00ff00', isVisible: true, isSelected: false }],
};

/** A canvas on the page that the worker draws on, some frames of the page before it is seen there. */
async function attachStage() {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [SIZE.width, SIZE.height];
  document.body.append(canvas);
  const offscreen = canvas.transferControlToOffscreen();
  await api.attachStage(transfer(offscreen, [offscreen]));
  await api.setStageStyle(STYLE);
  return async () => {
    await new Promise(requestAnimationFrame);
    const copy = new OffscreenCanvas(SIZE.width, SIZE.height).getContext('2d');
    if (copy === null) throw new Error('no 2D context');
    copy.drawImage(canvas, 0, 0);
    const rgba = copy.getImageData(0, 0, SIZE.width, SIZE.height).data;
    return { ...SIZE, frame: frameIndex(0), rgba };
  };
}

describe('frames', () => {
  it('are described and given as pixels, the buffer moved', async () => {
    const info = await openFixture();
    expect(info).toMatchObject({ ...SIZE, frameCount: 60, name: 'b-frames.mp4' });
    const port = await connect();
    const pixels = await port.framePixels(frameIndex(41));
    expect(pixels).toMatchObject({ ...SIZE, frame: 41 });
    expect(burntNumber(pixels)).toBe(41);
  });

  it('serve several ports at once', async () => {
    await openFixture();
    const [a, b] = await Promise.all([connect(), connect()]);
    const [first, second] = await Promise.all([
      a.framePixels(frameIndex(3)),
      b.framePixels(frameIndex(50)),
    ]);
    expect([first, second].map(burntNumber)).toEqual([3, 50]);
  });
});

describe('pictures of masks', () => {
  const SIDE = 48;

  /** Asks for pictures of object 1, and reads their pixels. */
  function pictures(frames: readonly number[]) {
    const seen: { frame: number; rgba: Uint8ClampedArray }[] = [];
    const onPicture = (frame: FrameIndex, image: ImageBitmap) => {
      expect([image.width, image.height]).toEqual([SIDE, SIDE]);
      const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d');
      if (context === null) throw new Error('no 2D context');
      context.drawImage(image, 0, 0);
      image.close();
      seen.push({ frame, rgba: context.getImageData(0, 0, SIDE, SIDE).data });
    };
    const request = {
      objectId: objectId(1),
      color: '#00ff00',
      frames: frames.map(frameIndex),
      sidePx: SIDE,
    };
    return { seen, done: api.maskPictures(request, proxy(onPicture)) };
  }

  /** A square in the middle of the frame. */
  function square(side: number): MaskRle {
    const { width, height } = SIZE;
    const data = Uint8Array.from({ length: width * height }, (_, at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      return +(Math.abs(x - width / 2) < side / 2 && Math.abs(y - height / 2) < side / 2);
    });
    return encodeRle({ ...SIZE, data });
  }

  const at = (rgba: Uint8ClampedArray, x: number, y: number) => [
    ...rgba.subarray(4 * (y * SIDE + x), 4 * (y * SIDE + x) + 4),
  ];
  /** How green a pixel is beyond its other colours. */
  const greenness = ([r = 0, g = 0, b = 0]: readonly number[]) => g - Math.max(r, b);

  it('show the mask in its colour, with its surroundings, each once', async () => {
    await openFixture();
    const frame = frameIndex(7);
    await api.putMask({ objectId: objectId(1), frame, origin: 'tracked', mask: square(40) });
    const { seen, done } = pictures([7, 7]);
    expect(await done).toBe(true);
    expect(seen.map((picture) => picture.frame)).toEqual([7]);
    const rgba = seen[0]?.rgba ?? new Uint8ClampedArray();
    // The mask takes two thirds of the picture.
    expect(greenness(at(rgba, SIDE / 2, SIDE / 2))).toBeGreaterThan(40);
    expect(greenness(at(rgba, 2, SIDE / 2))).toBeLessThan(40);
    expect(at(rgba, 2, SIDE / 2)[3]).toBe(255);
  });

  it('are of the whole frame where there is no mask', async () => {
    await openFixture();
    const { seen, done } = pictures([3]);
    await done;
    const rgba = seen[0]?.rgba ?? new Uint8ClampedArray();
    // The frame is wider than high: above and below it there is nothing.
    expect(at(rgba, SIDE / 2, 1)[3]).toBe(0);
    expect(at(rgba, SIDE / 2, SIDE / 2)[3]).toBe(255);
  });

  it('neither end the thumbnails nor are ended by them', async () => {
    await openFixture();
    const frames = Array.from({ length: 20 }, (_, frame) => frame);
    const strip = api.thumbnails(
      frames.map(frameIndex),
      56,
      proxy((_frame, image) => image.close()),
    );
    const { seen, done } = pictures(frames);
    expect(await strip).toBe(true);
    expect(await done).toBe(true);
    expect(seen).toHaveLength(20);
  });

  it('end when others are asked for', async () => {
    await openFixture();
    const first = pictures(Array.from({ length: 60 }, (_, frame) => frame));
    const second = pictures([5]);
    expect(await first.done).toBe(false);
    expect([await second.done, second.seen.length]).toEqual([true, 1]);
  });
});

describe('thumbnails', () => {
  /** Asks for thumbnails, and reads the number that each shows; whole frames unless told. */
  function thumbnails(frames: readonly number[], maxHeight = SIZE.height) {
    const seen: { frame: number; shows: number; size: [number, number] }[] = [];
    const onThumbnail = (frame: FrameIndex, image: ImageBitmap) => {
      const { width, height } = image;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      if (context === null) throw new Error('no 2D context');
      context.drawImage(image, 0, 0);
      image.close();
      const rgba = context.getImageData(0, 0, width, height).data;
      seen.push({
        frame,
        shows: burntNumber({ width, height, frame, rgba }),
        size: [width, height],
      });
    };
    const done = api.thumbnails(frames.map(frameIndex), maxHeight, proxy(onThumbnail));
    return { seen, done };
  }

  const every = (step: number) => Array.from({ length: 60 / step }, (_, i) => i * step);

  it('come by ascending frame, each once, and each the frame it is of', async () => {
    await openFixture();
    const { seen, done } = thumbnails([59, 7, 30, 7, 31, 0]);
    expect(await done).toBe(true);
    expect(seen.map(({ frame }) => frame)).toEqual([0, 7, 30, 31, 59]);
    expect(seen.map(({ shows }) => shows)).toEqual([0, 7, 30, 31, 59]);
  });

  it('are in proportion, never enlarged', async () => {
    await openFixture('clockwise-90.mp4');
    const small = thumbnails([2], 96);
    await small.done;
    expect(small.seen.map(({ size }) => size)).toEqual([[56, 96]]);
    const whole = thumbnails([2], 1000);
    await whole.done;
    expect(whole.seen.map(({ size }) => size)).toEqual([[112, 192]]);
  });

  it('end when others are asked for, and when another clip is opened', async () => {
    await openFixture();
    const first = thumbnails(every(1));
    const second = thumbnails(every(2));
    expect(await first.done).toBe(false);
    expect(first.seen.length).toBeLessThan(60);
    await expect.poll(() => second.seen.length).toBeGreaterThan(0);
    await openFixture('vp9.webm');
    expect(await second.done).toBe(false);
    const none = thumbnails([]);
    expect([await none.done, none.seen]).toEqual([true, []]);
  });

  it('wait while the clip is played', async () => {
    await openFixture();
    const request = { from: frameIndex(0), to: frameIndex(20), rate: 1, isLooping: true };
    const frames: number[] = [];
    const playing = api.play(
      request,
      proxy((frame: FrameIndex) => void frames.push(frame)),
    );
    await expect.poll(() => frames.length).toBeGreaterThan(2);
    const { seen, done } = thumbnails(every(6));
    const before = frames.length;
    await expect.poll(() => frames.length).toBeGreaterThan(before + 5);
    expect(seen).toEqual([]);
    await api.pause();
    await playing;
    expect(await done).toBe(true);
    expect(seen.map(({ shows }) => shows)).toEqual(every(6));
  });

  it('let frames be shown and read meanwhile', async () => {
    const read = await attachStage();
    await openFixture();
    const port = await connect();
    const { seen, done } = thumbnails(every(1));
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    const [pixels, isShown] = await Promise.all([
      port.framePixels(frameIndex(44)),
      api.showFrame(frameIndex(25)),
    ]);
    expect([burntNumber(pixels), isShown]).toEqual([44, true]);
    expect(await done).toBe(true);
    expect(seen.map(({ shows }) => shows)).toEqual(every(1));
    await expect.poll(async () => burntNumber(await read())).toBe(25);
  });

  it('pass over pictures that are damaged', async () => {
    const photo = await fixture('photo.jpg');
    const files = ['0.jpg', '1.jpg', '2.jpg'].map((name, i) =>
      i === 1 ? new File([photo.slice(0, photo.size / 2)], name) : new File([photo], name),
    );
    await api.open({ kind: 'folder', name: 'clip', files });
    const { seen, done } = thumbnails([0, 1, 2], 20);
    expect(await done).toBe(true);
    expect(seen.map(({ frame }) => frame)).toEqual([0, 2]);
  });

  it('need a clip', async () => {
    await expect(thumbnails([0]).done).rejects.toMatchObject({ message: 'No clip is open.' });
  });
});

describe('the stage', () => {
  it('shows the frame that was asked for', async () => {
    const read = await attachStage();
    await openFixture();
    expect(await api.showFrame(frameIndex(25))).toBe(true);
    await expect.poll(async () => burntNumber(await read())).toBe(25);
  });

  it('tells calls that were overtaken, and shows the last', async () => {
    const read = await attachStage();
    await openFixture();
    const wishes = [59, 3, 40, 17].map((index) => api.showFrame(frameIndex(index)));
    expect(await Promise.all(wishes)).toEqual([false, false, false, true]);
    await expect.poll(async () => burntNumber(await read())).toBe(17);
  });

  it('draws masks as they come, and their removal', async () => {
    const read = await attachStage();
    await openFixture();
    await api.showFrame(frameIndex(10));
    const port = await connect();
    await port.putMasks([
      { objectId: objectId(1), frame: frameIndex(10), mask: lowerHalf(), origin: 'tracked' },
    ]);
    const centre = ((SIZE.height - 20) * SIZE.width + 100) * 4;
    const colour = async () => Array.from((await read()).rgba.slice(centre, centre + 3));
    await expect.poll(colour).toEqual([0, 255, 0]);
    await api.clearMasks();
    await expect.poll(colour).not.toEqual([0, 255, 0]);
  });
});

describe('playing', () => {
  async function play(rate: number, isLooping = false, from = 0, to = 59) {
    const frames: number[] = [];
    const request = { from: frameIndex(from), to: frameIndex(to), rate, isLooping };
    const onFrame = (frame: FrameIndex) => void frames.push(frame);
    const startMs = performance.now();
    const done = api.play(request, proxy(onFrame)).then(() => performance.now() - startMs);
    return { frames, done };
  }

  it('keeps to the clip’s own time and ends with the last frame', async () => {
    await attachStage();
    await openFixture('variable-rate.mp4');
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
    await openFixture();
    const { frames, done } = await play(16);
    await done;
    expect(frames.at(-1)).toBe(59);
    expect(frames.length).toBeLessThan(40);
  });

  it('loops until it is paused', async () => {
    await openFixture();
    const { frames, done } = await play(8, true, 0, 10);
    await expect.poll(() => frames.filter((frame) => frame === 0).length).toBeGreaterThan(2);
    await api.pause();
    await done;
    const count = frames.length;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(frames.length).toBe(count);
  });

  it('ends when a frame is asked for', async () => {
    await openFixture();
    const { done } = await play(1, true);
    expect(await api.showFrame(frameIndex(33))).toBe(true);
    await done;
  });

  it('is not disturbed by a pause when nothing plays', async () => {
    await openFixture();
    const shown = api.showFrame(frameIndex(20));
    await api.pause();
    expect(await shown).toBe(true);
  });
});

describe('masks', () => {
  it('are kept by frame and object, and given to every port', async () => {
    await openFixture();
    const [writer, reader] = await Promise.all([connect(), connect()]);
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
    await api.removeMasks(objectId(1), [frameIndex(5)]);
    expect(await reader.maskOf(objectId(1), frameIndex(5))).toBeUndefined();
    expect(await reader.maskOf(objectId(2), frameIndex(5))).toEqual(mask);
  });

  it('go with the clip', async () => {
    await openFixture();
    const port = await connect();
    await port.putMasks([
      { objectId: objectId(1), frame: frameIndex(0), mask: lowerHalf(), origin: 'tracked' },
    ]);
    await openFixture('vp9.webm');
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
    await openFixture();
    const port = await connect<TruthPort>();
    await port.putTruth([truthOn(5)]);
    expect(await api.truthMasks('P01_01', frameIndex(5))).toEqual([]);
    await port.settleTruth('use');
    for (const reader of [api, port]) {
      expect(await reader.truthMasks('P01_01', frameIndex(5))).toEqual(truthOn(5).masks);
      expect(await reader.truthMasks('P01_01', frameIndex(6))).toEqual([]);
      expect(await reader.truthMasks('P01_02', frameIndex(5))).toEqual([]);
    }
    await openFixture('vp9.webm');
    expect(await api.truthMasks('P01_01', frameIndex(5))).toEqual([]);
  });

  it('is shown beside the masks, until it is forgotten', async () => {
    const read = await attachStage();
    await openFixture();
    await api.showFrame(frameIndex(10));
    const port = await connect<TruthPort>();
    await port.putTruth([truthOn(10)]);
    await port.settleTruth('use');
    const objects = [{ truthId: 3, color: '#0000ff', isVisible: true }];
    const compare = { sequence: 'P01_01', view: 'truth', wipe: 0.5, objects } as const;
    await api.setStageStyle({ ...STYLE, compare });
    const colourAt = async (x: number) => {
      const at = ((SIZE.height - 20) * SIZE.width + x) * 4;
      return Array.from((await read()).rgba.slice(at, at + 3));
    };
    await expect.poll(() => colourAt(SIZE.width / 2)).toEqual([0, 0, 255]);
    expect(await colourAt(SIZE.width / 2 - 1)).not.toEqual([0, 0, 255]);
    await api.clearTruth();
    await expect.poll(() => colourAt(SIZE.width / 2)).not.toEqual([0, 0, 255]);
  });
});

describe('opening', () => {
  it('that fails says why across the worker, and leaves the clip open', async () => {
    await openFixture();
    const failed = api.open({ kind: 'file', file: await fixture('hevc.mp4') });
    const error: unknown = await failed.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StudioError);
    expect(error).toMatchObject({
      code: 'video-unsupported',
      hint: expect.stringContaining('ffmpeg -i'),
    });
    const port = await connect();
    expect(burntNumber(await port.framePixels(frameIndex(12)))).toBe(12);
  });

  it('is won by the last of two', async () => {
    const files = await Promise.all([fixture('b-frames.mp4'), fixture('vp9.webm')]);
    const [first, second] = await Promise.allSettled(
      files.map((file) => api.open({ kind: 'file', file })),
    );
    expect(first).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { name: 'vp9.webm' } });
  });

  it('is needed before a frame can be shown', async () => {
    await expect(api.showFrame(frameIndex(0))).rejects.toMatchObject({
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
    await openFixture();
    const fractions: number[] = [];
    const hash = await api.contentHash(proxy((fraction) => void fractions.push(fraction)));
    expect(hash).toBe(await sha256(file));
    expect(fractions.at(-1)).toBe(1);
  });

  it('of a folder is that of its files in order', async () => {
    const photo = await fixture('photo.jpg');
    const files = ['2.jpg', '10.jpg', '1.jpg'].map(
      (name, i) => new File([photo, new Uint8Array([i])], name),
    );
    await api.open({ kind: 'folder', name: 'clip', files });
    const inOrder = new Blob([files[2], files[0], files[1]].flatMap((file) => file ?? []));
    expect(await api.contentHash(proxy(() => undefined))).toBe(await sha256(inOrder));
  });
});
