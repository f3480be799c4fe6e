import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { rleArea, rleFromString, rleToString } from '../../../src/core/rle.ts';
import { buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { importMasksOf, openTruth, zipOf } from '../../helpers/open-truth.ts';

const SAV_SAMPLE = '../shared/samples/sav_example/sav_000001_manual.json';
const SIZE = { width: 24, height: 16 };
const CLIP = buildVideo({ frameCount: 3 });
/** A square of 4 × 4 pixels at (2, 2). */
const SQUARE = [2, 2, 6, 2, 6, 6, 2, 6];
const SQUARE_PX = 16;

type Json = Readonly<Record<string, unknown>>;

function image(id: number | string, fileName: string, more: Json = {}): Json {
  return { id, file_name: fileName, ...SIZE, ...more };
}

function annotation(imageId: number | string, more: Json = {}): Json {
  return { id: 1, image_id: imageId, category_id: 7, segmentation: [SQUARE], ...more };
}

function coco(images: readonly Json[], annotations: readonly Json[], more: Json = {}): string {
  return JSON.stringify({
    licenses: [],
    categories: [{ id: 7, name: 'bird' }],
    images,
    annotations,
    ...more,
  });
}

async function read(content: string, name = 'instances.json', video = CLIP) {
  const media = new FakeMediaPort();
  const outcome = await importMasksOf({ content, name, video, media });
  const areas = media.puts
    .flat()
    .map(({ objectId, frame, mask }) => [objectId as number, frame as number, rleArea(mask)]);
  return { ...outcome, names: outcome.objects.map(({ name: object }) => object), areas };
}

const TWO = [image(1, 'a/00000.jpg'), image(2, 'a/00002.jpg')];

describe('COCO of other tools', () => {
  test('polygons, of a category that is one object', async () => {
    const { names, areas } = await read(coco(TWO, [annotation(1), annotation(2)]));
    expect(names).toEqual(['bird']);
    expect(areas).toEqual([
      [1, 0, SQUARE_PX],
      [1, 2, SQUARE_PX],
    ]);
  });

  test('CVAT’s tracks tell objects of one category apart; absent on a frame is absent', async () => {
    const track = (id: number) => ({ attributes: { occluded: false, track_id: id } });
    const { names, areas } = await read(
      coco(TWO, [
        annotation(1, track(0)),
        annotation(1, { ...track(5), segmentation: [[10, 2, 12, 2, 12, 4, 10, 4]] }),
        annotation(2, track(5)),
      ]),
    );
    expect(names).toEqual(['bird', 'bird']);
    expect(areas).toEqual([
      [1, 0, SQUARE_PX],
      [2, 0, 4],
      [1, 2, 0],
      [2, 2, SQUARE_PX],
    ]);
  });

  test('run lengths as numbers, with empty runs, and crowds', async () => {
    const counts = [0, 0, 16, 16, 0, 16, 16 * 21];
    const { areas } = await read(
      coco(
        [TWO[0] ?? {}],
        [annotation(1, { iscrowd: 1, segmentation: { size: [16, 24], counts } })],
      ),
    );
    expect(areas).toEqual([[1, 0, 32]]);
  });

  test('several masks of a category on a single image are objects of their own', async () => {
    const { names } = await read(coco(TWO, [annotation(1), annotation(1)]));
    expect(names).toEqual(['bird', 'bird']);
  });

  test('videos frame by frame, of which the clip’s is taken', async () => {
    const videos = [
      { id: 1, name: 'other' },
      { id: 2, name: 'blackswan' },
    ];
    const { areas, notices } = await read(
      coco(
        [image(1, 'x/00001.jpg', { video_id: 1 }), image(2, 'y/00001.jpg', { video_id: 2 })],
        [annotation(1, { instance_id: 1 }), annotation(2, { instance_id: 4 })],
        { videos },
      ),
    );
    expect(areas).toEqual([[4, 1, SQUARE_PX]]);
    expect(notices).toEqual(['Of 2 sequences, 1 on the clip were imported.']);
  });

  test('boxes without masks are counted, and refused where there is nothing else', async () => {
    const box = { segmentation: undefined, bbox: [1, 1, 2, 2] };
    const { notices } = await read(coco(TWO, [annotation(1), annotation(2, box)]));
    expect(notices).toEqual(['1 of 2 annotations have no mask.']);
    await expect(read(coco(TWO, [annotation(1, box)]))).rejects.toThrow('boxes or points');
  });

  test('in a zip, beside other JSON, and with a byte-order mark', async () => {
    const content = coco(TWO, [annotation(1)]);
    expect((await read(`\uFEFF${content}`)).names).toEqual(['bird']);
    const zip = zipOf({ 'annotations/instances_default.json': content });
    const outcome = await importMasksOf({ content: zip, name: 'cvat.zip', video: CLIP });
    expect(outcome.objects).toHaveLength(1);
  });
});

test('YouTube-VIS as released: no names, run lengths as numbers, tracks by annotation', async () => {
  const rle = { size: [16, 24], counts: [0, 16, 16 * 23] };
  const content = JSON.stringify({
    info: {},
    videos: [
      { id: 3, ...SIZE, length: 2, file_names: ['0043f083b5/00000.jpg', '0043f083b5/00001.jpg'] },
    ],
    categories: [{ id: 7, name: 'seal' }],
    annotations: [
      { id: 900, video_id: 3, category_id: 7, iscrowd: 0, segmentations: [null, rle] },
      { id: 12, video_id: 3, category_id: 7, iscrowd: 0, segmentations: [rle, null] },
    ],
  });
  const { areas, names } = await read(content);
  expect(names).toEqual(['seal', 'seal']);
  expect(areas).toEqual([
    [1, 0, 16],
    [2, 0, 0],
    [1, 1, 0],
    [2, 1, 16],
  ]);
});

test('SA-V’s own file lies on every fourth frame', async (context) => {
  let text: string;
  try {
    text = readFileSync(SAV_SAMPLE, 'utf8');
  } catch {
    context.skip(`${SAV_SAMPLE} is absent`);
    return;
  }
  const video = buildVideo({ name: 'sav_000001.mp4', width: 480, height: 848, frameCount: 483 });
  const media = new FakeMediaPort();
  const files = { 'sav_000001_manual.json': text };
  const { sequences } = await openTruth({ files, video, media });
  const [sequence] = sequences;
  expect(sequence?.name).toBe('sav_000001');
  expect(sequence?.objects).toHaveLength(5);
  expect(sequence?.frames.map(({ frame }) => frame)).toEqual(
    Array.from({ length: 121 }, (_, at) => 4 * at),
  );
  const sample: { masklet: { counts: string }[][] } = JSON.parse(text);
  for (const { frame, masks } of media.truth) {
    const own = (sample.masklet[frame / 4] ?? []).map(({ counts }) =>
      rleFromString(counts, 480, 848),
    );
    expect(new Map(masks.map(({ truthId, mask }) => [truthId, rleToString(mask)]))).toEqual(
      new Map(
        own.flatMap((mask, at) =>
          rleArea(mask) > 0 ? [[at + 1, rleToString(mask)] as const] : [],
        ),
      ),
    );
  }
  const both = { ...files, 'sav_000001_auto.json': text };
  const { unloaded } = await openTruth({ files: both, video });
  expect(unloaded.map(({ name }) => name)).toEqual([
    'sav_000001 · sav_000001_manual',
    'sav_000001 · sav_000001_auto',
  ]);
});

test('a COCO file that is no VISOR file is called what it is', async () => {
  const content = coco([image(1, 'far_away_99999.jpg')], [annotation(1)]);
  await expect(openTruth({ files: { 'a.json': content }, video: CLIP })).rejects.toMatchObject({
    message: expect.stringContaining('No frame of the ground truth lies on the open clip'),
  });
});

const HUGE = { size: [60_000, 60_000], counts: [3_600_000_000] };

describe('hostile annotations are refused by name and place, and change nothing', () => {
  const segmented = (segmentation: unknown) => coco(TWO, [annotation(1, { segmentation })]);
  test.each<[string, string, RegExp]>([
    ['truncated', coco(TWO, [annotation(1)]).slice(0, -9), /ends too early, in annotations/],
    [
      'counts too few',
      segmented({ size: [16, 24], counts: [3] }),
      /annotations\[0\]\.segmentation\.counts does not describe 24 × 16/,
    ],
    [
      'counts too many',
      segmented({ size: [16, 24], counts: [3, 900] }),
      /does not describe 24 × 16/,
    ],
    [
      'a negative count',
      segmented({ size: [16, 24], counts: [300, -16, 100] }),
      /annotations\[0\].*no whole number from 0: item 1/,
    ],
    ['a count that is a text', segmented({ size: [16, 24], counts: [384, '0'] }), /item 1/],
    [
      'text that is no run lengths',
      segmented({ size: [16, 24], counts: '~~~~' }),
      /annotations\[0\].*does not describe/,
    ],
    ['a huge mask', segmented(HUGE), /larger than 8K/],
    [
      'a huge image',
      coco([image(1, 'a.jpg', { width: 65_000, height: 65_000 })], []),
      /images\[0\] has 65000 × 65000/,
    ],
    [
      'an image of no size',
      coco([image(1, 'a.jpg', { width: -3 })], []),
      /images\[0\] has -3 × 16/,
    ],
    [
      'a mask of another size than its image',
      segmented({ size: [16, 16], counts: [256] }),
      /annotations\[0\] has a mask of 16 × 16/,
    ],
    ['a polygon of two points', segmented([[1, 1, 2, 2]]), /three points/],
    ['a polygon of an odd number', segmented([[1, 1, 2, 2, 3, 3, 4]]), /three points/],
    ['a polygon of texts', segmented([[1, 1, 2, 2, 3, 'x']]), /item 5 is not/],
    ['a polygon far away', segmented([[1, 1, 1e9, 2, 3, 3]]), /item 2 is not/],
    [
      'a polygon that takes hours',
      segmented([Array.from({ length: 400 }, (_, at) => (at % 4 < 2 ? 9e5 : -9e5))]),
      /outlines of more than/,
    ],
    ['an image that is not there', coco(TWO, [annotation(9)]), /annotations\[0\]\.image_id is 9/],
    [
      'a category that is not there',
      coco(TWO, [annotation(1, { category_id: 9 })]),
      /annotations\[0\]\.category_id is 9/,
    ],
    [
      'one id for two images',
      coco([image(1, 'a.jpg'), image(1, 'b.jpg')], []),
      /images\[1\] has the id 1/,
    ],
    [
      'two images for a frame',
      coco([image(1, '0.jpg'), image(2, '0.png')], [annotation(1)]),
      /two pictures for one frame/,
    ],
    [
      'a track twice on an image',
      coco(TWO, [annotation(1, { track_id: 3 }), annotation(1, { track_id: 3 })]),
      /annotations\[1\] is a second mask of one object/,
    ],
    [
      'objects that nobody can tell apart',
      coco(TWO, [annotation(1), annotation(1), annotation(2)]),
      /annotations\[1\] is a second mask of the category 7/,
    ],
    ['no images', '{"annotations": []}', /has no member “images”/],
    ['images that are no list', '{"images": {}}', /images must be an array/],
    ['nesting', `{"images": ${'['.repeat(50_000)}`, /nested more than 16 deep/],
    ['SA-V without masks', '{"video_id": "a"}', /no member “masklet”/],
    [
      'SA-V with uneven frames',
      JSON.stringify({ video_id: 'a', masklet: [[], [{ size: [16, 24], counts: [384] }]] }),
      /masklet\[1\] has 1 masks/,
    ],
    [
      'SA-V of a wrong length',
      JSON.stringify({
        video_id: 'a',
        video_frame_count: 9,
        masklet: [[{ size: [16, 24], counts: [384] }]],
      }),
      /masklet has 1 frames; a video of 9/,
    ],
    [
      'a video with a list too short',
      JSON.stringify({
        videos: [{ id: 1, ...SIZE, file_names: ['0.jpg', '1.jpg'] }],
        annotations: [{ id: 1, video_id: 1, segmentations: [null] }],
      }),
      /annotations\[0\]\.segmentations has 1 items; its video has 2/,
    ],
  ])('%s', async (_, content, message) => {
    const media = new FakeMediaPort();
    const name = 'hostile.json';
    const importing = importMasksOf({ content, name, video: CLIP, media });
    await expect(importing).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\S/),
    });
    await expect(importing).rejects.toThrow(name);
    await expect(importing).rejects.toBeInstanceOf(StudioError);
    await expect(
      openTruth({ files: { [name]: content }, video: CLIP, media }),
    ).rejects.toMatchObject({ code: 'file-invalid', message: expect.stringMatching(message) });
    expect(media.puts).toEqual([]);
    expect(media.settled).not.toContain('use');
  });

  test('more objects than there are ids', async () => {
    const many = Array.from({ length: 256 }, (_, at) => annotation(1, { track_id: at }));
    await expect(read(coco(TWO, many))).rejects.toThrow('has 256 objects; there are ids for 255');
  });

  test('a PNG of two objects in the folder of one', async () => {
    const { craftMask } = await import('../../helpers/mask-files.ts');
    const png = (value: number) =>
      craftMask({
        ...SIZE,
        kind: 'greyscale',
        samples: Array.from({ length: 384 }, (_, at) => (at < 9 ? 1 : value)),
      });
    const zip = zipOf({ 'v/000/00000.png': png(2), 'v/001/00000.png': png(0) });
    await expect(importMasksOf({ content: zip, name: 'a.zip', video: CLIP })).rejects.toThrow(
      'v/000/00000.png holds more than one object',
    );
  });
});

test('SA-V’s folders, whose objects count from 0, and masks of 1', async () => {
  const { craftMask } = await import('../../helpers/mask-files.ts');
  const png = (count: number) =>
    craftMask({
      ...SIZE,
      bitDepth: 1,
      samples: Array.from({ length: 384 }, (_, at) => Number(at < count)),
    });
  const media = new FakeMediaPort();
  const files = {
    'sav_val.zip': zipOf({
      'Annotations_6fps/sav_1/000/00000.png': png(5),
      'Annotations_6fps/sav_1/001/00000.png': png(9),
      'Annotations_6fps/sav_1/001/00002.png': png(3),
    }),
  };
  const { sequences } = await openTruth({ files, video: CLIP, media });
  expect(sequences[0]?.objects).toEqual([
    { truthId: 1, name: '000' },
    { truthId: 2, name: '001' },
  ]);
  expect(
    media.truth.map(({ frame, masks }) => [
      frame,
      masks.map(({ truthId, mask }) => [truthId, rleArea(mask)]),
    ]),
  ).toEqual([
    [
      0,
      [
        [1, 5],
        [2, 9],
      ],
    ],
    [2, [[2, 3]]],
  ]);
});
