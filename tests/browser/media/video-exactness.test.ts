import { afterEach, describe, expect, it } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import type { FrameSource } from '../../../src/media/frame-source.ts';
import { uprightPixels } from '../../../src/media/upright-pixels.ts';
import { openVideo } from '../../../src/media/video/open-video.ts';
import type { FramePixels } from '../../../src/protocol/media-api.ts';
import { burntNumber, fixture } from './clips.ts';

let source: FrameSource | undefined;

afterEach(() => {
  source?.[Symbol.dispose]();
  source = undefined;
});

async function open(name: string): Promise<FrameSource> {
  source = await openVideo(await fixture(name));
  return source;
}

async function pixels(clip: FrameSource, index: number): Promise<FramePixels> {
  return uprightPixels(await clip.frame(frameIndex(index)), frameIndex(index));
}

async function numbers(clip: FrameSource, indices: readonly number[]): Promise<number[]> {
  const read: number[] = [];
  for (const index of indices) read.push(burntNumber(await pixels(clip, index)));
  return read;
}

function upTo(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Each index once, in an order without pattern but the same every time. */
function scattered(count: number): number[] {
  const stride = 37;
  return upTo(count).map((i) => (i * stride + 11) % count);
}

const atFrameRate = (i: number) => i * 40_000;

const CLIPS: readonly {
  readonly name: string;
  readonly timeUs?: (index: number) => number;
  readonly first?: number;
  readonly count?: number;
}[] = [
  { name: 'b-frames.mp4' },
  { name: 'b-frames.mov' },
  { name: 'b-frames.mkv' },
  { name: 'variable-rate.mp4', timeUs: (i) => (2 * i + Number(i % 3 === 1)) * 20_000 },
  { name: 'edit-list.mp4', first: 33, count: 27, timeUs: (i) => 20_000 + i * 40_000 },
  { name: 'trimmed-end.mp4', count: 25 },
  { name: 'open-gop.mp4' },
  { name: 'fragmented.mp4', timeUs: (i) => 80_000 + i * 40_000 },
  { name: 'delayed.mp4', timeUs: (i) => 500_000 + i * 40_000 },
  { name: 'ten-bit.mp4' },
  { name: 'yuv444.mp4' },
  { name: 'no-vui.mp4' },
  { name: 'no-ctts.mp4' },
  { name: 'sei-before-aud.mp4' },
  { name: 'anamorphic.mp4' },
  { name: 'vp9.webm' },
  { name: 'vp8-hidden-frames.webm' },
  { name: 'av1.mp4' },
];

describe('frame exactness', () => {
  it.each(CLIPS)('$name', async ({ name, timeUs = atFrameRate, first = 0, count = 60 }) => {
    const clip = await open(name);
    expect(clip.info.frameCount).toBe(count);
    expect([...clip.info.timestampsUs]).toEqual(upTo(count).map(timeUs));
    expect(await numbers(clip, upTo(count))).toEqual(upTo(count, first));
  });

  it.each(CLIPS)('$name backwards and scattered, without a cache', async (clip) => {
    const { name, first = 0, count = 60 } = clip;
    source = await openVideo(await fixture(name), 1);
    const backwards = upTo(12).map((i) => count - 1 - i);
    expect(await numbers(source, backwards)).toEqual(backwards.map((i) => i + first));
    expect(await numbers(source, scattered(count))).toEqual(scattered(count).map((i) => i + first));
  });

  it('says that frames before an edit list are left out', async () => {
    const clip = await open('edit-list.mp4');
    expect(clip.info.notices).toEqual([expect.stringContaining('9 frames before')]);
  });

  it('says that frames after an edit list are left out', async () => {
    const clip = await open('trimmed-end.mp4');
    expect(clip.info.notices).toEqual([expect.stringContaining('35 frames after')]);
  });

  it('describes the clip', async () => {
    const { info } = await open('b-frames.mp4');
    expect(info).toMatchObject({
      name: 'b-frames.mp4',
      kind: 'video',
      width: 192,
      height: 112,
      frameRate: 25,
      codec: 'avc1.64000b',
      notices: [],
    });
    expect(info.bytes).toBe((await fixture('b-frames.mp4')).size);
  });
});

/** Brightness near a corner; the fixtures have a white square in the lower left one, as stored. */
function corners({ rgba, width, height }: FramePixels): Record<string, boolean> {
  const isWhite = (x: number, y: number) => (rgba[(y * width + x) * 4 + 1] ?? 0) > 230;
  return {
    topLeft: isWhite(8, 8),
    topRight: isWhite(width - 8, 8),
    bottomLeft: isWhite(8, height - 8),
    bottomRight: isWhite(width - 8, height - 8),
  };
}

const NO_CORNER = { topLeft: false, topRight: false, bottomLeft: false, bottomRight: false };

describe('upright frames', () => {
  // Where ffmpeg's own rotation puts the square.
  it.each([
    ['b-frames.mp4', { width: 192, height: 112 }, 'bottomLeft'],
    ['clockwise-90.mp4', { width: 112, height: 192 }, 'topLeft'],
    ['clockwise-180.mp4', { width: 192, height: 112 }, 'topRight'],
    ['clockwise-270.mp4', { width: 112, height: 192 }, 'bottomRight'],
  ] as const)('%s', async (name, size, corner) => {
    const clip = await open(name);
    expect(clip.info).toMatchObject(size);
    const frame = await pixels(clip, 0);
    expect(frame).toMatchObject(size);
    expect(corners(frame)).toEqual({ ...NO_CORNER, [corner]: true });
  });

  it('widens pixels that are not square, as players do', async () => {
    const clip = await open('anamorphic.mp4');
    expect(clip.info).toMatchObject({ width: 256, height: 112 });
    const frame = await pixels(clip, 0);
    expect(frame.rgba.length).toBe(256 * 112 * 4);
    expect(corners(frame)).toEqual({ ...NO_CORNER, bottomLeft: true });
  });
});

describe('colour', () => {
  // One flat colour, Y 140, Cb 90, Cr 170; expected values by the definition of each matrix.
  it.each([
    ['colour-bt709.mp4', [220, 130, 64]],
    ['colour-bt601.mp4', [211, 125, 68]],
    ['colour-untagged.mp4', [211, 125, 68]],
    ['colour-full-range.mp4', [206, 127, 69]],
  ])('%s', async (name, expected) => {
    const frame = await pixels(await open(name), 1);
    expect(Array.from(frame.rgba.slice(0, 4))).toEqual([...expected, 255]);
    expect(Array.from(frame.rgba.slice(-4))).toEqual([...expected, 255]);
  });
});
