import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { buildZip, type BuiltEntry, type Piece } from './archive-builder.ts';
import { dict, pickle, stateDict, text, type BuiltTensor } from './pickle-builder.ts';
import { SparseFile } from './sparse-file.ts';

const MEBIBYTE = 1024 * 1024;
const HEAP_BUDGET_BYTES = 50 * MEBIBYTE;

/** A trainer's file: `count` weights of 1 MiB and twice as many moments of the optimizer. */
function trainerPieces(count: number, isZip64: boolean): Piece[] {
  const elements = MEBIBYTE / 4;
  const weight = (key: number): BuiltTensor => ({
    key: `${key}`,
    elements,
    shape: [512, 512],
    strides: [512, 1],
  });
  const named = (prefix: string, from: number, total: number) =>
    Object.fromEntries(
      Array.from({ length: total }, (_, i) => [`${prefix}.${i}.weight`, weight(from + i)]),
    );
  const value = dict(
    [text('model'), stateDict(named('image_encoder.trunk.blocks', 0, count))],
    [text('optimizer'), stateDict(named('exp_avg', count, 2 * count))],
  );
  const records = Array.from({ length: 3 * count }, (_, key): BuiltEntry => {
    return { name: `archive/data/${key}`, data: { holeBytes: MEBIBYTE }, paddingBytes: 37 };
  });
  return buildZip([{ name: 'archive/data.pkl', data: pickle(value) }, ...records], { isZip64 });
}

test.each([
  ['900 MiB', 300, false],
  ['4.1 GiB, with ZIP64 fields', 1400, true],
])('opening %s reads little and allocates less than 50 MB', async (_, count, isZip64) => {
  const file = new SparseFile(trainerPieces(count, isZip64));
  const before = process.memoryUsage();
  const checkpoint = await openCheckpoint(file);
  const after = process.memoryUsage();

  expect(file.size).toBeGreaterThan(3 * count * MEBIBYTE);
  expect(checkpoint.tensors.size).toBe(count);
  expect(file.bytesRead).toBeLessThan(2 * MEBIBYTE);
  expect(file.largestReadBytes).toBeLessThan(MEBIBYTE);
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  expect(grown).toBeLessThan(HEAP_BUDGET_BYTES);
});

test('reading one tensor reads its bytes and no others', async () => {
  const file = new SparseFile(trainerPieces(2, false));
  const checkpoint = await openCheckpoint(file);
  const before = file.bytesRead;
  const values = await checkpoint.readFloat32('image_encoder.trunk.blocks.1.weight');
  expect(values.length).toBe(512 * 512);
  expect(file.bytesRead - before).toBe(MEBIBYTE);
});

test('an abort ends the opening with the signal’s reason', async () => {
  const file = new SparseFile(trainerPieces(300, false));
  const abort = new AbortController();
  const opening = openCheckpoint(file, abort.signal);
  abort.abort(new DOMException('closed', 'AbortError'));
  await expect(opening).rejects.toBe(abort.signal.reason);
  expect(file.bytesRead).toBeLessThan(1024);
});

test('a file that can no longer be read is a fault of the file', async () => {
  class GoneFile extends SparseFile {
    override slice(): Blob {
      const gone = new Blob(['']);
      gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
      return gone;
    }
  }
  await expect(openCheckpoint(new GoneFile(trainerPieces(1, false)))).rejects.toMatchObject({
    code: 'checkpoint-invalid',
    hint: expect.stringContaining('choose the file again') as string,
  });
});
