import { describe, expect, test } from 'vitest';
import type { EntityRule } from '../../../../src/core/ground-truth.ts';
import { rleArea } from '../../../../src/core/rle.ts';
import type { GroundTruthSequence } from '../../../../src/formats/ground-truth/ground-truth.ts';
import { DenseRepeats } from '../../../../src/formats/visor/dense-repeats.ts';
import { numberEntities } from '../../../../src/formats/visor/entity-ids.ts';
import { loadVisor } from '../../../../src/formats/visor/load-visor.ts';
import type { VisorFrame } from '../../../../src/formats/visor/visor-annotations.ts';
import { rasterizeVisor } from '../../../../src/formats/visor/visor-raster.ts';
import { surveyVisor } from '../../../../src/formats/visor/visor-survey.ts';
import {
  buildAnnotation,
  buildDenseFrame,
  buildFrame,
  square,
  textFile,
  visorFile,
  visorText,
} from '../../../helpers/visor-builders.ts';

const SPARSE_SIZE = { width: 1920, height: 1080 };

function show(names: readonly string[], at = 100): object[] {
  return names.map((name, index) => buildAnnotation(name, [square(at + 200 * index, at)]));
}

/** Areas by id of each frame, by the last digits of its number. */
function areas({ frames }: GroundTruthSequence): Record<string, Record<number, number>> {
  return Object.fromEntries(
    frames.map(({ stem, masks }) => [
      Number(stem.slice(-4)),
      Object.fromEntries([...masks].map(([id, mask]) => [id, rleArea(mask)])),
    ]),
  );
}

async function load(frames: readonly object[], rule: EntityRule = 'all-frames') {
  return loadVisor(visorFile(frames), { rule, size: SPARSE_SIZE });
}

const SQUARE_PX = 101 * 101;

describe('which entities become objects', () => {
  const frames = [
    buildFrame(30, { annotations: show(['cup', 'spoon']) }),
    buildFrame(10, { annotations: show(['plate', 'cup']) }),
    buildFrame(20, { annotations: show(['plate']) }),
  ];

  test('those of the first frame by path, whatever the order of the file', async () => {
    const { sequences } = await load(frames, 'first-frame');
    expect(sequences[0]?.objects).toEqual([
      { id: 1, name: 'cup' },
      { id: 2, name: 'plate' },
    ]);
    expect(sequences.map(areas)).toEqual([
      {
        10: { 1: SQUARE_PX, 2: SQUARE_PX },
        20: { 2: SQUARE_PX },
        30: { 1: SQUARE_PX },
      },
    ]);
  });

  test('those of any frame', async () => {
    const { sequences } = await load(frames);
    expect(sequences[0]?.objects.map(({ name }) => name)).toEqual(['cup', 'plate', 'spoon']);
    expect(sequences.map(areas)).toMatchObject([{ 30: { 1: SQUARE_PX, 3: SQUARE_PX } }]);
  });

  test('ids go by code point: capitals first, what is past U+FFFF last', async () => {
    const names = ['zebra', 'Scissors', '\u{1F35E}', '\uFF21', 'äpfel'];
    const annotated = [1, 2, 3].map((number) => buildFrame(number, { annotations: show(names) }));
    const { sequences } = await load(annotated);
    expect(sequences[0]?.objects.map(({ name }) => name)).toEqual([
      'Scissors',
      'zebra',
      'äpfel',
      '\uFF21',
      '\u{1F35E}',
    ]);
  });

  test('an entity without segments on the first frame is none; one with an empty polygon is', async () => {
    const first = [buildAnnotation('gone', []), buildAnnotation('dot', [[]]), ...show(['cup'])];
    const { sequences } = await load(
      [
        buildFrame(1, { annotations: first }),
        buildFrame(2, { annotations: show(['gone', 'cup']) }),
      ],
      'first-frame',
    );
    expect(sequences[0]?.objects.map(({ name }) => name)).toEqual(['cup', 'dot']);
    // The empty polygon is the pixel (0, 0).
    expect(sequences.map(areas)).toMatchObject([{ 1: { 2: 1 } }]);
  });

  test('a name twice in a frame is one object', async () => {
    const twice = [...show(['plate']), buildAnnotation('plate', [square(900, 500)])];
    const { sequences } = await load([1, 2, 3].map((n) => buildFrame(n, { annotations: twice })));
    expect(sequences.map(areas)).toMatchObject([{ 1: { 1: 2 * SQUARE_PX } }]);
  });

  test('later entities cover earlier ones; those without an id cover nothing', async () => {
    const first = buildFrame(1, { annotations: show(['plate']) });
    const covered = [
      buildAnnotation('plate', [square(100, 100)]),
      buildAnnotation('hand', [square(100, 100)]),
    ];
    const frames = [first, buildFrame(2, { annotations: covered })];
    const kept = await load(frames, 'first-frame');
    expect(kept.sequences.map(areas)).toMatchObject([{ 2: { 1: SQUARE_PX } }]);
    const all = await load([...frames, buildFrame(3)]);
    expect(all.sequences.map(areas)).toMatchObject([{ 2: { 1: SQUARE_PX } }]);
    expect(all.sequences[0]?.objects[0]?.name).toBe('hand');
  });

  test('a sequence that is interrupted starts again', async () => {
    const frames = [
      buildFrame(1, { annotations: show(['plate']) }),
      buildFrame(2, { sequence: 2, annotations: show(['cup']) }),
      buildFrame(3, { annotations: show(['spoon', 'plate']) }),
    ];
    const { entityIds } = await load(frames, 'first-frame');
    expect([...entityIds].map(([sequence, ids]) => [sequence.slice(-1), [...ids.keys()]])).toEqual([
      ['1', ['plate', 'spoon']],
      ['2', ['cup']],
    ]);
  });

  test('more entities than a PNG has ids', async () => {
    const names = Array.from({ length: 255 }, (_, i) => `entity ${i}`);
    const annotations = names.map((name) => buildAnnotation(name, [square(0, 0)]));
    await expect(load([buildFrame(1, { annotations })])).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('has 255 entities; a PNG holds 254'),
    });
  });
});

describe('what is dropped is told', () => {
  test('frames without any object, and sequences that are too short for it', async () => {
    const frames = [
      buildFrame(1),
      buildFrame(2, { annotations: show(['cup']) }),
      buildFrame(3),
      buildFrame(4, { sequence: 2 }),
    ];
    const { sequences, dropped, entityIds } = await load(frames, 'first-frame');
    expect(sequences.map(areas)).toEqual([{ 1: { 1: SQUARE_PX }, 3: { 1: SQUARE_PX } }]);
    expect(dropped).toEqual([
      {
        sequence: 'P01_107_seq_00001',
        stem: 'P01_107_frame_0000000002',
        reason: 'None of the objects is to be seen.',
      },
      {
        sequence: 'P01_107_seq_00002',
        reason: 'Only 1 of its frames show an object; VISOR asks for 2.',
      },
    ]);
    expect([...entityIds.keys()]).toHaveLength(2);
  });

  test('all frames ask for three', async () => {
    const two = [buildFrame(1), buildFrame(2)];
    expect((await load(two)).sequences).toEqual([]);
    expect((await load([...two, buildFrame(3)])).sequences).toHaveLength(1);
  });

  test('wholly outside of the image is not to be seen', async () => {
    const away = [buildAnnotation('plate', [square(2500, -400)])];
    const { dropped } = await load([buildFrame(1), buildFrame(2, { annotations: away })]);
    expect(dropped[0]?.stem).toBe('P01_107_frame_0000000002');
  });

  test('too thin to outlive resizing is a frame without masks, not a dropped one', async () => {
    const thin = [buildAnnotation('plate', [[[1, 1]]])];
    const frames = [buildFrame(1), buildFrame(2, { annotations: thin }), buildFrame(3)];
    const { sequences, dropped } = await loadVisor(visorFile(frames), { rule: 'all-frames' });
    expect(dropped).toEqual([]);
    expect(sequences.map(areas)).toMatchObject([{ 2: {} }]);
    expect(sequences[0]?.size).toEqual({ width: 854, height: 480 });
  });

  test('a sparse frame that is listed twice: the last that shows something counts', async () => {
    const listings = [
      buildFrame(1),
      buildFrame(2, { annotations: show(['plate']) }),
      buildFrame(2, { annotations: [buildAnnotation('plate', [square(500, 500, 50)])] }),
      buildFrame(2, { annotations: [] }),
      buildFrame(3),
    ];
    const { sequences, notices } = await load(listings);
    expect(sequences.map(areas)).toMatchObject([{ 2: { 1: 51 * 51 } }]);
    expect(notices).toEqual([expect.stringContaining('2 entries')]);
  });
});

describe('dense files', () => {
  const plate = buildAnnotation('plate', [square(10, 10)], { type: 1 });

  test('runs that share a frame are joined: equal masks once, others both', async () => {
    const again = buildAnnotation('plate', [square(10, 10)], { type: 1, id: 'another' });
    const cup = buildAnnotation('cup', [square(300, 10)], { type: 1 });
    const frames = [
      buildDenseFrame(3, 2, { annotations: [again, cup] }),
      buildDenseFrame(2, 1, { annotations: [plate] }),
      buildDenseFrame(3, 1, { annotations: [plate] }),
      buildDenseFrame(4, 2, { annotations: [cup] }),
    ];
    const file = visorFile(frames);
    const { sequences, notices } = await loadVisor(file, { rule: 'all-frames' });
    expect(notices).toEqual([]);
    expect(sequences.map(areas)).toEqual([
      { 2: { 2: SQUARE_PX }, 3: { 1: SQUARE_PX, 2: SQUARE_PX }, 4: { 1: SQUARE_PX } },
    ]);
    // Joined frames come once.
    const survey = await surveyVisor(file);
    const plan = { survey, entityIds: numberEntities(survey, 'all-frames') };
    const stems: string[] = [];
    for await (const { stem } of rasterizeVisor(file, plan)) stems.push(stem.slice(-1));
    expect(stems).toEqual(['2', '3', '4']);
  });

  test('the first frame’s entities are those of all its listings', async () => {
    const cup = buildAnnotation('cup', [square(300, 10)]);
    const frames = [
      buildDenseFrame(1, 1, { annotations: [plate] }),
      buildDenseFrame(1, 2, { annotations: [cup] }),
      buildDenseFrame(2, 1, { annotations: [plate, cup] }),
    ];
    const { sequences } = await loadVisor(visorFile(frames), { rule: 'first-frame' });
    expect(sequences[0]?.objects.map(({ name }) => name)).toEqual(['cup', 'plate']);
  });

  test('far repeats are held only so long as memory allows', () => {
    const stems = Array.from({ length: 40 }, (_, i) => `frame ${i}`);
    const frame = (path: string): VisorFrame => ({
      path,
      name: path,
      sequence: 's',
      video: 'v',
      canvas: 'dense',
      annotations: [{ name: 'plate', segments: [new Float64Array(1000)] }],
    });
    const twice = new Map(stems.map((stem) => [stem, 2]));
    const near = new DenseRepeats(twice, 32_000);
    for (const stem of stems) {
      expect(near.join(frame(stem))).toBeUndefined();
      expect(near.join(frame(stem))?.annotations).toHaveLength(1);
    }
    const far = new DenseRepeats(twice, 32_000);
    expect(() => stems.map((stem) => far.join(frame(stem)))).toThrow('repeats too many frames');
  });
});

test('only the sequences that are asked for', async () => {
  const frames = [1, 2, 3, 4, 5, 6].map((n) => buildFrame(n, { sequence: n % 2 }));
  const wanted = new Set(['P01_107_seq_00001']);
  const truth = await loadVisor(visorFile(frames), { rule: 'all-frames', sequences: wanted });
  expect(truth.sequences.map(({ name }) => name)).toEqual([...wanted]);
  expect(truth.entityIds.size).toBe(2);
});

test('progress over both passes, or one when the survey is there; cancelling', async () => {
  const file = visorFile([1, 2, 3].map((number) => buildFrame(number)));
  for (const survey of [undefined, await surveyVisor(file)]) {
    const seen: number[] = [];
    await loadVisor(file, {
      rule: 'all-frames',
      ...(survey && { survey }),
      onProgress: ({ bytesDone, bytesTotal }) => seen.push(bytesDone / bytesTotal),
    });
    expect(seen).toEqual(survey === undefined ? [0.5, 1] : [1]);
  }
  const signal = AbortSignal.abort();
  await expect(loadVisor(file, { rule: 'all-frames', signal })).rejects.toHaveProperty(
    'name',
    'AbortError',
  );
});

test('an empty file has no sequences', async () => {
  const truth = await loadVisor(textFile(visorText([])), { rule: 'first-frame' });
  expect(truth).toMatchObject({ sequences: [], dropped: [], notices: [] });
});
