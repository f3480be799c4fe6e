import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import { decodeRle } from '../../../src/core/rle.ts';
import { MaskPaths } from '../../../src/media/stage/mask-paths.ts';
import type { VideoLook } from '../../../src/protocol/export-format.ts';
import type { MediaSource, VideoInfo } from '../../../src/protocol/media-api.ts';
import { paintLook } from '../../../src/render/paint/paint-look.ts';
import { burntNumber } from '../media/clips.ts';
import {
  exportVideo,
  LabShelf,
  putWalkingMasks,
  walkingMask,
  type ExportLab,
} from './export-lab.ts';
import { meanError, readVideo, type ReadPicture } from './read-video.ts';

const PLAIN: VideoLook = { kind: 'overlay', fillOpacity: 0, outlineAt720: 0 };
/** Of MP4's clock, and of WebM's. */
const TICK_US = { mp4: 1e6 / 57_600, webm: 1000 } as const;

const shelf = new LabShelf();

beforeEach(async () => {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
});

afterEach(() => shelf[Symbol.dispose]());

/** The real workers on a clip with an object that is gone on every tenth frame. */
async function open(source: string | MediaSource): Promise<ExportLab> {
  const lab = await shelf.open(source);
  await putWalkingMasks(lab);
  return lab;
}

/** A folder of pictures whose sides are odd. */
async function oddFrames(frameCount: number): Promise<MediaSource> {
  const files = await Promise.all(
    Array.from({ length: frameCount }, async (_, index) => {
      const context = new OffscreenCanvas(75, 51).getContext('2d');
      if (context === null) throw new Error('no 2D context');
      context.fillStyle = `hsl(${index * 40} 80% 50%)`;
      context.fillRect(0, 0, 75, 51);
      context.fillStyle = '#ffffff';
      context.fillRect(70, 46, 5, 5);
      return new File([await context.canvas.convertToBlob()], `${index}.png`);
    }),
  );
  return { kind: 'folder', name: 'odd', files };
}

function timesOf({ timestampsUs }: VideoInfo, first: number, last: number): number[] {
  const start = timestampsUs[first] ?? 0;
  return Array.from(timestampsUs.slice(first, last + 1), (time) => time - start);
}

function expectTimes(
  pictures: readonly ReadPicture[],
  times: readonly number[],
  toleranceUs: number,
): void {
  expect(pictures).toHaveLength(times.length);
  const errors = pictures.map(({ timestampUs }, i) => Math.abs(timestampUs - (times[i] ?? 0)));
  expect(Math.max(...errors)).toBeLessThanOrEqual(toleranceUs);
}

function pictureAt(pictures: readonly ReadPicture[], index: number): ReadPicture {
  const picture = pictures[index];
  if (picture === undefined) throw new Error(`there is no picture ${index}`);
  return picture;
}

const numberOf = (picture: ReadPicture) => burntNumber({ ...picture, frame: frameIndex(0) });

/** What the painter makes of a frame, before any encoder has seen it. */
async function painted({ info, media }: ExportLab, index: number, look: VideoLook) {
  const { rgba } = await media.framePixels(frameIndex(index));
  const { width, height } = info;
  const image = new OffscreenCanvas(width, height);
  image.getContext('2d')?.putImageData(new ImageData(rgba, width, height), 0, 0);
  const wide = look.kind === 'side-by-side' ? 2 * width : width;
  const context = new OffscreenCanvas(wide, height).getContext('2d');
  if (context === null) throw new Error('no 2D context');
  const masks = index % 10 === 9 ? [] : [{ color: '#ff8800', mask: walkingMask(info, index) }];
  const paths = new MaskPaths();
  paintLook(context, { size: info, image, rgba, masks, paths }, look);
  return context.getImageData(0, 0, wide, height).data;
}

describe('an exported video', () => {
  it.each(['mp4', 'webm'] as const)('has every frame and its time, as %s', async (container) => {
    const lab = await open('b-frames.mp4');
    const progress: number[] = [];
    const outcome = await exportVideo(lab, {
      format: { look: PLAIN, container },
      onProgress: ({ framesDone, framesTotal }) => progress.push(framesDone / framesTotal),
    });
    expect(outcome).toMatchObject({ frames: 60, bytes: outcome.file.size });
    expect(progress).toHaveLength(60);
    expect(progress.at(-1)).toBe(1);
    const { pictures, mimeType } = await readVideo(outcome.file);
    expect(mimeType).toContain(`video/${container}`);
    expectTimes(pictures, timesOf(lab.info, 0, 59), TICK_US[container]);
    expect(pictures.map(numberOf)).toEqual(pictures.map((_, index) => index));
    expect(new Set(pictures.map(({ width, height }) => `${width}×${height}`))).toEqual(
      new Set(['192×112']),
    );
  });

  it.each([
    { kind: 'overlay', fillOpacity: 0.5, outlineAt720: 20 },
    { kind: 'side-by-side', fillOpacity: 0.5, outlineAt720: 20 },
    { kind: 'matte' },
    { kind: 'cut-out', background: '#00b140' },
    { kind: 'blur', region: 'background', strengthAt720: 60 },
    { kind: 'pixelate', region: 'objects', strengthAt720: 60 },
    { kind: 'spotlight', darkness: 0.7 },
  ] as const)('shows what was painted: $kind', async (look) => {
    const lab = await open('b-frames.mp4');
    const range = { first: frameIndex(5), last: frameIndex(12) };
    for (const container of ['mp4', 'webm'] as const) {
      const { file } = await exportVideo(lab, { format: { look, container, ...range } });
      const { pictures } = await readVideo(file);
      for (const [at, { rgba }] of pictures.entries()) {
        const error = meanError(rgba, await painted(lab, 5 + at, look));
        expect(error, `${container}, frame ${5 + at}`).toBeLessThan(3);
      }
    }
  });

  it('has every mask in place', async () => {
    const lab = await open('b-frames.mp4');
    const { file } = await exportVideo(lab, { format: { look: { kind: 'matte' } } });
    const { pictures } = await readVideo(file);
    for (const [index, { rgba }] of pictures.entries()) {
      const mask = decodeRle(walkingMask(lab.info, index)).data;
      const isShown = index % 10 !== 9;
      const wrong = mask.filter(
        (pixel, i) => (rgba[i * 4] ?? 0) > 127 !== (isShown && pixel === 1),
      );
      expect(wrong.length, `frame ${index}`).toBe(0);
    }
  });

  it('keeps a variable rate', async () => {
    const lab = await open('variable-rate.mp4');
    const { timestampsUs } = lab.info;
    const steps = timestampsUs.slice(1).map((time, i) => time - (timestampsUs[i] ?? 0));
    expect(new Set(steps).size).toBeGreaterThan(1);
    for (const container of ['mp4', 'webm'] as const) {
      const { file } = await exportVideo(lab, { format: { look: PLAIN, container } });
      const { pictures } = await readVideo(file);
      expectTimes(pictures, timesOf(lab.info, 0, 59), TICK_US[container]);
    }
  });

  it('of a range starts at 0 with the first frame of the range', async () => {
    const lab = await open('variable-rate.mp4');
    const range = { first: frameIndex(20), last: frameIndex(31) };
    const { file, frames } = await exportVideo(lab, { format: { look: PLAIN, ...range } });
    expect(frames).toBe(12);
    const { pictures } = await readVideo(file);
    expectTimes(pictures, timesOf(lab.info, 20, 31), TICK_US.mp4);
    expect(pictures.map(numberOf)).toEqual(pictures.map((_, i) => 20 + i));
  });

  it.each([
    ['clockwise-90.mp4', 112, 192],
    ['clockwise-180.mp4', 192, 112],
  ])('of %s is upright', async (name, width, height) => {
    const lab = await open(name);
    const range = { first: frameIndex(3), last: frameIndex(4) };
    const { file } = await exportVideo(lab, { format: { look: PLAIN, ...range } });
    const { pictures } = await readVideo(file);
    expect(pictureAt(pictures, 0)).toMatchObject({ width, height });
    const error = meanError(pictureAt(pictures, 1).rgba, await painted(lab, 4, PLAIN));
    expect(error).toBeLessThan(3);
  });

  it.each(['mp4', 'webm'] as const)('of odd size keeps its size, as %s', async (container) => {
    const lab = await open(await oddFrames(4));
    const { file, codec } = await exportVideo(lab, { format: { look: PLAIN, container } });
    expect(codec).toBe('VP9');
    const { pictures } = await readVideo(file);
    expect(pictures).toHaveLength(4);
    expect(pictureAt(pictures, 3)).toMatchObject({ width: 75, height: 51 });
    const error = meanError(pictureAt(pictures, 3).rgba, await painted(lab, 3, PLAIN));
    expect(error).toBeLessThan(3);
  });

  it('can be small, also where two frames stand side by side', async () => {
    const lab = await open('b-frames.mp4');
    const last = frameIndex(2);
    for (const [kind, width] of [
      ['overlay', 64],
      ['side-by-side', 128],
    ] as const) {
      const look: VideoLook = { kind, fillOpacity: 0.5, outlineAt720: 2 };
      const { file } = await exportVideo(lab, { format: { look, last, maxSidePx: 64 } });
      const { pictures } = await readVideo(file);
      expect(pictureAt(pictures, 0)).toMatchObject({ width, height: 38 });
    }
  });

  it('of a transparent cut-out is transparent where no object is', async () => {
    const lab = await open('b-frames.mp4');
    const format = { look: { kind: 'cut-out' }, container: 'webm', last: frameIndex(9) } as const;
    const { file, codec } = await exportVideo(lab, { format });
    expect(codec).toBe('VP9');
    const { pictures } = await readVideo(file);
    for (const index of [0, 8, 9]) {
      const mask = decodeRle(walkingMask(lab.info, index)).data;
      const { rgba } = pictureAt(pictures, index);
      const wrong = mask.filter((pixel, i) => {
        const isSolid = (rgba[i * 4 + 3] ?? 0) > 127;
        return isSolid !== (index !== 9 && pixel === 1);
      });
      expect(wrong.length, `frame ${index}`).toBe(0);
    }
  });
});

describe('without an encoder, room or patience', () => {
  it('says which codec will be used, and that MP4 is never transparent', async () => {
    const { exporter, info } = await open('b-frames.mp4');
    const size = { width: info.width, height: info.height };
    const query = { size, look: PLAIN, container: 'webm' } as const;
    expect(await exporter.videoEncoding(query)).toEqual({ codec: 'VP9', sound: { kind: 'none' } });
    const transparent = { ...query, look: { kind: 'cut-out' }, container: 'mp4' } as const;
    expect((await exporter.videoEncoding(transparent)).codec).toBeUndefined();
  });

  it('refuses what cannot be encoded and leaves no file', async () => {
    const lab = await open('b-frames.mp4');
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('picked.mp4', { create: true });
    const exported = exportVideo(lab, {
      format: { look: { kind: 'cut-out' } },
      target: { kind: 'handle', handle },
    });
    await expect(exported).rejects.toMatchObject({
      name: 'StudioError',
      code: 'video-encode-failed',
      hint: expect.stringMatching(/\S/),
    });
    await expect(root.getFileHandle('picked.mp4')).rejects.toThrow();
  });

  it('is cancelled between two frames and leaves no file, chosen or temporary', async () => {
    const lab = await open('b-frames.mp4');
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('picked.mp4', { create: true });
    for (const target of [{ kind: 'download' }, { kind: 'handle', handle }] as const) {
      let done = 0;
      const exported = exportVideo(lab, {
        format: { look: PLAIN },
        target,
        onProgress: ({ framesDone }) => {
          done = framesDone;
          if (framesDone === 5) void lab.exporter.cancel();
        },
      });
      await expect(exported).rejects.toMatchObject({ name: 'AbortError' });
      expect(done).toBeLessThan(59);
    }
    await expect(root.getFileHandle('picked.mp4')).rejects.toThrow();
    const folder = await (await root.getDirectoryHandle('exports')).values().next();
    const files: string[] = [];
    for await (const name of (folder.value as FileSystemDirectoryHandle).keys()) files.push(name);
    expect(files).toEqual([]);
  });

  it('goes to a chosen file, byte for byte playable', async () => {
    const lab = await open('b-frames.mp4');
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle('picked.mp4', { create: true });
    const format = { look: PLAIN, last: frameIndex(9) } as const;
    const { bytes } = await exportVideo(lab, { format, target: { kind: 'handle', handle } });
    const file = await handle.getFile();
    expect(file.size).toBe(bytes);
    expect((await readVideo(file)).pictures).toHaveLength(10);
  });
});
