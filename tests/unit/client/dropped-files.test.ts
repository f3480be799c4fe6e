import { expect, test } from 'vitest';
import { pickedFiles, readDroppedFiles, sourcesOf } from '../../../src/client/dropped-files.ts';

/** A folder by its contents; a text is a file. */
interface Tree {
  readonly [name: string]: Tree | string;
}

/** An entry of a dropped folder, which hands its children out two at a time. */
function entryOf(name: string, content: Tree | string, parent = ''): object {
  const fullPath = `${parent}/${name}`;
  if (typeof content === 'string') {
    const file = (resolve: (file: File) => void) => resolve(new File([content], name));
    return { isFile: true, isDirectory: false, name, fullPath, file };
  }
  const left = Object.entries(content).map(([child, inner]) => entryOf(child, inner, fullPath));
  const readEntries = (resolve: (batch: object[]) => void) => resolve(left.splice(0, 2));
  return {
    isFile: false,
    isDirectory: true,
    name,
    fullPath,
    createReader: () => ({ readEntries }),
  };
}

function drop(tree: Tree): DataTransferItemList {
  const items = Object.entries(tree).map(([name, content]) => ({
    webkitGetAsEntry: () => entryOf(name, content),
    getAsFile: () => null,
  }));
  return items as unknown as DataTransferItemList;
}

test('a dropped folder is read through, and every file keeps its path', async () => {
  const chosen = await readDroppedFiles(
    drop({
      DAVIS: {
        'readme.md': 'x',
        Annotations: { '480p': { bear: { '0.png': 'a', '1.png': 'b', '2.png': 'c' } } },
      },
    }),
  );
  expect(chosen.folderName).toBe('DAVIS');
  expect(chosen.files.map(({ path }) => path)).toEqual([
    'DAVIS/readme.md',
    'DAVIS/Annotations/480p/bear/0.png',
    'DAVIS/Annotations/480p/bear/1.png',
    'DAVIS/Annotations/480p/bear/2.png',
  ]);
  expect(await chosen.files[3]?.file.text()).toBe('c');
});

test('files and folders dropped together have no folder in common', async () => {
  const chosen = await readDroppedFiles(drop({ 'clip.mp4': 'x', masks: { '0.png': 'y' } }));
  expect(chosen).toMatchObject({
    files: [{ path: 'clip.mp4' }, { path: 'masks/0.png' }],
  });
  expect(chosen.folderName).toBeUndefined();
});

test('a file that comes from no file system is taken as it is', async () => {
  const file = new File(['x'], 'image.png');
  const item = { webkitGetAsEntry: () => null, getAsFile: () => file };
  const items = [item] as unknown as DataTransferItemList;
  expect(await readDroppedFiles(items)).toEqual({ files: [{ file, path: 'image.png' }] });
});

test('a picked folder gives its paths and its name; picked files have none', () => {
  const inFolder = Object.defineProperty(new File(['x'], '0.png'), 'webkitRelativePath', {
    value: 'bear/masks/0.png',
  });
  expect(pickedFiles([inFolder])).toEqual({
    files: [{ file: inFolder, path: 'bear/masks/0.png' }],
    folderName: 'bear',
  });
  const alone = new File(['x'], 'clip.mp4');
  expect(pickedFiles([alone])).toEqual({ files: [{ file: alone, path: 'clip.mp4' }] });
  expect(pickedFiles([])).toEqual({ files: [] });
});

test('what the browser can find again says where: a file itself, a folder for all in it', async () => {
  const handles: Record<string, object> = {
    'clip.mp4': { kind: 'file' },
    frames: { kind: 'directory' },
  };
  const items = [
    ...drop({ 'clip.mp4': 'x', frames: { '0.jpg': 'y', '1.jpg': 'z' }, other: 'w' }),
  ].map((item) => {
    const name = item.webkitGetAsEntry()?.name ?? '';
    const getAsFileSystemHandle = () =>
      name in handles ? Promise.resolve(handles[name]) : Promise.reject(new Error('no'));
    return Object.assign(item, { getAsFileSystemHandle });
  });
  const { files } = await readDroppedFiles(items as unknown as DataTransferItemList);
  expect(files.map(({ path, source }) => [path, source])).toEqual([
    ['clip.mp4', { kind: 'handle', handle: handles['clip.mp4'] }],
    ['frames/0.jpg', { kind: 'handle', handle: handles['frames'] }],
    ['frames/1.jpg', { kind: 'handle', handle: handles['frames'] }],
    ['other', undefined],
  ]);
});

test('picked files keep the handles that came with them', () => {
  const files = [new File(['x'], 'a.mp4'), new File(['y'], 'b.pt')];
  const handle = { kind: 'file', name: 'a.mp4' } as FileSystemFileHandle;
  const chosen = pickedFiles(files, sourcesOf(files, [handle]));
  expect(chosen.files.map(({ source }) => source)).toEqual([{ kind: 'handle', handle }, undefined]);
});
