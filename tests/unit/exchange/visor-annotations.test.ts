import { describe, expect, test } from 'vitest';
import type { Size } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { resizeMask } from '../../../src/core/nearest-resizer.ts';
import { emptyRle, encodeRle, rleArea, rleIou, rleToString } from '../../../src/core/rle.ts';
import { ClipExporter } from '../../../src/exchange/clip-exporter.ts';
import { visorImages } from '../../../src/exchange/datasets/visor-frame-names.ts';
import { fileStem } from '../../../src/formats/frame-names.ts';
import { matchFrames } from '../../../src/formats/ground-truth/match-frames.ts';
import { paintIds, splitIds } from '../../../src/formats/id-plane.ts';
import { blobFile } from '../../../src/formats/source-file.ts';
import { loadVisor } from '../../../src/formats/visor/load-visor.ts';
import { VISOR_SIZE } from '../../../src/formats/visor/visor-form.ts';
import type { FrameMask, VideoInfo } from '../../../src/protocol/media-api.ts';
import { writeDataset } from '../../helpers/dataset-exports.ts';
import { boxMask, buildRequest, buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { MemoryExportFiles } from '../../helpers/memory-export-files.ts';
import { importMasksOf, openTruth, visorClip } from '../../helpers/open-truth.ts';
import { seededBytes } from '../../helpers/seeded-random.ts';

interface VisorFile {
  readonly info: Readonly<Record<string, unknown>>;
  readonly video_annotations: readonly {
    readonly image: Readonly<Record<string, string>>;
    readonly annotations: readonly Readonly<Record<string, unknown>>[];
  }[];
}

interface Work {
  readonly video: VideoInfo;
  readonly names: readonly string[];
  readonly masks: readonly FrameMask[];
}

async function written(work: Work): Promise<VisorFile> {
  return JSON.parse(await (await writeDataset('visor', work)).text());
}

function mask(frame: number, id: number, rle: FrameMask['mask']): FrameMask {
  return { frame: frameIndex(frame), objectId: objectId(id), mask: rle };
}

function firstColumns(video: Size, id: number, frame: number): FrameMask {
  return mask(frame, id, boxMask(video, [id - 1, 0, id, video.height]));
}

/** Ellipses with a hole that move over the clip, specks, lines and noise; they overlap. */
function drawnMasks(size: Size, frameCount: number): FrameMask[] {
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
      return mask(frame, at + 1, encodeRle({ width, height, data }));
    });
  }).flat();
}

const NAMES = ['right hand', 'mug', 'tea towel/dish towel', 'crumbs', 'a rack'];

/** What is left of the masks of a frame in one plane, the lowest object on top: by name. */
function paintedMasks(masks: readonly FrameMask[], size: Size, frame: number, names = NAMES) {
  const plane = new Uint8Array(size.width * size.height);
  const own = masks.filter((one) => one.frame === frame);
  paintIds(plane, size, own);
  return Object.fromEntries(
    [...splitIds(plane, size)].map(([id, rle]) => [names[id - 1], rleToString(rle)]),
  );
}

const LOSSLESS: readonly Size[] = [
  { width: 64, height: 36 },
  { width: 456, height: 256 },
  { width: 854, height: 480 },
  { width: 1280, height: 720 },
];

describe('every pixel comes back', () => {
  test.each(LOSSLESS)('at $width × $height, as masks of the user', async (size) => {
    const video = buildVideo({ ...size, frameCount: 2 });
    const masks = drawnMasks(size, 2);
    const content = await writeDataset('visor', { video, names: NAMES, masks });
    const media = new FakeMediaPort();
    const { objects, notices } = await importMasksOf({ content, video, media });
    expect(notices).toEqual([]);
    const nameOf = new Map(objects.map(({ id, name }) => [id, name]));
    for (const frame of [0, 1]) {
      const read = media.puts.flat().filter((one) => one.frame === frame);
      expect(
        Object.fromEntries(read.map((one) => [nameOf.get(one.objectId), rleToString(one.mask)])),
      ).toEqual(paintedMasks(masks, size, frame));
    }
  });

  test.each([
    { width: 854, height: 480 },
    { width: 1920, height: 1080 },
  ])('at $width × $height, by visor_to_davis.py’s rules', async (size) => {
    const video = visorClip({ ...size, frameCount: 2 });
    const masks = drawnMasks(size, 2);
    const content = await writeDataset('visor', { video, names: NAMES, masks });
    const loaded = await loadVisor(blobFile('P01_107.json', content), {
      rule: 'first-frame',
      size,
    });
    const [sequence, ...others] = loaded.sequences;
    expect([others, loaded.dropped, loaded.notices]).toEqual([[], [], []]);
    expect(sequence?.name).toBe('P01_107_seq_00001');
    const nameOf = new Map<number, string>(sequence?.objects.map(({ id, name }) => [id, name]));
    expect(
      sequence?.frames.map(({ stem, masks: own }) => [
        stem,
        Object.fromEntries([...own].map(([id, rle]) => [nameOf.get(id), rleToString(rle)])),
      ]),
    ).toEqual(
      [0, 1].map((frame) => [
        `P01_107_frame_000000000${frame + 1}`,
        paintedMasks(masks, size, frame),
      ]),
    );
  });
});

test('where a size is not the clip’s, masks lose what resizing loses', async () => {
  for (const [size, fewest] of [
    [{ width: 1280, height: 720 }, 0.98],
    [{ width: 3840, height: 2160 }, 0.99],
  ] as const) {
    const video = visorClip({ ...size, frameCount: 2 });
    const [ring] = drawnMasks(size, 1);
    if (ring === undefined) throw new Error('there is a ring');
    const content = await writeDataset('visor', {
      video,
      names: NAMES,
      masks: [ring, { ...ring, frame: frameIndex(1) }],
    });
    const { sequences } = await loadVisor(blobFile('a.json', content), { rule: 'first-frame' });
    const read = sequences[0]?.frames[0]?.masks.get(1) ?? emptyRle(854, 480);
    const iou = rleIou(read, resizeMask(ring.mask, VISOR_SIZE));
    expect(iou).toBeGreaterThan(fewest);
    expect(iou).toBeLessThanOrEqual(1);
  }
});

describe('the form of the release', () => {
  test('has its members, in its order', async () => {
    const video = visorClip({ frameCount: 3 });
    const masks = [
      mask(0, 1, boxMask(video, [10, 20, 13, 22])),
      mask(2, 1, boxMask(video, [1919, 1079, 1920, 1080])),
      mask(2, 2, boxMask(video, [0, 0, 1920, 1080])),
    ];
    const file = await written({ video, names: ['mug', 'left hand'], masks });
    expect(Object.keys(file)).toEqual(['info', 'video_annotations']);
    expect(file.info).toMatchObject({ 'Dataset Name': 'VISOR', Resolution: '1920x1080' });
    const image = (number: number) => ({
      image_path: `P01_107/P01_107_frame_000000000${number}.jpg`,
      name: `P01_107_frame_000000000${number}.jpg`,
      subsequence: 'P01_107_seq_00001',
      video: 'P01_107',
    });
    const mug = { name: 'mug', exhaustive: 'inconclusive', class_id: null };
    expect(file.video_annotations).toEqual([
      {
        image: image(1),
        annotations: [
          {
            id: 'cccccccccccccccccccc000000000001',
            ...mug,
            segments: [
              [
                [10, 20],
                [10, 21],
                [12, 21],
                [12, 20],
              ],
            ],
          },
        ],
      },
      {
        image: image(3),
        annotations: [
          {
            id: 'cccccccccccccccccccc000000020002',
            name: 'left hand',
            exhaustive: 'inconclusive',
            class_id: 300,
            in_contact_object: 'inconclusive',
            segments: [
              [
                [0, 0],
                [0, 1079],
                [1919, 1079],
                [1919, 0],
              ],
            ],
          },
          { id: 'cccccccccccccccccccc000000020001', ...mug, segments: [[[1919, 1079]]] },
        ],
      },
    ]);
  });

  test('a frame without an object has an entry, but none before the first with one', async () => {
    const video = visorClip({ frameCount: 4 });
    const nothing = emptyRle(video.width, video.height);
    const masks = [
      mask(0, 1, nothing),
      mask(1, 1, nothing),
      firstColumns(video, 1, 2),
      mask(3, 1, nothing),
    ];
    const work = { video, names: ['mug'], masks };
    const { video_annotations: frames } = await written(work);
    expect(frames.map(({ image, annotations }) => [image['name'], annotations.length])).toEqual([
      ['P01_107_frame_0000000003.jpg', 1],
      ['P01_107_frame_0000000004.jpg', 0],
    ]);
    const media = new FakeMediaPort();
    await importMasksOf({
      content: JSON.stringify({ info: {}, video_annotations: frames }),
      media,
    });
    expect(media.puts.flat().map(({ frame, mask: read }) => [frame, rleArea(read)])).toEqual([
      [2, 1080],
      [3, 0],
    ]);
  });

  test('hands and gloves have what VISOR’s tools ask of them; no notice is made of it', async () => {
    const names = ['left hand', 'right hand', 'hand', 'foot', 'left glove', 'right glove', 'glove'];
    const video = visorClip({ frameCount: 1 });
    const masks = names.map((_, at) => firstColumns(video, at + 1, 0));
    const content = await writeDataset('visor', { video, names, masks });
    const [frame] = (JSON.parse(await content.text()) as VisorFile).video_annotations;
    expect(frame?.annotations.map(({ name, class_id: id }) => [name, id]).reverse()).toEqual([
      ['left hand', 300],
      ['right hand', 301],
      ['hand', 11],
      ['foot', 302],
      ['left glove', 303],
      ['right glove', 304],
      ['glove', 60],
    ]);
    expect((await importMasksOf({ content })).notices).toEqual([]);
  });
});

describe('names', () => {
  test('objects of one name stay apart, since VISOR’s tools tell them by it', async () => {
    const names = ['mug', 'mug', 'mug 2', 'mug'];
    const video = visorClip({ frameCount: 1 });
    const masks = names.map((_, at) => firstColumns(video, at + 1, 0));
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
    const masks = names.map((_, at) => firstColumns(video, at + 1, 0));
    const content = await writeDataset('visor', { video, names, masks });
    const { objects } = await importMasksOf({ content });
    expect(objects.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  test('that are empty or endless are made fit', async () => {
    const names = ['', 'x'.repeat(5000), 'x'.repeat(4000)];
    const video = visorClip({ frameCount: 1 });
    const masks = names.map((_, at) => firstColumns(video, at + 1, 0));
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
    const masks = [0, 1, 2, 3, 4].map((frame) => mask(frame, 1, boxMask(video, [frame, 0, 9, 9])));
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
      mask(frame, 1, boxMask(video, [0, 0, 1, 1])),
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
    const masks = [0, 1].map((frame) => mask(frame, 1, boxMask(video, [0, 0, 1, 1])));
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

describe('as a stream', () => {
  async function run(video: VideoInfo, media: FakeMediaPort, cancelAt = Infinity) {
    const files = new MemoryExportFiles();
    files.keepsBytes = false;
    const exporter = new ClipExporter({ connect: () => media, files, retainedBytes: 0 });
    const { port1 } = new MessageChannel();
    await exporter.connectMedia(port1);
    port1.close();
    media.onRequest = (start) => void (start >= cancelAt && exporter.cancel());
    const done: number[] = [];
    const format = { kind: 'visor' } as const;
    const outcome = exporter.exportFile(
      buildRequest({ video, prompts: [], summaries: [], format }),
      { kind: 'download' },
      ({ framesDone }) => done.push(framesDone),
    );
    return { outcome: await outcome.catch((error: unknown) => error), done, files };
  }

  const SPECK = { width: 64, height: 36 };
  const specks = (frame: number) => [mask(frame, 1, boxMask(SPECK, [frame % 60, 3, 64, 5]))];

  test('a long clip takes one batch of frames at a time, and says how far it is', async () => {
    const video = buildVideo({ ...SPECK, frameCount: 200 });
    const media = new FakeMediaPort(specks);
    const { outcome, done } = await run(video, media);
    expect(outcome).toMatchObject({ frames: 200 });
    expect(media.maxBatchFrames).toBe(16);
    expect(done).toEqual(Array.from({ length: 13 }, (_, batch) => Math.min(16 * (batch + 1), 200)));
  });

  test('a cancelled one leaves no file', async () => {
    const video = buildVideo({ ...SPECK, frameCount: 2000 });
    const { outcome, files } = await run(video, new FakeMediaPort(specks), 32);
    expect(outcome).toHaveProperty('name', 'AbortError');
    expect(files.sinks.at(-1)?.state).toBe('aborted');
  });

  test.each([
    [640, 480],
    [1080, 1920],
    [1920, 1088],
  ])('a clip of %i × %i is refused with a reason, and no file is left', async (width, height) => {
    const { outcome, files } = await run(buildVideo({ width, height }), new FakeMediaPort());
    expect(outcome).toMatchObject({
      code: 'file-invalid',
      message: `VISOR’s pictures are 16 : 9; “blackswan.mp4” has ${width} × ${height} pixels.`,
    });
    expect(files.sinks.at(-1)?.state).toBe('aborted');
  });
});
