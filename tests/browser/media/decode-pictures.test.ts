import { proxy } from 'comlink';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameIndex, objectId, type FrameIndex } from '../../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { burntNumber, fixture } from './clips.ts';
import { DecodeLab, SIZE } from './decode-lab.ts';

let lab: DecodeLab;

beforeEach(() => {
  lab = new DecodeLab();
});

afterEach(() => lab[Symbol.dispose]());

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
    return { seen, done: lab.api.maskPictures(request, proxy(onPicture)) };
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
    await lab.openFixture();
    const frame = frameIndex(7);
    await lab.api.putMask({ objectId: objectId(1), frame, origin: 'tracked', mask: square(40) });
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
    await lab.openFixture();
    const { seen, done } = pictures([3]);
    await done;
    const rgba = seen[0]?.rgba ?? new Uint8ClampedArray();
    // The frame is wider than high: above and below it there is nothing.
    expect(at(rgba, SIDE / 2, 1)[3]).toBe(0);
    expect(at(rgba, SIDE / 2, SIDE / 2)[3]).toBe(255);
  });

  it('neither end the thumbnails nor are ended by them', async () => {
    await lab.openFixture();
    const frames = Array.from({ length: 20 }, (_, frame) => frame);
    const strip = lab.api.thumbnails(
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
    await lab.openFixture();
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
    const done = lab.api.thumbnails(frames.map(frameIndex), maxHeight, proxy(onThumbnail));
    return { seen, done };
  }

  const every = (step: number) => Array.from({ length: 60 / step }, (_, i) => i * step);

  it('come by ascending frame, each once, and each the frame it is of', async () => {
    await lab.openFixture();
    const { seen, done } = thumbnails([59, 7, 30, 7, 31, 0]);
    expect(await done).toBe(true);
    expect(seen.map(({ frame }) => frame)).toEqual([0, 7, 30, 31, 59]);
    expect(seen.map(({ shows }) => shows)).toEqual([0, 7, 30, 31, 59]);
  });

  it('are in proportion, never enlarged', async () => {
    await lab.openFixture('clockwise-90.mp4');
    const small = thumbnails([2], 96);
    await small.done;
    expect(small.seen.map(({ size }) => size)).toEqual([[56, 96]]);
    const whole = thumbnails([2], 1000);
    await whole.done;
    expect(whole.seen.map(({ size }) => size)).toEqual([[112, 192]]);
  });

  it('end when others are asked for, and when another clip is opened', async () => {
    await lab.openFixture();
    const first = thumbnails(every(1));
    const second = thumbnails(every(2));
    expect(await first.done).toBe(false);
    expect(first.seen.length).toBeLessThan(60);
    await expect.poll(() => second.seen.length).toBeGreaterThan(0);
    await lab.openFixture('vp9.webm');
    expect(await second.done).toBe(false);
    const none = thumbnails([]);
    expect([await none.done, none.seen]).toEqual([true, []]);
  });

  it('wait while the clip is played', async () => {
    await lab.openFixture();
    const request = { from: frameIndex(0), to: frameIndex(20), rate: 1, isLooping: true };
    const frames: number[] = [];
    const playing = lab.api.play(
      request,
      proxy((frame: FrameIndex) => void frames.push(frame)),
    );
    await expect.poll(() => frames.length).toBeGreaterThan(2);
    const { seen, done } = thumbnails(every(6));
    const before = frames.length;
    await expect.poll(() => frames.length).toBeGreaterThan(before + 5);
    expect(seen).toEqual([]);
    await lab.api.pause();
    await playing;
    expect(await done).toBe(true);
    expect(seen.map(({ shows }) => shows)).toEqual(every(6));
  });

  it('let frames be shown and read meanwhile', async () => {
    const read = await lab.attachStage();
    await lab.openFixture();
    const port = await lab.connect();
    const { seen, done } = thumbnails(every(1));
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    const [pixels, isShown] = await Promise.all([
      port.framePixels(frameIndex(44)),
      lab.api.showFrame(frameIndex(25)),
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
    await lab.api.open({ kind: 'folder', name: 'clip', files });
    const { seen, done } = thumbnails([0, 1, 2], 20);
    expect(await done).toBe(true);
    expect(seen.map(({ frame }) => frame)).toEqual([0, 2]);
  });

  it('need a clip', async () => {
    await expect(thumbnails([0]).done).rejects.toMatchObject({ message: 'No clip is open.' });
  });
});
