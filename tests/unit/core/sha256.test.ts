import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256OfBlob } from '../../../src/core/sha256.ts';

const MEBIBYTE = 1024 * 1024;

function sampleBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i * 31 + (i >> 8);
  return bytes;
}

test('equals the digest of the empty message and of "abc" (FIPS 180-4)', async () => {
  await expect(sha256OfBlob(new Blob([]))).resolves.toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  await expect(sha256OfBlob(new Blob(['abc']))).resolves.toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

test('equals Node’s digest across chunk borders and reports progress to the end', async () => {
  const bytes = sampleBytes(9 * MEBIBYTE + 17);
  const progress: number[] = [];
  const digest = await sha256OfBlob(new Blob([bytes]), { onProgress: (n) => progress.push(n) });
  expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(progress).toEqual([4 * MEBIBYTE, 8 * MEBIBYTE, bytes.length]);
});

test('two files hashed at once do not disturb each other', async () => {
  const files = [sampleBytes(5 * MEBIBYTE), sampleBytes(6 * MEBIBYTE)];
  const digests = await Promise.all(files.map((bytes) => sha256OfBlob(new Blob([bytes]))));
  const expected = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  expect(digests).toEqual(expected);
});

test('stops at the next chunk when aborted, with the signal’s reason', async () => {
  const abort = new AbortController();
  const progress: number[] = [];
  const hashing = sha256OfBlob(new Blob([sampleBytes(12 * MEBIBYTE)]), {
    signal: abort.signal,
    onProgress: (n) => {
      progress.push(n);
      abort.abort(new Error('the user left'));
    },
  });
  await expect(hashing).rejects.toThrow('the user left');
  expect(progress).toEqual([4 * MEBIBYTE]);
});
