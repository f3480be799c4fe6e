import { expect, test } from 'vitest';
import { clipFingerprint, type ClipFiles } from '../../../src/core/clip-fingerprint.ts';

const LENGTH = 3_000_000;

function bytes(
  change: (data: Uint8Array<ArrayBuffer>) => void = () => {},
): Uint8Array<ArrayBuffer> {
  const data = Uint8Array.from({ length: LENGTH }, (_, at) => (at * 31 + (at >> 8)) & 255);
  change(data);
  return data;
}

const video = (data: Uint8Array<ArrayBuffer>, name = 'a.mp4'): ClipFiles => ({
  kind: 'file',
  file: new File([data], name),
});

const folder = (files: Readonly<Record<string, string>>): ClipFiles => ({
  kind: 'folder',
  files: Object.entries(files).map(([name, content]) => new File([content], name)),
});

test('a file is the same under another name', async () => {
  const known = await clipFingerprint(video(bytes()));
  expect(known).toMatch(/^[0-9a-f]{64}$/);
  expect(await clipFingerprint(video(bytes(), 'b.mov'))).toBe(known);
});

test.each([
  ['its first byte', 0],
  ['its last byte', LENGTH - 1],
  ['a byte within', 65_000],
])('a file with another value of %s is another', async (_where, at) => {
  const known = await clipFingerprint(video(bytes()));
  const other = video(bytes((data) => (data[at] = (data[at] ?? 0) ^ 1)));
  expect(await clipFingerprint(other)).not.toBe(known);
});

test('a file of another length is another', async () => {
  const known = await clipFingerprint(video(bytes()));
  expect(await clipFingerprint(video(bytes().subarray(0, LENGTH - 1)))).not.toBe(known);
  expect(await clipFingerprint(video(new Uint8Array(0)))).not.toBe(known);
});

test('at most 1 MiB of a large file is read', async () => {
  let read = 0;
  const file = new File([bytes()], 'a.mp4');
  const slice = file.slice.bind(file);
  file.slice = (start = 0, end = file.size) => {
    read += end - start;
    return slice(start, end);
  };
  await clipFingerprint({ kind: 'file', file });
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThanOrEqual(2 ** 20);
});

test('a folder is the same in any order, and another with another picture, name or count', async () => {
  const known = await clipFingerprint(folder({ '1.jpg': 'one', '2.jpg': 'two' }));
  expect(await clipFingerprint(folder({ '2.jpg': 'two', '1.jpg': 'one' }))).toBe(known);
  for (const files of [
    { '1.jpg': 'one', '2.jpg': 'owt' },
    { '1.jpg': 'one', '3.jpg': 'two' },
    { '1.jpg': 'one' },
    { '1.jpg': 'one', '2.jpg': 'two', '3.jpg': '' },
  ]) {
    expect(await clipFingerprint(folder(files))).not.toBe(known);
  }
});
