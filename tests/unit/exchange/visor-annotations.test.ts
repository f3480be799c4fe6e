import { describe, expect, test } from 'vitest';
import type { Size } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { resizeMask } from '../../../src/core/nearest-resizer.ts';
import { emptyRle, rleArea, rleIou, rleToString } from '../../../src/core/rle.ts';
import { VISOR_SIZE } from '../../../src/core/relate-sizes.ts';
import { blobFile } from '../../../src/formats/source-file.ts';
import { loadVisor } from '../../../src/formats/visor/load-visor.ts';
import type { ExportRequest } from '../../../src/protocol/export-api.ts';
import type { VideoInfo } from '../../../src/protocol/media-api.ts';
import { writeDataset } from '../../helpers/dataset-exports.ts';
import { boxMask, buildRequest, buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { exporterFor } from '../../helpers/export-worker.ts';
import { MemoryExportFiles } from '../../helpers/memory-export-files.ts';
import { importMasksOf, visorClip } from '../../helpers/open-truth.ts';
import {
  columnMask,
  drawnMasks,
  maskAt,
  NAMES,
  paintedMasks,
  writtenVisor,
  type VisorFile,
} from '../../helpers/visor-exports.ts';

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
    [{ width: 2560, height: 1440 }, 0.98],
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
      maskAt(0, 1, boxMask(video, [10, 20, 13, 22])),
      maskAt(2, 1, boxMask(video, [1919, 1079, 1920, 1080])),
      maskAt(2, 2, boxMask(video, [0, 0, 1920, 1080])),
    ];
    const file = await writtenVisor({ video, names: ['mug', 'left hand'], masks });
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
      maskAt(0, 1, nothing),
      maskAt(1, 1, nothing),
      columnMask(video, 1, 2),
      maskAt(3, 1, nothing),
    ];
    const work = { video, names: ['mug'], masks };
    const { video_annotations: frames } = await writtenVisor(work);
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
    const masks = names.map((_, at) => columnMask(video, at + 1, 0));
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

describe('as a stream', () => {
  interface Run extends Partial<ExportRequest> {
    readonly cancelAt?: number;
  }

  async function run(
    video: VideoInfo,
    media: FakeMediaPort,
    { cancelAt = Infinity, ...changes }: Run = {},
  ) {
    const files = new MemoryExportFiles();
    files.keepsBytes = false;
    const exporter = await exporterFor(media, { files, retainedBytes: 0 });
    const usedBytes = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = usedBytes();
    let mostBytes = 0;
    media.onRequest = (start) => {
      mostBytes = Math.max(mostBytes, usedBytes() - before);
      if (start >= cancelAt) void exporter.cancel();
    };
    const done: number[] = [];
    const format = { kind: 'visor' } as const;
    const outcome = exporter.exportFile(
      buildRequest({ video, prompts: [], summaries: [], format, ...changes }),
      { kind: 'download' },
      ({ framesDone }) => done.push(framesDone),
    );
    return { outcome: await outcome.catch((error: unknown) => error), done, files, mostBytes };
  }

  const SPECK = { width: 64, height: 36 };
  const specks = (frame: number) => [maskAt(frame, 1, boxMask(SPECK, [frame % 60, 3, 64, 5]))];

  test('a long clip takes one batch of frames at a time, and says how far it is', async () => {
    const video = buildVideo({ ...SPECK, frameCount: 200 });
    const media = new FakeMediaPort(specks);
    const { outcome, done, mostBytes } = await run(video, media);
    expect(outcome).toMatchObject({ frames: 200 });
    expect(media.maxBatchFrames).toBe(16);
    expect(mostBytes).toBeLessThan(128 << 20);
    expect(done).toEqual(Array.from({ length: 13 }, (_, batch) => Math.min(16 * (batch + 1), 200)));
  });

  test('frames before the first with an object are not counted', async () => {
    const video = buildVideo({ ...SPECK, frameCount: 10 });
    const media = new FakeMediaPort((frame) => (frame < 4 ? [] : specks(frame)));
    const prompts = [0, 2].map((frame) => ({
      objectId: objectId(1),
      frame: frameIndex(frame),
      prompts: { kind: 'clicks' as const, points: [] },
    }));
    const { outcome } = await run(video, media, { prompts });
    expect(outcome).toMatchObject({ frames: 6 });
  });

  test('a cancelled one leaves no file', async () => {
    const video = buildVideo({ ...SPECK, frameCount: 2000 });
    const { outcome, files } = await run(video, new FakeMediaPort(specks), { cancelAt: 32 });
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

  test('more objects than VISOR’s tools tell apart are refused, and no file is left', async () => {
    const objectsOf = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        id: objectId(at + 1),
        name: `Object ${at + 1}`,
        color: '#808080',
      }));
    const video = buildVideo({ ...SPECK, frameCount: 1 });
    const most = await run(video, new FakeMediaPort(specks), { objects: objectsOf(254) });
    expect(most.outcome).toMatchObject({ frames: 1 });
    const { outcome, files } = await run(video, new FakeMediaPort(specks), {
      objects: objectsOf(255),
    });
    expect(outcome).toMatchObject({
      code: 'file-invalid',
      message: 'A sequence of VISOR has 254 objects at most; there are 255.',
    });
    expect(files.sinks.at(-1)?.state).toBe('aborted');
  });
});
