import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rleArea } from '../../../../src/core/rle.ts';
import type { TruthOutcome } from '../../../../src/protocol/ground-truth-api.ts';
import { FakeMediaPort } from '../../../helpers/export-fakes.ts';
import { craftMask } from '../../../helpers/mask-files.ts';
import { openTruth, visorClip, zipOf } from '../../../helpers/open-truth.ts';

type Files = Record<string, string | Uint8Array<ArrayBuffer>>;

const SIZE = { width: 6, height: 4 };

/** A mask whose first pixels have these values. */
function mask(...values: number[]): Uint8Array<ArrayBuffer> {
  const samples = Array.from({ length: 24 }, (_, at) => values[at] ?? 0);
  return craftMask({ ...SIZE, samples });
}

/** Two frames of each sequence, 0 and 2; the sequence's own id, and id 9 on the second. */
function davisTree(...sequences: string[]): Files {
  const files: Files = {};
  for (const [at, name] of sequences.entries()) {
    files[`DAVIS/Annotations/480p/${name}/00000.png`] = mask(at + 1, at + 1);
    files[`DAVIS/Annotations/480p/${name}/00002.png`] = mask(at + 1, 9, 9, 255);
  }
  return files;
}

function clip(name: string) {
  return visorClip({ ...SIZE, name, frameCount: 5 });
}

function names({ sequences, unloaded }: TruthOutcome): unknown {
  return { loaded: sequences.map(({ name }) => name), left: unloaded.map(({ name }) => name) };
}

describe('a tree as DAVIS has it', () => {
  test('brings the sequence that is called like the clip', async () => {
    const media = new FakeMediaPort();
    const files = davisTree('bear', 'camel', 'dog');
    const outcome = await openTruth({ files, video: clip('camel.mp4'), media });
    expect(names(outcome)).toEqual({ loaded: ['camel'], left: ['bear', 'dog'] });
    expect(outcome).toMatchObject({
      kind: 'masks',
      sequences: [
        {
          size: SIZE,
          objects: [
            { truthId: 2, name: 'Object 2' },
            { truthId: 9, name: 'Object 9' },
          ],
          frames: [
            { stem: '00000', frame: 0, truthIds: [2] },
            { stem: '00002', frame: 2, truthIds: [2, 9] },
          ],
          match: { matchedCount: 2, sizes: 'same' },
          dropped: [],
        },
      ],
      notices: ['Pixels of value 255 are void and count as background.'],
    });
    expect(outcome.unloaded[0]).toEqual({
      name: 'bear',
      frameCount: 2,
      matchedCount: 2,
      reason: 'Its frames’ names fit other clips too, and the open clip is not called “bear”.',
    });
    expect(
      media.truth.map(({ frame, masks }) => [
        frame,
        ...masks.map(({ truthId, mask: one }) => `${truthId}: ${rleArea(one)}`),
      ]),
    ).toEqual([
      [0, '2: 2'],
      [2, '2: 1', '9: 2'],
    ]);
    const path = 'DAVIS/Annotations/480p/camel/00000.png';
    expect(outcome.sources.map((source) => source.path)).toEqual([
      path,
      'DAVIS/Annotations/480p/camel/00002.png',
    ]);
    const bytes = files[path] ?? '';
    expect(outcome.sources[0]?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('of which none is called like the clip is left to the user', async () => {
    const media = new FakeMediaPort();
    const files = davisTree('bear', 'camel');
    const video = clip('holiday.mp4');
    const outcome = await openTruth({ files, video, media });
    expect(names(outcome)).toEqual({ loaded: [], left: ['bear', 'camel'] });
    expect(media.settled).toEqual([]);
    const chosen = await openTruth({ files, video, media, sequences: ['camel'] });
    expect(names(chosen)).toEqual({ loaded: ['camel'], left: ['bear'] });
    expect(media.truth).toHaveLength(2);
  });

  test('on a folder of pictures with the same names, too, only by the clip’s name', async () => {
    const frameNames = ['00000.jpg', '00001.jpg', '00002.jpg'];
    const video = visorClip({ ...SIZE, name: 'bear', kind: 'frames', frameNames, frameCount: 3 });
    const outcome = await openTruth({ files: davisTree('bear', 'camel'), video });
    expect(names(outcome)).toEqual({ loaded: ['bear'], left: ['camel'] });
  });

  test('with a single sequence is loaded, whatever the clip is called', async () => {
    const outcome = await openTruth({ files: davisTree('bear'), video: clip('holiday.mp4') });
    expect(names(outcome)).toEqual({ loaded: ['bear'], left: [] });
    expect(outcome.sequences[0]?.match.rows[1]).toMatchObject({ frame: 2, basis: 'frame-number' });
  });

  test('in zips: one of the whole tree, or one for each sequence', async () => {
    const whole = { 'DAVIS.zip': zipOf(davisTree('bear', 'camel')) };
    const opened = await openTruth({ files: whole, video: clip('bear.mp4') });
    expect(opened.sources.map(({ path }) => path)).toEqual(['DAVIS.zip']);
    expect(names(opened)).toEqual({ loaded: ['bear'], left: ['camel'] });
    const flat = zipOf({ '00000.png': mask(1), '00001.png': mask(1) });
    const each = { 'bear.zip': flat, 'camel.zip': flat };
    const chosen = await openTruth({ files: each, video: clip('camel.mp4') });
    expect(names(chosen)).toEqual({ loaded: ['camel'], left: ['bear'] });
    expect(chosen.sources.map(({ path }) => path)).toEqual(['camel.zip']);
    const alone = { files: { 'bear.zip': flat }, name: 'bear.zip', video: clip('x.mp4') };
    expect(names(await openTruth(alone))).toEqual({ loaded: ['bear'], left: [] });
  });

  test('single masks, one of which has another size', async () => {
    const single = await openTruth({ files: { '00003.png': mask(4) }, video: clip('a.mp4') });
    expect(single.sequences[0]).toMatchObject({ frames: [{ stem: '00003', frame: 3 }] });
    const other = craftMask({ width: 5, height: 5, samples: Array.from({ length: 25 }, () => 1) });
    const files = { 'a/00000.png': mask(1), 'a/00001.png': other };
    const media = new FakeMediaPort();
    await expect(openTruth({ files, video: clip('a.mp4'), media })).rejects.toThrow(
      'a/00001.png has 5 × 5 pixels',
    );
    expect(media.settled).toEqual([]);
  });
});

describe('a tree as VISOR’s conversion writes it', () => {
  const path = (sequence: number, number: number) =>
    `VISOR_2022/Annotations/480p/P01_107_seq_0000${sequence}/P01_107_frame_00000000${number}.png`;
  const tree: Files = {
    [path(1, 11)]: mask(1, 2),
    [path(1, 21)]: mask(0, 2),
    [path(2, 31)]: mask(1),
    [path(3, 99)]: mask(1),
    'VISOR_2022/val_data_mapping.json': JSON.stringify({
      P01_107_seq_00001: { 1: 'mug', 2: 'plate' },
      P01_107_seq_00002: { 1: 'tea towel/dish towel' },
    }),
    'VISOR_2022/ImageSets/2022/val.txt': 'P01_107_seq_00001',
  };
  const video = visorClip(SIZE);

  test('brings all sequences on the clip, by VISOR’s clock, with their entities’ names', async () => {
    const outcome = await openTruth({ files: tree, video });
    expect(names(outcome)).toEqual({
      loaded: ['P01_107_seq_00001', 'P01_107_seq_00002'],
      left: ['P01_107_seq_00003'],
    });
    expect(outcome.sequences.map(({ objects }) => objects.map(({ name }) => name))).toEqual([
      ['mug', 'plate'],
      ['tea towel/dish towel'],
    ]);
    expect(outcome.sequences[0]?.frames.map(({ frame }) => frame)).toEqual([10, 20]);
    expect(outcome.sources.map((source) => source.path)).toContain(
      'VISOR_2022/val_data_mapping.json',
    );
  });

  test('beside annotations gives way to them', async () => {
    const annotations = JSON.stringify({ info: {}, video_annotations: [] });
    const files = { ...tree, 'VISOR_2022/P01_107.json': annotations, 'VISOR_2022/x.json': '{}' };
    await expect(openTruth({ files, video })).rejects.toThrow('“truth” annotates no frame');
  });
});
