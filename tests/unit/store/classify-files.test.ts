import { expect, test } from 'vitest';
import {
  classifyFiles,
  nameOfFiles,
  sequenceIntents,
  type FileIntent,
} from '../../../src/store/classify-files.ts';
import { visorText } from '../../helpers/visor-builders.ts';

const at = (path: string, content = 'x', type = '') => ({
  path,
  file: new File([content], path.slice(path.lastIndexOf('/') + 1), { type }),
});
const noTree = async () => ({ pictures: [], maskCount: 0 });
const visor = (path: string) => at(path, visorText([]));

/** Each intent with the paths that it is about. */
async function sort(
  files: readonly ReturnType<typeof at>[],
  { hasClip = false, folderName }: { hasClip?: boolean; folderName?: string } = {},
) {
  const chosen = folderName === undefined ? { files } : { files, folderName };
  const intents = await classifyFiles(chosen, hasClip, noTree);
  return intents.map((intent) => [nameOf(intent), ...intent.chosen.files.map(({ path }) => path)]);
}

function nameOf(intent: FileIntent): string {
  return intent.kind === 'ask' ? `ask ${intent.of}` : intent.kind;
}

test.each([
  ['clip.mp4', 'open'],
  ['P01_01.MP4', 'open'],
  ['sam2.1_hiera_tiny.pt', 'load-model'],
  ['mine.safetensors', 'load-model'],
  ['clip.masks.json', 'import'],
  ['frames.zip', 'open'],
  ['00000.png', 'open'],
  ['notes.txt', 'leave-out'],
])('%s means %s where no clip is open', async (path, kind) => {
  expect(await sort([at(path)])).toEqual([[kind, path]]);
});

test.each([
  ['clip.mp4', 'open'],
  ['clip.masks.json', 'import'],
  ['frames.zip', 'ask zip'],
  ['frame_1.jpg', 'open'],
  ['00000.png', 'ask folder'],
])('%s means %s where a clip is open', async (path, kind) => {
  expect(await sort([at(path)], { hasClip: true })).toEqual([[kind, path]]);
});

test('a clip and a checkpoint dropped together are both used', async () => {
  expect(await sort([at('clip.mp4'), at('tiny.pt')])).toEqual([
    ['load-model', 'tiny.pt'],
    ['open', 'clip.mp4'],
  ]);
});

test('a folder of pictures is a clip of frames; hidden files do not count, others are told', async () => {
  const files = [
    'P28_101/.DS_Store',
    'P28_101/frame_1.jpg',
    'P28_101/frame_2.PNG',
    'P28_101/a.txt',
  ];
  const intents = await classifyFiles(
    { files: files.map((path) => at(path)), folderName: 'P28_101' },
    false,
    noTree,
  );
  expect(intents).toMatchObject([
    { kind: 'leave-out', message: '“a.txt” was left out.' },
    {
      kind: 'open',
      name: 'P28_101',
      source: { kind: 'folder', files: [{ name: 'frame_1.jpg' }, { name: 'frame_2.PNG' }] },
    },
  ]);
});

test('a file without a known ending is a video when its type says so', async () => {
  expect(await sort([at('recording', 'x', 'video/quicktime')])).toEqual([['open', 'recording']]);
});

test('an empty drop says so', async () => {
  expect(await classifyFiles({ files: [] }, false, noTree)).toMatchObject([
    { kind: 'leave-out', message: 'There are no files in what you dropped.' },
  ]);
});

test('of two clips and two checkpoints the second ones are told to be left out', async () => {
  const files = [at('a.mp4'), at('b.mp4'), at('a.pt'), at('b.pt'), at('frame_1.jpg')];
  const [leftOut, ...intents] = await classifyFiles({ files }, false, noTree);
  expect(leftOut).toMatchObject({ message: '“b.mp4” and 2 other files were left out.' });
  expect(intents.map(({ kind }) => kind)).toEqual(['load-model', 'open']);
});

test('a clip with VISOR annotations and their tables: opened, then scored against', async () => {
  const files = [visor('P01_107.json'), at('frame_mapping.json'), at('P01_107.MP4')];
  expect(await sort(files)).toEqual([
    ['open', 'P01_107.MP4'],
    ['score-against', 'P01_107.json', 'frame_mapping.json'],
  ]);
});

test('VISOR annotations alone: asked about on a clip, refused without', async () => {
  expect(await sort([visor('P01_107.json')], { hasClip: true })).toEqual([
    ['ask labels', 'P01_107.json'],
  ]);
  expect(await classifyFiles({ files: [visor('P01_107.json')] }, false, noTree)).toMatchObject([
    { kind: 'leave-out', message: 'Open the clip to which “P01_107.json” belongs first.' },
  ]);
});

test('a table alone says that it needs annotations', async () => {
  expect(await classifyFiles({ files: [at('r/frame_mapping.json')] }, true, noTree)).toMatchObject([
    { kind: 'leave-out', message: '“frame_mapping.json” says nothing without annotations.' },
  ]);
});

test('a folder of PNGs is a clip where there is none, else a question with its tables', async () => {
  const files = [at('seq/00000.png'), at('seq/00001.png'), at('seq/val_data_mapping.json')];
  const folderName = 'seq';
  expect(await sort(files.slice(0, 2), { folderName })).toEqual([
    ['open', 'seq/00000.png', 'seq/00001.png'],
  ]);
  expect(await sort(files, { folderName, hasClip: true })).toEqual([
    ['ask folder', 'seq/00000.png', 'seq/00001.png', 'seq/val_data_mapping.json'],
  ]);
});

test('pictures and PNGs in folders of their own: a clip, and a question about the masks', async () => {
  const files = [at('d/images/0.jpg'), at('d/masks/0.png')];
  expect(await sort(files, { folderName: 'd' })).toEqual([
    ['open', 'd/images/0.jpg'],
    ['ask folder', 'd/masks/0.png'],
  ]);
  expect(await sort([at('clip.mp4'), at('masks/0.png')])).toEqual([
    ['open', 'clip.mp4'],
    ['ask folder', 'masks/0.png'],
  ]);
});

const tree = (sequences: readonly string[]) => [
  ...sequences.flatMap((name) => [
    at(`DAVIS/JPEGImages/Full-Resolution/${name}/00000.jpg`),
    at(`DAVIS/JPEGImages/480p/${name}/00000.jpg`),
    at(`DAVIS/Annotations/480p/${name}/00000.png`),
  ]),
  at('DAVIS/ImageSets/2017/val.txt'),
];

test('a DAVIS tree of one sequence brings its clip and its ground truth', async () => {
  const files = tree(['bear']);
  const intents = await classifyFiles({ files, folderName: 'DAVIS' }, false, noTree);
  expect(intents).toMatchObject([
    { kind: 'open', name: 'bear' },
    { kind: 'score-against', chosen: { folderName: 'DAVIS' } },
  ]);
  expect(intents[0]?.chosen.files.map(({ path }) => path)).toEqual([
    'DAVIS/JPEGImages/480p/bear/00000.jpg',
  ]);
  expect(intents[1]?.chosen.files).toHaveLength(files.length);
});

test('a DAVIS tree on an open clip is ground truth, whatever its pictures', async () => {
  const files = tree(['bear', 'camel']);
  expect((await sort(files, { hasClip: true, folderName: 'DAVIS' })).map(([kind]) => kind)).toEqual(
    ['score-against'],
  );
});

test('of a DAVIS tree of several sequences only the user can choose the clip', async () => {
  const files = tree(['bear', 'camel']);
  expect(await classifyFiles({ files, folderName: 'DAVIS' }, false, noTree)).toMatchObject([
    { kind: 'leave-out', message: '“DAVIS” holds the frames of 2 sequences.' },
  ]);
});

test('zips of frames beside VISOR annotations in one folder are no questions', async () => {
  const files = [visor('r/val/P01_107.json'), at('r/rgb/P01_107.zip'), at('r/rgb/P01_03.zip')];
  expect(await sort(files, { hasClip: true, folderName: 'r' })).toEqual([
    ['leave-out', 'r/rgb/P01_107.zip', 'r/rgb/P01_03.zip'],
    ['ask labels', 'r/val/P01_107.json'],
  ]);
});

test('several zips: without a clip the first is one, each other is a question', async () => {
  expect(await sort([at('frames.zip'), at('masks.zip')])).toEqual([
    ['open', 'frames.zip'],
    ['ask zip', 'masks.zip'],
  ]);
});

test('files are called by their folder, or by the first that is no table', () => {
  const files = [at('frame_mapping.json'), at('P01_107.json'), at('P01_03.json')];
  expect(nameOfFiles({ files, folderName: 'r' })).toBe('r');
  expect(nameOfFiles({ files })).toBe('P01_107.json and 1 more');
  expect(nameOfFiles({ files: files.slice(0, 2) })).toBe('P01_107.json');
  expect(nameOfFiles({ files: files.slice(0, 1) })).toBe('frame_mapping.json');
});

const BEAR = { folder: 'DAVIS/JPEGImages/480p/bear', sequence: 'bear', count: 2 };
const LION = { folder: 'DAVIS/JPEGImages/480p/lion', sequence: 'lion', count: 3 };

test('a zip of a data set of one sequence is the clip and its ground truth', async () => {
  const zip = at('DAVIS.zip');
  const survey = async () => ({ pictures: [BEAR], maskCount: 2 });
  expect(await classifyFiles({ files: [zip] }, false, survey)).toEqual([
    {
      kind: 'open',
      name: 'bear',
      source: { kind: 'file', file: zip.file, folder: BEAR.folder },
      chosen: { files: [zip] },
    },
    { kind: 'score-against', chosen: { files: [zip] } },
  ]);
  const maskless = async () => ({ pictures: [BEAR], maskCount: 0 });
  expect(await classifyFiles({ files: [zip] }, false, maskless)).toMatchObject([{ kind: 'open' }]);
});

test('of several sequences in a zip the user chooses', async () => {
  const zip = at('DAVIS.zip');
  const survey = async () => ({ pictures: [BEAR, LION], maskCount: 5 });
  const [question, ...others] = await classifyFiles({ files: [zip] }, false, survey);
  expect(others).toEqual([]);
  expect(question).toMatchObject({ kind: 'ask-sequence', zip: { pictures: [BEAR, LION] } });
  if (question?.kind !== 'ask-sequence') throw new Error('no question');
  expect(sequenceIntents(question.zip, LION)).toMatchObject([
    { kind: 'open', name: 'lion', source: { folder: LION.folder } },
    { kind: 'score-against', chosen: { files: [zip] } },
  ]);
});

test('annotations in JSON of any form are asked about, tables of names are none', async () => {
  for (const start of ['{"licenses": []', '{"images": []', '{"video_id": "a"', '{"info": {}']) {
    expect(await sort([at('a.json', start)], { hasClip: true })).toEqual([
      ['ask labels', 'a.json'],
    ]);
  }
  expect(await sort([at('p.json', '{"format": "x"')], { hasClip: true })).toEqual([
    ['import', 'p.json'],
  ]);
});
