import { expect, test } from 'vitest';
import { withRootedFiles } from '../../../../src/engine/runtime/rooted-files.ts';

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await new Response(blob.stream()).arrayBuffer());
}

test('the files have the same bytes, whole, in slices and in slices of slices', async () => {
  const files = new Map([['weights.pt', new Blob([BYTES])]]);
  const result = await withRootedFiles(files, async (rooted) => {
    expect([...rooted.keys()]).toEqual(['weights.pt']);
    const file = rooted.get('weights.pt') ?? expect.fail('the file is there');
    expect(file).toBeInstanceOf(Blob);
    expect(file.size).toBe(BYTES.length);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(BYTES);
    expect(await bytesOf(file)).toEqual(BYTES);
    expect(await bytesOf(file.slice(10, 510))).toEqual(BYTES.subarray(10, 510));
    expect(await bytesOf(file.slice(10, 510).slice(-100))).toEqual(BYTES.subarray(410, 510));
    return 'read';
  });
  expect(result).toBe('read');
});

test('an error of the reader is the caller’s', async () => {
  const failure = new Error('not a graph');
  await expect(withRootedFiles(new Map(), () => Promise.reject(failure))).rejects.toBe(failure);
});
