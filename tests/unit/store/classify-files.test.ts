import { expect, test } from 'vitest';
import { classifyFiles } from '../../../src/store/classify-files.ts';

const file = (name: string, type = '') => new File(['x'], name, { type });
const kinds = (names: readonly string[], folder?: string) =>
  classifyFiles(
    names.map((name) => file(name)),
    folder,
  ).map((intent) => intent.kind);

test.each([
  ['clip.mp4', 'open'],
  ['P01_01.MP4', 'open'],
  ['sam2.1_hiera_tiny.pt', 'load-model'],
  ['mine.safetensors', 'load-model'],
  ['clip.masks.json', 'import'],
  ['frames.zip', 'zip'],
  ['notes.txt', 'nothing'],
])('%s means %s', (name, kind) => {
  expect(kinds([name])).toEqual([kind]);
});

test('a clip and a checkpoint dropped together are both used', () => {
  expect(kinds(['clip.mp4', 'tiny.pt'])).toEqual(['load-model', 'open']);
});

test('a folder of images is a clip of frames; hidden files do not count', () => {
  const files = ['.DS_Store', 'frame_1.jpg', 'frame_2.PNG', 'notes.txt'].map((n) => file(n));
  expect(classifyFiles(files, 'P28_101')).toEqual([
    {
      kind: 'open',
      name: 'P28_101',
      source: { kind: 'folder', name: 'P28_101', files: files.slice(1, 3) },
    },
  ]);
});

test('a file without a known ending is a video when its type says so', () => {
  expect(classifyFiles([file('recording', 'video/quicktime')])[0]?.kind).toBe('open');
});

test('an empty drop says so', () => {
  expect(classifyFiles([])).toMatchObject([{ kind: 'nothing' }]);
});
