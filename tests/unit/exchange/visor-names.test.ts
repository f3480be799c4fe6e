import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import { rleArea } from '../../../src/core/rle.ts';
import { VISOR_SIZE } from '../../../src/core/relate-sizes.ts';
import { visorImages } from '../../../src/exchange/datasets/visor-frame-names.ts';
import { fileStem } from '../../../src/formats/frame-names.ts';
import { matchFrames } from '../../../src/formats/ground-truth/match-frames.ts';
import type { VideoInfo } from '../../../src/protocol/media-api.ts';
import { writeDataset } from '../../helpers/dataset-exports.ts';
import { boxMask, buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { importMasksOf, openTruth, visorClip } from '../../helpers/open-truth.ts';
import { columnMask, maskAt, type VisorFile } from '../../helpers/visor-exports.ts';

describe('names in VISOR annotations', () => {
  test('objects of one name stay apart, since VISOR’s tools tell them by it', async () => {
    const names = ['mug', 'mug', 'mug 2', 'mug'];
    const video = visorClip({ frameCount: 1 });
    const masks = names.map((_, at) => columnMask(video, at + 1, 0));
    const content = await writeDataset('visor', { video, names, masks });
    const media = new FakeMediaPort();
    const { objects } = await importMasksOf({ content, media });
    expect(objects.map(({ name }) => name)).toEqual(['mug', 'mug 2', 'mug 3', 'mug 4']);
    expect(media.puts.flat().map(({ mask: read }) => rleArea(read))).toEqual([
      1080, 1080, 1080, 1080,
    ]);
  });

  test('that are hostile come back as they are', async () => {
    const names = ['"quoted\\"', '../../etc', 'a\u0000b\n', '💥\ud800', '</script>', '__proto__'];
    const video = visorClip({ frameCount: 1 });
    const masks = names.map((_, at) => columnMask(video, at + 1, 0));
    const content = await writeDataset('visor', { video, names, masks });
    const { objects } = await importMasksOf({ content });
    expect(objects.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  test('that are empty or endless are made fit', async () => {
    const names = ['', 'x'.repeat(5000), 'x'.repeat(4000)];
    const video = visorClip({ frameCount: 1 });
    const masks = names.map((_, at) => columnMask(video, at + 1, 0));
    const content = await writeDataset('visor', { video, names, masks });
    const { objects } = await importMasksOf({ content });
    const long = 'x'.repeat(900);
    expect(objects.map(({ name }) => name)).toEqual(['Object 1', long, `${long} 2`]);
  });

  test.each([
    ['../P01/..\\x.mp4', 'video'],
    ['.hidden', 'frames'],
    ['my.jpg.mp4', 'video'],
    ['a\u0007"b\\.png', 'frames'],
    [`${'long'.repeat(80)}.mp4`, 'video'],
    ['coffee.zip', 'frames'],
  ] as const)('of the clip, %j: every frame is found again', async (name, kind) => {
    const frameNames = ['10:30.png', 'a "b".jpeg', '.x', 'shot_7', 'nächste.tif'];
    const video = buildVideo({
      name,
      kind,
      width: 64,
      height: 36,
      ...(kind === 'frames' ? { frameNames } : {}),
    });
    const masks = [0, 1, 2, 3, 4].map((frame) =>
      maskAt(frame, 1, boxMask(video, [frame, 0, 9, 9])),
    );
    const content = await writeDataset('visor', { video, names: ['mug'], masks });
    for (const { image } of (JSON.parse(await content.text()) as VisorFile).video_annotations) {
      expect(image['image_path']).toBe(`${image['video']}/${image['name']}`);
      expect(image['image_path']?.split('/')).toHaveLength(2);
      expect(image['video']).not.toMatch(/^\./);
    }
    const media = new FakeMediaPort();
    await importMasksOf({ content, video, media });
    expect(media.puts.flat().map(({ frame, mask: read }) => [frame, rleArea(read)])).toEqual(
      [0, 1, 2, 3, 4].map((frame) => [frame, (9 - frame) * 9]),
    );
  });
});

/** The frames of the clip that its frames' names lead back to. */
function framesFound(video: VideoInfo): (number | undefined)[] {
  const imageOf = visorImages(video);
  const stems = Array.from({ length: video.frameCount }, (_, frame) =>
    fileStem(imageOf(frameIndex(frame)).name),
  );
  const { rows, problems } = matchFrames({ size: VISOR_SIZE, stems }, video);
  expect(problems).toEqual([]);
  return rows.map((row) => ('frame' in row ? row.frame : undefined));
}

function clipAt(name: string, framesPerSecond: number, startUs = 0): VideoInfo {
  const frameCount = 20_000;
  return buildVideo({
    name,
    width: 64,
    height: 36,
    frameCount,
    timestampsUs: Float64Array.from(
      { length: frameCount },
      (_, i) => startUs + Math.round((i * 1e6) / framesPerSecond),
    ),
  });
}

describe('VISOR’s clock', () => {
  test.each([
    ['P01_01.mp4', 60_000 / 1001, 0],
    ['P01_01 (2).MP4', 60, 0],
    ['P01_101.mp4', 50, 0],
    ['P01_101.mp4', 50, 33_366],
    ['P02_02.mp4', 60_000 / 1001, 0],
    ['P09_07.mp4', 30_000 / 1001, 0],
    ['P18_02.mp4', 47.952047952047955, 0],
    ['P01_01.mp4', 12.5, 0],
    ['kitchen.mp4', 240, 0],
  ])('each frame of %s at %f a second lies on itself', (name, rate, startUs) => {
    const video = clipAt(name, rate, startUs);
    expect(framesFound(video)).toEqual(Array.from({ length: 20_000 }, (_, frame) => frame));
  });

  test('as masks and as ground truth alike', async () => {
    const video = { ...clipAt('P01_01.mp4', 60_000 / 1001), frameCount: 1003 };
    const masks = [0, 1, 999, 1000, 1001, 1002].map((frame) =>
      maskAt(frame, 1, boxMask(video, [0, 0, 1, 1])),
    );
    const content = await writeDataset('visor', { video, names: ['mug'], masks });
    const media = new FakeMediaPort();
    await importMasksOf({ content, video, media });
    const frames = media.puts.flat().map(({ frame }) => frame);
    expect(frames).toEqual([0, 1, 999, 1000, 1001, 1002]);
    const { sequences } = await openTruth({ files: { 'P01_01.json': content }, video });
    expect(sequences[0]?.frames.map(({ frame }) => frame)).toEqual(frames);
  });

  test('frames that share a tick are refused', async () => {
    const video = clipAt('P10_04.mp4', 90);
    const masks = [0, 1].map((frame) => maskAt(frame, 1, boxMask(video, [0, 0, 1, 1])));
    await expect(writeDataset('visor', { video, names: ['mug'], masks })).rejects.toMatchObject({
      code: 'file-invalid',
      message: 'Frame 1 of “P10_04.mp4” has no number of its own on VISOR’s clock, 60 a second.',
    });
  });

  test('pictures keep their own names; those of EPIC-KITCHENS get VISOR’s where numbers agree', () => {
    const imagesOf = (name: string, frameNames: readonly string[]) => {
      const video = buildVideo({
        name,
        kind: 'frames',
        width: 64,
        height: 36,
        frameCount: frameNames.length,
        frameNames,
      });
      expect(framesFound(video)).toEqual(frameNames.map((_, at) => at));
      const imageOf = visorImages(video);
      return frameNames.map((_, frame) => {
        const { subsequence, image_path: path } = imageOf(frameIndex(frame));
        return `${subsequence} ${path}`;
      });
    };
    expect(
      imagesOf('P01_107_seq_00003', [
        'P01_107_frame_0000000155.jpg',
        'P01_107_frame_0000000215.jpg',
      ]),
    ).toEqual([
      'P01_107_seq_00003 P01_107/P01_107_frame_0000000155.jpg',
      'P01_107_seq_00003 P01_107/P01_107_frame_0000000215.jpg',
    ]);
    expect(imagesOf('P01_101', ['frame_0000000138.jpg'])).toEqual([
      'P01_101_seq_00001 P01_101/P01_101_frame_0000000138.jpg',
    ]);
    expect(imagesOf('P01_01', ['frame_0000000138.jpg'])).toEqual([
      'P01_01_seq_00001 P01_01/frame_0000000138.jpg',
    ]);
    expect(imagesOf('bike', ['00000.png', '00001.png'])).toEqual([
      'bike_seq_00001 bike/00000.jpg',
      'bike_seq_00001 bike/00001.jpg',
    ]);
  });
});
