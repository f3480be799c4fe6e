import { expect, test } from 'vitest';
import { FileRanges } from '../../../../src/engine/checkpoint/file-ranges.ts';

const ranges = new FileRanges(new Blob([Uint8Array.of(1, 2, 3, 4)]));

test('reads a range into a buffer of its own', async () => {
  const bytes = await ranges.read(1, 2, 'The middle');
  expect(bytes).toEqual(Uint8Array.of(2, 3));
  expect(bytes.buffer.byteLength).toBe(2);
});

test.each([
  [-1, 2],
  [0, -1],
  [0, 5],
  [4, 1],
  [Number.NaN, 1],
  [0, Infinity],
  [2 ** 53, 1],
])('refuses %d + %d, which is not in the file, by the name of what is read', async (at, length) => {
  await expect(ranges.read(at, length, 'The table')).rejects.toMatchObject({
    code: 'checkpoint-invalid',
    message: expect.stringMatching(/^The table would lie .* outside the file/) as string,
  });
});
