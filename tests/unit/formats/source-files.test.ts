import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { baseName, blobFile, folderOf, type SourceFile } from '../../../src/formats/source-file.ts';
import { listZip } from '../../../src/formats/zip-reader.ts';
import { writeZip } from '../../../src/formats/zip-writer.ts';
import { craftZip } from '../../helpers/craft-zip.ts';
import { seededBytes } from '../../helpers/seeded-random.ts';

const CONTENT = seededBytes(3, 300_000);

async function onlyEntry(zip: Blob): Promise<SourceFile> {
  const [entry] = await listZip(zip);
  if (entry === undefined) throw new Error('the zip is empty');
  return entry;
}

async function streamed(file: SourceFile, signal?: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.stream(signal)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

const name = 'a/b.json';
const KINDS: [string, () => Promise<SourceFile>][] = [
  ['a blob', async () => blobFile(name, new Blob([CONTENT]))],
  ['a stored entry', () => onlyEntry(craftZip([{ name, content: CONTENT }]))],
  ['a deflated entry', () => onlyEntry(craftZip([{ name, content: CONTENT, isDeflated: true }]))],
];

describe.each(KINDS)('%s', (_, open) => {
  test('comes whole and in pieces, as often as it is asked for', async () => {
    const file = await open();
    expect([file.path, file.bytes]).toEqual([name, CONTENT.length]);
    // Item by item, `toEqual` takes seconds.
    for (const read of [
      await file.read(CONTENT.length),
      await streamed(file),
      await streamed(file),
    ])
      expect(Buffer.compare(read, CONTENT)).toBe(0);
  });

  test('is not read past a bound', async () => {
    const file = await open();
    await expect(file.read(CONTENT.length - 1)).rejects.toMatchObject({ code: 'file-invalid' });
  });

  test('can be left early and cancelled', async () => {
    const file = await open();
    for await (const chunk of file.stream()) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const aborted = streamed(file, AbortSignal.abort());
    await expect(aborted).rejects.toHaveProperty('name', 'AbortError');
  });
});

test('a long entry is stopped while it comes in, and only as much is inflated as is taken', async () => {
  const content = new Uint8Array(1 << 26);
  const file = await onlyEntry(craftZip([{ name, content, isDeflated: true }]));
  const controller = new AbortController();
  const before = process.memoryUsage().arrayBuffers;
  let bytes = 0;
  const reading = async () => {
    for await (const chunk of file.stream(controller.signal)) {
      bytes += chunk.length;
      if (bytes > 1 << 22) controller.abort();
    }
  };
  await expect(reading()).rejects.toHaveProperty('name', 'AbortError');
  expect(bytes).toBeLessThan(1 << 24);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 25);
});

test.each([
  ['a wrong checksum', { crc: crc32(CONTENT) ^ 1 }],
  ['more than it declares', { declaredBytes: 1000 }],
  ['less than it declares', { declaredBytes: CONTENT.length + 1000 }],
])('an entry of %s ends in file-invalid', async (_, lie) => {
  for (const isDeflated of [true, false]) {
    const file = await onlyEntry(craftZip([{ name, content: CONTENT, isDeflated, ...lie }]));
    await expect(streamed(file)).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining(`“${name}” in the zip cannot be read`),
    });
  }
});

test('a file in pieces is written into a zip without being held', async () => {
  async function* pieces() {
    for (let at = 0; at < CONTENT.length; at += 1000) yield CONTENT.subarray(at, at + 1000);
  }
  async function* files() {
    yield { name, bytes: pieces() };
    yield { name: 'c', bytes: new Uint8Array(1) };
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of writeZip(files(), { modified: new Date('2026-11-23T08:00:00Z') })) {
    parts.push(Uint8Array.from(chunk));
  }
  const entries = await listZip(new Blob(parts));
  expect(entries.map(({ path }) => path)).toEqual([name, 'c']);
  expect(await entries[0]?.read(CONTENT.length)).toEqual(CONTENT);
});

test('parts of paths', () => {
  expect([folderOf('a/b/c.png'), baseName('a/b/c.png')]).toEqual(['a/b', 'c.png']);
  expect([folderOf('c.png'), baseName('c.png')]).toEqual(['', 'c.png']);
});
