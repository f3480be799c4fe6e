import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import { openMedia } from '../../../src/media/open-media.ts';
import { uprightPixels } from '../../../src/media/upright-pixels.ts';
import type { FrameSource } from '../../../src/media/frame-source.ts';
import { fixture } from './clips.ts';

const SIZE = { width: 32, height: 24 };

/** Pixels without pattern, so that any mistake shows; the first channel of the first is `seed`. */
function noise(seed: number, size = SIZE): Uint8Array {
  let state = seed + 1;
  const pixels = Uint8Array.from({ length: size.width * size.height * 3 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state & 255;
  });
  pixels[0] = seed;
  return pixels;
}

function png(seed: number, name: string, size = SIZE): File {
  const data = noise(seed, size);
  const bytes = encode({ ...size, data, channels: 3, depth: 8 });
  return new File([Uint8Array.from(bytes)], name);
}

async function zipOf(files: readonly File[], level: number): Promise<File> {
  const writer = new ZipWriter(new BlobWriter());
  for (const file of files) await writer.add(file.name, new BlobReader(file), { level });
  return new File([await writer.close()], 'frames.zip');
}

async function firstChannel(clip: FrameSource, index: number): Promise<number> {
  return uprightPixels(await clip.frame(frameIndex(index)), frameIndex(index)).rgba[0] ?? -1;
}

function openFolder(files: readonly File[]) {
  return openMedia({ kind: 'folder', name: 'clip', files });
}

/** `photo-sideways.jpg` has its orientation as a little-endian short at a known place. */
async function withOrientation(file: File, value: number): Promise<File> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const entry = new TextDecoder('latin1').decode(bytes).indexOf('\u0012\u0001\u0003\0');
  bytes[entry + 8] = value;
  return new File([bytes], `orientation-${value}.jpg`);
}

/** The oracle: what an image element would show. */
async function shownByTheBrowser(file: File): Promise<ImageData> {
  const bitmap = await createImageBitmap(file);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (context === null) throw new Error('no 2D context');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** Eleven frames, given in the order in which a file system might. */
function shuffledFrames(): File[] {
  const order = [10, 3, 0, 7, 1, 9, 2, 8, 4, 6, 5];
  return order.map((seed) => png(seed, `frame_${seed}.png`));
}

describe('folders of pictures', () => {
  it('are in the order of their numbers', async () => {
    using clip = await openFolder(shuffledFrames());
    expect(clip.info).toMatchObject({ ...SIZE, kind: 'frames', frameCount: 11, codec: 'png' });
    expect(clip.info.frameNames?.slice(8)).toEqual(['frame_8.png', 'frame_9.png', 'frame_10.png']);
    expect(clip.info.timestampsUs.slice(0, 3)).toEqual(Float64Array.of(0, 40_000, 80_000));
    for (const index of [10, 0, 5, 9]) expect(await firstChannel(clip, index)).toBe(index);
  });

  it('give exactly the pixels that were stored', async () => {
    using clip = await openFolder([png(3, '0.png')]);
    const { rgba } = uprightPixels(await clip.frame(frameIndex(0)), frameIndex(0));
    const stored = noise(3);
    const wrong = stored.findIndex((value, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)] !== value);
    expect(wrong).toBe(-1);
  });

  it('give JPEG pixels as libjpeg gives them', async () => {
    // The picture and what Pillow reads from it, as PNG: see make-photo.py beside them.
    using clip = await openMedia({ kind: 'file', file: await fixture('photo.jpg') });
    using expected = await openMedia({ kind: 'file', file: await fixture('photo-pillow.png') });
    const [ours, theirs] = [clip, expected].map((source) => source.frame(frameIndex(0)));
    const [a, b] = [await ours, await theirs].map((frame) =>
      frame === undefined ? undefined : uprightPixels(frame, frameIndex(0)),
    );
    expect(a).toEqual(b);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are turned upright by EXIF orientation %i', async (value) => {
    const file = await withOrientation(await fixture('photo-sideways.jpg'), value);
    using clip = await openMedia({ kind: 'file', file });
    const actual = uprightPixels(await clip.frame(frameIndex(0)), frameIndex(0));
    expect(clip.info).toMatchObject(
      value > 4 ? { width: 64, height: 96 } : { width: 96, height: 64 },
    );
    const expected = await shownByTheBrowser(file);
    expect(actual).toMatchObject({ width: expected.width, height: expected.height });
    expect(actual.rgba).toEqual(expected.data);
  });

  it('refuse pictures of two sizes, and name them', async () => {
    const files = [png(0, '0.png'), png(1, '1.png', { width: 16, height: 24 })];
    await expect(openFolder(files)).rejects.toMatchObject({
      code: 'file-invalid',
      message: 'The pictures in clip differ in size: 0.png is 32 × 24, 1.png is 16 × 24.',
    });
  });

  it('refuse a picture that is none, and an empty one, by name', async () => {
    const rubbish = new File(['hello'], '1.jpg');
    await expect(openFolder([png(0, '0.png'), rubbish])).rejects.toMatchObject({
      code: 'file-invalid',
      message: '1.jpg in clip is not a readable jpg or png.',
    });
    await expect(openFolder([png(0, '0.png'), new File([], '1.png')])).rejects.toMatchObject({
      message: '1.png in clip is empty (0 bytes).',
    });
  });

  it('name the picture that turns out damaged, and show the others', async () => {
    const whole = png(1, '1.png');
    const damaged = new File([whole.slice(0, whole.size / 2)], '1.png');
    using clip = await openFolder([png(0, '0.png'), damaged, png(2, '2.png')]);
    await expect(clip.frame(frameIndex(1))).rejects.toMatchObject({
      code: 'video-decode-failed',
      message: '1.png of clip cannot be decoded.',
    });
    expect(await firstChannel(clip, 2)).toBe(2);
  });

  it('name a JPEG that was cut short', async () => {
    const whole = await fixture('photo.jpg');
    const cut = new File([whole.slice(0, whole.size / 2)], 'photo.jpg');
    await expect(openFolder([cut])).rejects.toMatchObject({
      code: 'video-decode-failed',
      message: 'photo.jpg of clip cannot be decoded.',
    });
  });

  it('refuse nothing else than pictures: a folder of text', async () => {
    const task = openFolder([new File(['x'], 'readme.md')]);
    await expect(task).rejects.toMatchObject({ message: 'clip holds no jpg or png pictures.' });
  });

  it('keep the colour of pixels that are partly transparent', async () => {
    const rgba = Uint8Array.of(200, 100, 50, 255, 200, 100, 50, 128);
    const bytes = encode({ width: 2, height: 1, data: rgba, channels: 4, depth: 8 });
    using clip = await openFolder([new File([Uint8Array.from(bytes)], '0.png')]);
    const pixels = uprightPixels(await clip.frame(frameIndex(0)), frameIndex(0)).rgba;
    expect([...pixels]).toEqual([200, 100, 50, 255, 200, 100, 50, 255]);
  });
});

describe('zips of pictures', () => {
  it.each([
    ['stored', 0],
    ['deflated', 6],
  ])('%s', async (_, level) => {
    const zip = await zipOf(shuffledFrames(), level);
    using clip = await openMedia({ kind: 'file', file: zip });
    expect(clip.info).toMatchObject({ name: 'frames.zip', frameCount: 11, kind: 'frames' });
    for (const index of [10, 0, 5]) expect(await firstChannel(clip, index)).toBe(index);
    expect(clip.content).toBe(zip);
  });

  it('bear folders and what macOS adds', async () => {
    const files = [png(1, 'clip/1.png'), png(0, 'clip/0.png'), png(7, '__MACOSX/clip/._0.png')];
    using clip = await openMedia({ kind: 'file', file: await zipOf(files, 0) });
    expect(clip.info.frameNames).toEqual(['0.png', '1.png']);
  });

  it('without pictures are refused by name', async () => {
    const zip = await zipOf([new File(['x'], 'readme.md')], 0);
    await expect(openMedia({ kind: 'file', file: zip })).rejects.toMatchObject({
      code: 'file-invalid',
      message: 'frames.zip holds no jpg or png pictures.',
    });
  });

  it('cut short are refused by name', async () => {
    const zip = await zipOf(shuffledFrames(), 0);
    const cut = new File([zip.slice(0, zip.size - 100)], 'cut.zip');
    await expect(openMedia({ kind: 'file', file: cut })).rejects.toMatchObject({
      code: 'file-invalid',
      message: 'cut.zip is a damaged zip file.',
    });
  });
});
