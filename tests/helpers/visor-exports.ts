import type { Size } from '../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import { encodeRle, rleToString, type MaskRle } from '../../src/core/rle.ts';
import { paintIds, splitIds } from '../../src/formats/id-plane.ts';
import type { FrameMask, VideoInfo } from '../../src/protocol/media-api.ts';
import { writeDataset } from './dataset-exports.ts';
import { boxMask } from './export-fakes.ts';
import { seededBytes } from './seeded-random.ts';

/** A file of annotations as it was written. */
export interface VisorFile {
  readonly info: Readonly<Record<string, unknown>>;
  readonly video_annotations: readonly {
    readonly image: Readonly<Record<string, string>>;
    readonly annotations: readonly Readonly<Record<string, unknown>>[];
  }[];
}

interface VisorWork {
  readonly video: VideoInfo;
  readonly names: readonly string[];
  readonly masks: readonly FrameMask[];
}

/** What an export of the masks writes. */
export async function writtenVisor(work: VisorWork): Promise<VisorFile> {
  return JSON.parse(await (await writeDataset('visor', work)).text());
}

/** A mask in its place. */
export function maskAt(frame: number, id: number, rle: MaskRle): FrameMask {
  return { frame: frameIndex(frame), objectId: objectId(id), mask: rle };
}

/** A column of pixels, another for each object. */
export function columnMask(video: Size, id: number, frame: number): FrameMask {
  return maskAt(frame, id, boxMask(video, [id - 1, 0, id, video.height]));
}

/** Ellipses with a hole that move over the clip, specks, lines and noise; they overlap. */
export function drawnMasks(size: Size, frameCount: number): FrameMask[] {
  const { width, height } = size;
  const noise = seededBytes(5, width * height);
  return Array.from({ length: frameCount }, (_, frame) => {
    const center = width * (0.3 + 0.1 * frame);
    const distance = (x: number, y: number) =>
      Math.hypot((x - center) / (0.25 * width), (y - 0.5 * height) / (0.4 * height));
    const isIn: ((x: number, y: number) => boolean)[] = [
      (x, y) => distance(x, y) < 1 && distance(x, y) > 0.4,
      (x, y) => x > width / 2 && y >= height - 3,
      (x, y) => x < width / 8 && (noise[y * width + x] ?? 0) < 90,
      (x, y) => (x + 3 * y) % 97 === 0,
      // In the corner, on the last pixel, and a line of one pixel's width.
      (x, y) => x + y === 0 || (x === width - 1 && y === height - 1) || x === width - 4,
    ];
    return isIn.map((test, at) => {
      const data = Uint8Array.from({ length: width * height }, (__, i) =>
        test(i % width, Math.floor(i / width)) ? 1 : 0,
      );
      return maskAt(frame, at + 1, encodeRle({ width, height, data }));
    });
  }).flat();
}

/** Of the objects of `drawnMasks`. */
export const NAMES = ['right hand', 'mug', 'tea towel/dish towel', 'crumbs', 'a rack'];

/** What is left of the masks of a frame in one plane, the lowest object on top: by name. */
export function paintedMasks(
  masks: readonly FrameMask[],
  size: Size,
  frame: number,
  names = NAMES,
) {
  const plane = new Uint8Array(size.width * size.height);
  const own = masks.filter((one) => one.frame === frame);
  paintIds(plane, size, own);
  return Object.fromEntries(
    [...splitIds(plane, size)].map(([id, rle]) => [names[id - 1], rleToString(rle)]),
  );
}
