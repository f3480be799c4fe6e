import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { rleArea } from '../../../../src/core/rle.ts';
import type { TruthOutcome, TruthProgress } from '../../../../src/protocol/ground-truth-api.ts';
import { FakeMediaPort } from '../../../helpers/export-fakes.ts';
import { openTruth, visorClip, zipOf } from '../../../helpers/open-truth.ts';
import {
  buildAnnotation,
  buildDenseFrame,
  buildFrame,
  square,
  visorText,
} from '../../../helpers/visor-builders.ts';

/** Of a square of 100 canvas pixels after the resize to 854 × 480; how much depends on its place. */
const SQUARE_PX = 2025;

function show(...names: string[]): object[] {
  return names.map((name, at) => buildAnnotation(name, [square(100 + 300 * at, 100)]));
}

/** Two sequences of two frames; `spoon` comes late and is no object by the first frame's rule. */
const TWO_SEQUENCES = visorText([
  buildFrame(31, { sequence: 2, annotations: show('mug') }),
  buildFrame(11, { annotations: show('mug', 'plate') }),
  buildFrame(21, { annotations: show('spoon', 'plate') }),
  buildFrame(35, { sequence: 2, annotations: show('mug') }),
]);

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Frame and truth ids by the last digits of the stem, by sequence. */
function framesOf({ sequences }: TruthOutcome): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    sequences.map(({ name, frames }) => [
      name,
      Object.fromEntries(
        frames.map(({ stem, frame, truthIds }) => [stem.slice(-4), [frame, ...truthIds]]),
      ),
    ]),
  );
}

/** Areas by truth id of what the decode worker holds, by sequence and frame. */
function truthOf(media: FakeMediaPort): Record<string, Record<number, number>> {
  return Object.fromEntries(
    media.truth.map(({ sequence, frame, masks }) => [
      `${sequence.slice(-5)} ${frame}`,
      Object.fromEntries(masks.map(({ truthId, mask }) => [truthId, rleArea(mask)])),
    ]),
  );
}

describe('a VISOR file', () => {
  test('brings its sequences, objects and masks, each at its frame', async () => {
    const media = new FakeMediaPort();
    const outcome = await openTruth({ files: { 'P01_107.json': TWO_SEQUENCES }, media });
    expect(outcome).toMatchObject({
      name: 'truth',
      kind: 'visor',
      sources: [{ path: 'P01_107.json', sha256: sha256(TWO_SEQUENCES) }],
      unloaded: [],
      notices: [],
      sequences: [
        {
          name: 'P01_107_seq_00001',
          size: { width: 854, height: 480 },
          objects: [
            { truthId: 1, name: 'mug' },
            { truthId: 2, name: 'plate' },
          ],
          match: { matchedCount: 2, sizes: 'scaled', problems: [] },
          dropped: [],
        },
        { name: 'P01_107_seq_00002', objects: [{ truthId: 1, name: 'mug' }] },
      ],
    });
    expect(framesOf(outcome)).toEqual({
      P01_107_seq_00001: { '0011': [10, 1, 2], '0021': [20, 2] },
      P01_107_seq_00002: { '0031': [30, 1], '0035': [34, 1] },
    });
    expect(truthOf(media)).toEqual({
      '00001 10': { 1: SQUARE_PX, 2: SQUARE_PX },
      '00001 20': { 2: SQUARE_PX },
      '00002 30': { 1: SQUARE_PX },
      '00002 34': { 1: SQUARE_PX },
    });
    expect(media.truth.every(({ masks }) => masks.every(({ mask }) => mask.width === 854))).toBe(
      true,
    );
    expect(media.settled.at(-1)).toBe('use');
  });

  test('by the rule of the training set has the entities of all frames, and no short sequence', async () => {
    const outcome = await openTruth({
      files: {
        'P01_107.json': visorText([
          ...[1, 5, 9].map((number) => buildFrame(number, { annotations: show('mug', 'pan') })),
          buildFrame(21, { sequence: 2 }),
          buildFrame(25, { sequence: 2 }),
        ]),
      },
      rule: 'all-frames',
    });
    expect(Object.keys(framesOf(outcome))).toEqual(['P01_107_seq_00001']);
    expect(outcome.unloaded).toEqual([
      {
        name: 'P01_107_seq_00002',
        frameCount: 2,
        matchedCount: 0,
        reason: 'Only 2 of its frames show an object; VISOR asks for 3.',
      },
    ]);
  });

  test('leaves out frames on which no object is annotated or drawn, and says so', async () => {
    const media = new FakeMediaPort();
    const outside = [buildAnnotation('mug', [square(3000, 3000)])];
    const files = {
      'P01_107.json': visorText([
        buildFrame(1, { annotations: show('mug') }),
        buildFrame(3, { annotations: show('spoon') }),
        buildFrame(5, { annotations: outside }),
        buildFrame(7, { annotations: show('mug') }),
      ]),
    };
    const outcome = await openTruth({ files, media });
    const [sequence] = outcome.sequences;
    expect(sequence?.frames.map(({ frame }) => frame)).toEqual([0, 6]);
    expect(sequence?.match).toMatchObject({ matchedCount: 2, rows: [{ frame: 0 }, { frame: 6 }] });
    expect(sequence?.dropped).toEqual([
      expect.stringMatching(/^P01_107_frame_0000000003 is left out/),
      expect.stringMatching(/^P01_107_frame_0000000005 is left out/),
    ]);
    expect(Object.keys(truthOf(media))).toEqual(['00001 0', '00001 6']);
  });

  test('whose sequence is too short once drawn is not loaded', async () => {
    const media = new FakeMediaPort();
    const outside = [buildAnnotation('mug', [square(3000, 3000)])];
    const files = {
      'P01_107.json': visorText([
        buildFrame(1, { annotations: show('mug') }),
        buildFrame(5, { annotations: outside }),
      ]),
    };
    await expect(openTruth({ files, media })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('Only 1 of its frames show an object'),
    });
    expect(media.settled).not.toContain('use');
    expect(media.stagedTruth).toEqual([]);
  });

  test('that lists a frame twice counts the last listing that shows an object', async () => {
    const media = new FakeMediaPort();
    const files = {
      'P01_107.json': visorText([
        buildFrame(1, { annotations: [buildAnnotation('mug', [square(0, 0, 900)])] }),
        buildFrame(1, { annotations: show('mug') }),
        buildFrame(1, { annotations: [] }),
        buildFrame(5, { annotations: show('mug') }),
      ]),
    };
    const outcome = await openTruth({ files, media });
    expect(truthOf(media)['00001 0']).toEqual({ 1: SQUARE_PX });
    expect(outcome.notices).toEqual([expect.stringContaining('listed before')]);
  });

  test('lies elsewhere with an offset', async () => {
    const files = { 'P01_107.json': TWO_SEQUENCES };
    const outcome = await openTruth({ files, offsetFrames: -11 });
    expect(outcome.sequences.map(({ match }) => match.matchedCount)).toEqual([1, 2]);
    expect(framesOf(outcome)['P01_107_seq_00002']).toEqual({ '0031': [19, 1], '0035': [23, 1] });
  });

  test('that is dense and zipped, with tables beside it, is read from the zip', async () => {
    const media = new FakeMediaPort();
    const frames = [11, 12, 13].map((number) => buildDenseFrame(number, 1));
    const zip = zipOf({
      'P01_107_interpolations.json': visorText(frames),
      'frame_mapping.json': JSON.stringify({
        P01_107: Object.fromEntries(
          [11, 12, 13].map((number) => [
            `P01_107_frame_00000000${number}.jpg`,
            `frame_00000000${number + 3}.jpg`,
          ]),
        ),
      }),
    });
    const outcome = await openTruth({ files: { 'P01_107_interpolations.zip': zip }, media });
    expect(framesOf(outcome)['P01_107_seq_00001']).toMatchObject({ '0011': [13, 1] });
    expect(outcome.sequences[0]?.match.rows[0]).toMatchObject({ basis: 'frame-mapping' });
    expect(outcome.sources).toEqual([
      {
        path: 'P01_107_interpolations.zip',
        sha256: sha256(new Uint8Array(await zip.arrayBuffer())),
      },
    ]);
  });
});

describe('which sequences are loaded', () => {
  test('those with frames on the clip; of others it is said why not', async () => {
    const far = [9001, 9011].map((number) => buildFrame(number, { sequence: 7 }));
    const near = [1, 5].map((number) => buildFrame(number));
    const { sequences, unloaded } = await openTruth({
      files: { 'a.json': visorText([...far, ...near]) },
    });
    expect(sequences.map(({ name }) => name)).toEqual(['P01_107_seq_00001']);
    expect(unloaded).toEqual([
      {
        name: 'P01_107_seq_00007',
        frameCount: 2,
        matchedCount: 0,
        reason: expect.stringContaining('is after the clip’s last frame'),
      },
    ]);
  });

  test('none of another video, unless it is named: the user decides', async () => {
    const media = new FakeMediaPort();
    const files = { 'P01_107.json': TWO_SEQUENCES };
    const video = visorClip({ name: 'P02_101.mp4' });
    const told = await openTruth({ files, video, media });
    expect(told.sequences).toEqual([]);
    expect(told.unloaded).toHaveLength(2);
    expect(told.unloaded[0]).toMatchObject({
      matchedCount: 2,
      reason: expect.stringContaining('of the video P01_107; the open clip'),
    });
    expect(media.settled).toEqual([]);
    const chosen = await openTruth({ files, video, media, sequences: ['P01_107_seq_00002'] });
    expect(chosen.sequences.map(({ name }) => name)).toEqual(['P01_107_seq_00002']);
    expect(chosen.sequences[0]?.match.problems).toMatchObject([{ code: 'other-video' }]);
    expect(Object.keys(truthOf(media))).toEqual(['00002 30', '00002 34']);
  });

  test('those that are named alone', async () => {
    const files = { 'P01_107.json': TWO_SEQUENCES };
    const outcome = await openTruth({ files, sequences: ['P01_107_seq_00001'] });
    expect(outcome.sequences.map(({ name }) => name)).toEqual(['P01_107_seq_00001']);
    expect(outcome.unloaded).toMatchObject([
      { name: 'P01_107_seq_00002', matchedCount: 2, reason: 'It was not chosen.' },
    ]);
    await expect(openTruth({ files, sequences: ['P01_107_seq_00009'] })).rejects.toThrow(
      'no sequence “P01_107_seq_00009”',
    );
  });

  test('a named one without a frame on the clip is refused with the reason', async () => {
    const files = { 'P01_107.json': TWO_SEQUENCES };
    const opening = openTruth({ files, sequences: ['P01_107_seq_00001'], offsetFrames: 500 });
    await expect(opening).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('With the offset it is frame 510'),
      hint: expect.stringMatching(/\S/),
    });
  });

  test('of a sparse and a dense file the sparse ones', async () => {
    const dense = Array.from({ length: 15 }, (_, at) => buildDenseFrame(11 + at, 1));
    const outcome = await openTruth({
      files: {
        'VISOR/dense/P01_107_interpolations.json': visorText(dense),
        'VISOR/sparse/P01_107.json': TWO_SEQUENCES,
      },
    });
    expect(outcome.sequences.map(({ frames }) => frames.length)).toEqual([2, 2]);
    expect(outcome.sources.map(({ path }) => path)).toEqual(['VISOR/sparse/P01_107.json']);
    expect(outcome.notices).toEqual([
      expect.stringMatching(/in “P01_107.json” and “P01_107_interpolations.json” were read from/),
    ]);
  });

  test('files that are named after other videos are not read', async () => {
    const outcome = await openTruth({
      files: {
        'val/P01_107.json': TWO_SEQUENCES,
        'val/P02_03.json': '{"info": {}, "video_annotations": [ this is not read',
        'val/P02_09.json': '{"info": {}, "video_annotations": [ nor is this',
        'val/.P01_107.json': 'nor what is hidden',
      },
    });
    expect(outcome.sequences).toHaveLength(2);
    expect(outcome.notices).toEqual([
      '2 annotation files, such as “P02_03.json”, are of other videos and not read.',
    ]);
  });
});

describe('while it is read', () => {
  // Indented, so that it is read in many pieces.
  const manyFrames = JSON.stringify(
    JSON.parse(visorText(Array.from({ length: 200 }, (_, at) => buildDenseFrame(at + 1, 1)))),
    null,
    10,
  );
  const longClip = visorClip({ frameCount: 200 });

  test('progress goes up and ends at its total', async () => {
    const seen: TruthProgress[] = [];
    const files = {
      'P01_107.json': manyFrames,
      'frames_to_timestamps.json': '{"timestamps": {}}',
      'PXX.json': TWO_SEQUENCES,
    };
    await openTruth({ files, video: longClip, onProgress: (progress) => seen.push(progress) });
    const fractions = seen.map(({ bytesDone, bytesTotal }) => bytesDone / bytesTotal);
    expect(fractions.length).toBeGreaterThan(10);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  test('masks go out in batches long before its end', async () => {
    const media = new FakeMediaPort();
    let latest = 0;
    const fractionsAtPut: number[] = [];
    media.onPutTruth = () => void fractionsAtPut.push(latest);
    const onProgress = ({ bytesDone, bytesTotal }: TruthProgress) => {
      latest = bytesDone / bytesTotal;
    };
    const batches: number[] = [];
    const put = media.putTruth.bind(media);
    media.putTruth = async (frames) => {
      batches.push(frames.length);
      await put(frames);
    };
    await openTruth({ files: { 'P01_107.json': manyFrames }, video: longClip, media, onProgress });
    expect(Math.max(...batches)).toBeLessThanOrEqual(32);
    expect(batches.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(fractionsAtPut[0]).toBeLessThan(0.5);
    expect(media.truth).toHaveLength(200);
  });

  // The file is read twice, then hashed: each is a third of the whole.
  test.each([
    ['in the first pass', 0.1, 0, 0],
    ['while masks are put', 0.5, 1, 6],
    ['while files are hashed', 0.7, 6, 6],
  ])('a cancel %s leaves the ground truth before', async (_name, fraction, fewest, most) => {
    const media = new FakeMediaPort();
    await openTruth({ files: { 'P01_107.json': TWO_SEQUENCES }, media });
    const before = media.truth;
    let batches = 0;
    media.onPutTruth = () => void batches++;
    const opening = openTruth({
      files: { 'P01_107.json': manyFrames },
      video: longClip,
      media,
      onProgress: ({ bytesDone, bytesTotal }, exporter) => {
        if (bytesDone / bytesTotal >= fraction) void exporter.cancel();
      },
    });
    await expect(opening).rejects.toHaveProperty('name', 'AbortError');
    expect(batches).toBeGreaterThanOrEqual(fewest);
    expect(batches).toBeLessThanOrEqual(most);
    expect(media.truth).toBe(before);
    expect(media.settled.filter((how) => how === 'use')).toHaveLength(1);
    expect(media.stagedTruth).toEqual([]);
  });

  test('a failure of the decode worker is told and leaves nothing staged', async () => {
    const media = new FakeMediaPort();
    let puts = 0;
    media.onPutTruth = () => {
      if (++puts === 3) throw new Error('the decode worker is gone');
    };
    const opening = openTruth({ files: { 'P01_107.json': manyFrames }, video: longClip, media });
    await expect(opening).rejects.toThrow('the decode worker is gone');
    expect(media.settled).toEqual(['discard', 'discard']);
    expect(media.stagedTruth).toEqual([]);
  });
});
