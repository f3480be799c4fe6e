import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { emptyRle, rleArea } from '../../../src/core/rle.ts';
import { FakeMediaPort } from '../../helpers/export-fakes.ts';
import { craftMask } from '../../helpers/mask-files.ts';
import { importMasksOf, visorClip, zipOf } from '../../helpers/open-truth.ts';
import {
  buildAnnotation,
  buildDenseFrame,
  buildFrame,
  square,
  visorText,
} from '../../helpers/visor-builders.ts';

const SQUARE_PX = 101 * 101;

function show(...names: string[]): object[] {
  return names.map((name, at) => buildAnnotation(name, [square(100 + 300 * at, 100)]));
}

/** Areas by frame and object of all masks that were put. */
function areas(media: FakeMediaPort): Record<number, Record<number, number>> {
  const byFrame: Record<number, Record<number, number>> = {};
  for (const { frame, objectId: id, mask } of media.puts.flat()) {
    (byFrame[frame] ??= {})[id] = rleArea(mask);
  }
  return byFrame;
}

const TWO_SEQUENCES = visorText([
  buildFrame(11, { annotations: show('mug', 'plate') }),
  buildFrame(21, { annotations: show('spoon') }),
  buildFrame(31, { sequence: 2, annotations: show('mug') }),
  buildFrame(5001, { sequence: 3, annotations: show('door') }),
]);

describe('VISOR annotations as masks of the user', () => {
  test('each entity of each sequence on the clip is an object, at the clip’s size', async () => {
    const media = new FakeMediaPort();
    const outcome = await importMasksOf({ content: TWO_SEQUENCES, media });
    expect(outcome.objects).toEqual([
      { id: 1, name: 'mug · seq_00001', color: '#800000' },
      { id: 2, name: 'plate', color: '#008000' },
      { id: 3, name: 'spoon', color: '#808000' },
      { id: 4, name: 'mug · seq_00002', color: '#000080' },
    ]);
    expect(areas(media)).toEqual({
      10: { 1: SQUARE_PX, 2: SQUARE_PX, 3: 0 },
      20: { 1: 0, 2: 0, 3: SQUARE_PX },
      30: { 4: SQUARE_PX },
    });
    expect(outcome.prompts).toEqual([]);
    expect(outcome.notices).toEqual(['Of 3 sequences, 2 on the clip were imported.']);
    expect(outcome.summaries.map(({ frame, objectId: id, areaPx }) => [frame, id, areaPx])).toEqual(
      [
        [10, 1, SQUARE_PX],
        [10, 2, SQUARE_PX],
        [10, 3, 0],
        [20, 1, 0],
        [20, 2, 0],
        [20, 3, SQUARE_PX],
        [30, 4, SQUARE_PX],
      ],
    );
    expect(outcome.summaries.every(({ origin }) => origin === 'imported')).toBe(true);
    expect(await media.maskOf(objectId(1), frameIndex(20))).toEqual(emptyRle(1920, 1080));
  });

  test('a single sequence keeps VISOR’s ids and plain names', async () => {
    const content = visorText([
      buildFrame(1, { annotations: show('b', 'a') }),
      buildFrame(3, { annotations: show('c') }),
    ]);
    const { objects } = await importMasksOf({ content });
    expect(objects.map(({ id, name }) => [id, name])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
  });

  test('entities that are only on frames off the clip are no objects; such frames are told', async () => {
    const content = visorText([
      buildFrame(1, { annotations: show('mug') }),
      buildFrame(901, { annotations: show('late') }),
    ]);
    const { objects, notices } = await importMasksOf({ content });
    expect(objects.map(({ name }) => name)).toEqual(['mug']);
    expect(notices).toEqual([
      expect.stringMatching(
        /^1 of 2 frames were left out, such as P01_107_frame_0000000901: Its time/,
      ),
    ]);
  });

  test('dense annotations on a larger clip are resized by nearest neighbour', async () => {
    const media = new FakeMediaPort();
    const content = visorText([
      buildDenseFrame(1, 1, { annotations: [buildAnnotation('mug', [square(10, 10, 20)])] }),
    ]);
    await importMasksOf({ content, media, video: visorClip({ width: 1708, height: 960 }) });
    expect(areas(media)).toEqual({ 0: { 1: 4 * 21 * 21 } });
  });

  test('a frame listed twice counts once: the last listing that shows an object', async () => {
    const media = new FakeMediaPort();
    const content = visorText([
      buildFrame(1, { annotations: [buildAnnotation('mug', [square(100, 100, 200)])] }),
      buildFrame(1, { annotations: show('mug') }),
      buildFrame(1, { annotations: [] }),
    ]);
    const { summaries } = await importMasksOf({ content, media });
    expect(areas(media)).toEqual({ 0: { 1: SQUARE_PX } });
    expect(summaries).toHaveLength(1);
  });

  test('what is too much to keep is drawn again, with the same outcome', async () => {
    const [kept, redrawn] = [new FakeMediaPort(), new FakeMediaPort()];
    const first = await importMasksOf({ content: TWO_SEQUENCES, media: kept });
    const second = await importMasksOf({
      content: TWO_SEQUENCES,
      media: redrawn,
      retainedBytes: 0,
    });
    expect(second).toEqual(first);
    expect(redrawn.puts).toEqual(kept.puts);
  });

  test('in a zip, with the table of EPIC-KITCHENS’ frames', async () => {
    const media = new FakeMediaPort();
    const frame = 'P01_107_frame_0000000011';
    const content = zipOf({
      'dense/P01_107_interpolations.json': visorText([buildDenseFrame(11, 1)]),
      'dense/frame_mapping.json': JSON.stringify({
        P01_107: { [`${frame}.jpg`]: 'frame_0000000014.jpg' },
      }),
    });
    await importMasksOf({ content, media });
    expect(Object.keys(areas(media))).toEqual(['13']);
  });

  test('progress goes up to the clip’s number of frames', async () => {
    const done: number[] = [];
    await importMasksOf({
      content: TWO_SEQUENCES,
      onProgress: ({ framesDone, framesTotal }) => {
        expect(framesTotal).toBe(40);
        done.push(framesDone);
      },
    });
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBe(40);
  });
});

describe('a VISOR tree of PNGs in a zip', () => {
  const SIZE = { width: 12, height: 8 };
  const png = (value: number) =>
    craftMask({ ...SIZE, samples: Array.from({ length: 96 }, (_, at) => (at < 5 ? value : 0)) });
  const path = (sequence: number, number: number) =>
    `VISOR_2022/Annotations/480p/P01_107_seq_0000${sequence}/P01_107_frame_00000000${number}.png`;

  test('brings the sequences on the clip, with the names of its table, resized', async () => {
    const media = new FakeMediaPort();
    const content = zipOf({
      [path(1, 11)]: png(1),
      [path(1, 21)]: png(2),
      [path(2, 31)]: png(1),
      [path(3, 91)]: png(1),
      'VISOR_2022/val_data_mapping.json': JSON.stringify({
        P01_107_seq_00001: { 1: 'mug', 2: 'plate' },
        P01_107_seq_00002: { 1: 'mug' },
      }),
    });
    const video = visorClip({ width: 24, height: 16 });
    const outcome = await importMasksOf({ content, media, video });
    expect(outcome.objects.map(({ id, name }) => [id, name])).toEqual([
      [1, 'mug · seq_00001'],
      [2, 'plate'],
      [3, 'mug · seq_00002'],
    ]);
    expect(areas(media)).toEqual({ 10: { 1: 20, 2: 0 }, 20: { 1: 0, 2: 20 }, 30: { 3: 20 } });
    expect(outcome.notices).toEqual([
      'Of 3 sequences, only “P01_107_seq_00001”, “P01_107_seq_00002” were imported.',
      'The masks have 12 × 8 pixels and were resized to the clip’s 24 × 16.',
    ]);
  });

  test('of another video is refused', async () => {
    const media = new FakeMediaPort();
    const content = zipOf({ [path(1, 11)]: png(1) });
    const video = visorClip({ ...SIZE, name: 'P02_03.mp4' });
    await expect(importMasksOf({ content, media, video })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('of the video P01_107; the open clip'),
    });
    expect(media.puts).toEqual([]);
  });
});

describe('refused, and nothing changes', () => {
  test.each([
    [
      'another video',
      { content: TWO_SEQUENCES, video: visorClip({ name: 'P02_03.mp4' }) },
      /of the video P01_107/,
    ],
    [
      'another shape of picture',
      { content: TWO_SEQUENCES, video: visorClip({ width: 640, height: 640 }) },
      /another shape of picture/,
    ],
    [
      'frames off the clip',
      { content: visorText([buildFrame(9001)]) },
      /No frame of the ground truth lies on the open clip/,
    ],
    ['no frames', { content: visorText([]) }, /annotates no frame/],
    [
      'more objects than there are ids',
      {
        content: visorText(
          [1, 2].map((sequence) =>
            buildFrame(10 * sequence, {
              sequence,
              annotations: Array.from({ length: 128 }, (_, at) =>
                buildAnnotation(`thing ${at}`, [square(at, at, 5)]),
              ),
            }),
          ),
        ),
      },
      /2 sequences on the clip have 256 objects; there are ids for 255/,
    ],
  ])('%s', async (_name, given, message) => {
    const media = new FakeMediaPort();
    await expect(importMasksOf({ ...given, media })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\S/),
    });
    expect(media.puts).toEqual([]);
  });

  test('cancelled while it is drawn', async () => {
    const media = new FakeMediaPort();
    const done = importMasksOf({
      content: TWO_SEQUENCES,
      media,
      onProgress: ({ framesDone }, exporter) => {
        if (framesDone > 20) void exporter.cancel();
      },
    });
    await expect(done).rejects.toHaveProperty('name', 'AbortError');
    expect(media.puts).toEqual([]);
  });
});
