import { afterEach, expect, test } from 'vitest';
import { rememberedFiles } from '../../../src/client/remembered-files.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import {
  askToPersist,
  ProjectRecords,
  recordDatabase,
} from '../../../src/storage/project-records.ts';
import { RECORD_VERSION, type ProjectRecord } from '../../../src/storage/project-record.ts';

const FOLDER = 'remembered-files-test';

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(FOLDER, { create: true });
}

async function write(into: FileSystemDirectoryHandle, name: string): Promise<FileSystemFileHandle> {
  const handle = await into.getFileHandle(name, { create: true });
  const stream = await handle.createWritable();
  await stream.write(name);
  await stream.close();
  return handle;
}

afterEach(async () => {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
  const records = new ProjectRecords(recordDatabase());
  for (const { id } of (await records.list()).records) await records.delete(id);
});

function buildRecord(fields: Partial<ProjectRecord> = {}): ProjectRecord {
  return {
    version: RECORD_VERSION,
    id: 'a',
    createdAt: '2026-11-23T08:00:00Z',
    savedAt: '2026-11-23T08:00:00Z',
    clip: {
      name: 'kitchen.mp4',
      kind: 'video',
      width: 640,
      height: 360,
      frameCount: 24,
      frameRate: 30,
      bytes: 9,
      fingerprint: 'f'.repeat(64),
    },
    objects: [],
    prompts: [],
    memory: [],
    maskCount: 0,
    history: { firstStep: 1, nextStep: 1, steps: [] },
    view: { frame: frameIndex(0) },
    ...fields,
  };
}

test('the browser’s database keeps run lengths and handles as they are', async () => {
  const records = new ProjectRecords(recordDatabase());
  const handle = await write(await folder(), 'kitchen.mp4');
  const mask = { width: 640, height: 360, counts: Uint32Array.of(100, 7, 230_293) };
  const prompts = [
    { objectId: objectId(1), frame: frameIndex(3), prompts: { kind: 'mask', mask } as const },
  ];
  await records.save(buildRecord({ prompts, source: { kind: 'handle', handle } }));
  const loaded = await new ProjectRecords(recordDatabase()).load('a');
  expect(loaded?.prompts).toEqual(prompts);
  const { source } = loaded ?? {};
  if (source?.kind !== 'handle') throw new Error('the handle is gone');
  expect(await source.handle.isSameEntry(handle)).toBe(true);
  await records.delete('a');
  expect((await records.list()).records).toEqual([]);
});

test('a later save of the same project is the one that stays', async () => {
  const records = new ProjectRecords(recordDatabase());
  await Promise.all([1, 2, 3].map((maskCount) => records.save(buildRecord({ maskCount }))));
  expect((await records.load('a'))?.maskCount).toBe(3);
});

test('asking to keep it gets an answer', async () => {
  expect(typeof (await askToPersist())).toBe('boolean');
});

test('a remembered file is read again, and a remembered folder with all that is in it', async () => {
  const outer = await folder();
  const handle = await write(outer, 'kitchen.mp4');
  const inner = await outer.getDirectoryHandle('frames', { create: true });
  await write(inner, '0.jpg');
  const file = await rememberedFiles(handle);
  expect(file).toMatchObject({
    files: [{ path: 'kitchen.mp4', source: { kind: 'handle', handle } }],
  });
  expect(await file.files[0]?.file.text()).toBe('kitchen.mp4');
  const { files, folderName } = await rememberedFiles(outer);
  expect(folderName).toBe(FOLDER);
  expect(files.map(({ path }) => path).toSorted()).toEqual([
    `${FOLDER}/frames/0.jpg`,
    `${FOLDER}/kitchen.mp4`,
  ]);
});

test('what is not there any more is said, as is a refusal', async () => {
  const outer = await folder();
  const handle = await write(outer, 'kitchen.mp4');
  await outer.removeEntry('kitchen.mp4');
  await expect(rememberedFiles(handle)).rejects.toMatchObject({
    code: 'file-invalid',
    message: '“kitchen.mp4” is not where it was.',
  });
  const denied = Object.assign(await write(outer, 'other.mp4'), {
    queryPermission: async () => 'prompt',
    requestPermission: async () => 'denied',
  });
  await expect(rememberedFiles(denied)).rejects.toMatchObject({
    message: 'The studio may not read “other.mp4”.',
  });
});
