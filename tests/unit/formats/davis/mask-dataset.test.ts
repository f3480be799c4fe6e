import { describe, expect, test } from 'vitest';
import { parseImageSet } from '../../../../src/formats/davis/image-sets.ts';
import { openMaskDataset } from '../../../../src/formats/davis/mask-dataset.ts';
import { listZip } from '../../../../src/formats/zip-reader.ts';
import { craftZip } from '../../../helpers/craft-zip.ts';
import { memoryFile } from '../../../helpers/mask-files.ts';

async function open(paths: readonly string[], texts: Record<string, string> = {}) {
  const files = [
    ...paths.map((path) => memoryFile(path, '')),
    ...Object.entries(texts).map(([path, text]) => memoryFile(path, text)),
  ];
  const dataset = await openMaskDataset(files, 'masks');
  const sequences = dataset.sequences.map(({ name, masks, pictures }) => [
    name,
    masks.map(({ file }) => file.path),
    pictures.map(({ stem }) => stem),
  ]);
  return { ...dataset, sequences };
}

describe('DAVIS’s layout', () => {
  test('at any depth, sorted, with pictures and image sets', async () => {
    const dataset = await open(
      [
        'DAVIS/Annotations/480p/bear/00010.png',
        'DAVIS/Annotations/480p/bear/00002.png',
        'DAVIS/Annotations/480p/Ape/00000.png',
        'DAVIS/JPEGImages/480p/bear/00002.jpg',
        'DAVIS/JPEGImages/480p/bear/00003.jpg',
        'DAVIS/README.md',
      ],
      {
        'DAVIS/ImageSets/2017/val.txt': 'bear\ncamel\n',
        'DAVIS/ImageSets/2016/val.txt':
          '/JPEGImages/480p/bear/00000.jpg /Annotations/480p/bear/00000.png\r\n/JPEGImages/480p/bear/00001.jpg /Annotations/480p/bear/00001.png\r\n',
      },
    );
    expect(dataset).toMatchObject({
      layout: 'davis',
      sequences: [
        ['Ape', ['DAVIS/Annotations/480p/Ape/00000.png'], []],
        [
          'bear',
          ['DAVIS/Annotations/480p/bear/00002.png', 'DAVIS/Annotations/480p/bear/00010.png'],
          ['00002', '00003'],
        ],
      ],
      imageSets: [
        { name: '2016/val', sequences: ['bear'], missing: [] },
        { name: '2017/val', sequences: ['bear', 'camel'], missing: ['camel'] },
      ],
      notices: [],
    });
  });

  test('of several resolutions, 480p; without that level too', async () => {
    const both = await open(['Annotations/1080p/a/0.png', 'Annotations/480p/a/1.png']);
    expect(both.sequences).toEqual([['a', ['Annotations/480p/a/1.png'], []]]);
    expect(both.notices).toEqual(['Of the resolutions 1080p, 480p, 480p is read.']);
    const none = await open(['train/Annotations/a/00000.png', 'train/JPEGImages/a/00000.jpg']);
    expect(none.sequences).toEqual([['a', ['train/Annotations/a/00000.png'], ['00000']]]);
  });

  test('masks right in Annotations are one sequence, of the folder’s name', async () => {
    const inFolder = await open(['chair/Annotations/0.png', 'chair/JPEGImages/0.jpg']);
    expect(inFolder.sequences).toEqual([['chair', ['chair/Annotations/0.png'], ['0']]]);
    expect((await open(['Annotations/0.png'])).sequences[0]?.[0]).toBe('masks');
  });

  test('two data sets at once are refused by name', async () => {
    await expect(open(['x/Annotations/a/0.png', 'y/Annotations/a/0.png'])).rejects.toMatchObject({
      code: 'file-invalid',
      message: 'There are 2 data sets with a folder “Annotations”: “x”, “y”.',
    });
  });
});

describe('other folders', () => {
  test('each folder of PNGs is a sequence; pictures are none', async () => {
    const dataset = await open(['r/b/1.png', 'r/a/1.png', 'r/a/0.png', 'r/JPEGImages/a/0.png']);
    expect(dataset.layout).toBe('folders');
    expect(dataset.sequences).toEqual([
      ['a', ['r/a/0.png', 'r/a/1.png'], []],
      ['b', ['r/b/1.png'], []],
    ]);
  });

  test('PNGs in no folder are of the name given; one alone is a single mask', async () => {
    expect(await open(['0.png', '1.PNG'])).toMatchObject({
      layout: 'folders',
      sequences: [['masks', ['0.png', '1.PNG'], []]],
    });
    expect(await open(['mask.png'])).toMatchObject({ layout: 'single' });
  });

  test.each<[string, string[], string]>([
    ['no PNG', ['a.jpg'], 'no PNG of masks'],
    ['a frame twice', ['a/0.png', 'a/0.PNG'], 'both for frame 0'],
    ['one name in two places', ['x/a/0.png', 'y/a/0.png'], 'both for frame 0'],
  ])('%s is refused', async (_, paths, message) => {
    await expect(open(paths)).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining(message),
    });
  });

  test('an image set that is no text of names is not read to its end', async () => {
    const long = { 'ImageSets/a.txt': 'x'.repeat((4 << 20) + 1) };
    await expect(open(['Annotations/480p/a/0.png'], long)).rejects.toThrow('too large');
  });
});

test('a zip with names that lead out of it is refused', async () => {
  const content = new Uint8Array(1);
  const zip = craftZip([{ name: 'Annotations/480p/../../../a/0.png', content }]);
  await expect(listZip(zip)).rejects.toMatchObject({ code: 'file-invalid' });
});

test('image sets', () => {
  expect(parseImageSet('')).toEqual([]);
  expect(parseImageSet('a\n\nb\r\na')).toEqual(['a', 'b']);
  expect(parseImageSet('/JPEGImages/480p/cows/1.jpg /x.png')).toEqual(['cows']);
});
