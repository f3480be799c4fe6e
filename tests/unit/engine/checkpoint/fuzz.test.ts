import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { StudioError } from '../../../../src/core/errors.ts';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import type { Piece } from './archive-builder.ts';
import { readFixture } from './checkpoint-fixtures.ts';
import { mutate } from './mutations.ts';
import { SparseFile } from './sparse-file.ts';

/** Ample for a busy machine; a hang or a gigabyte would take far longer. */
const MAX_MS = 2000;
const NANO = new URL('../../../../../shared/models/sam2.1_hiera_nano.pt', import.meta.url);

/** Fuzzed fixtures hold no larger tensor, and the real file's weights are not what is tried. */
const MAX_TENSOR_BYTES = 16_384;

type Outcome = 'opened' | StudioError['code'];

/** Opens a file and reads all it offers; anything but success and a StudioError is a failure. */
async function tryFile(pieces: readonly Piece[]): Promise<Outcome> {
  const file = new SparseFile(pieces);
  const start = performance.now();
  let outcome: Outcome = 'opened';
  try {
    const checkpoint = await openCheckpoint(file);
    expect(file.bytesRead).toBeLessThan(3 * file.size + 1024);
    for (const [name, tensor] of checkpoint.tensors) {
      expect(tensor.byteOffset + tensor.byteLength).toBeLessThanOrEqual(file.size);
      if (tensor.byteLength <= MAX_TENSOR_BYTES) await checkpoint.readFloat32(name);
    }
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    expect(error.hint).toBeTruthy();
    outcome = error.code;
  }
  expect(performance.now() - start).toBeLessThan(MAX_MS);
  return outcome;
}

async function countOutcomes(files: Iterable<readonly Piece[]>): Promise<Map<Outcome, number>> {
  const counts = new Map<Outcome, number>();
  for (const pieces of files) {
    const outcome = await tryFile(pieces);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

function* mutations(bytes: Uint8Array, count: number): Generator<readonly Piece[]> {
  for (let seed = 0; seed < count; seed++) yield [mutate(bytes, seed)];
}

test.each([
  ['model.pt', 800],
  ['views.pt', 600],
  ['trainer.pt', 200],
  ['model.safetensors', 800],
])('%s with %i seeded faults opens or is refused, quickly', async (name, count) => {
  const counts = await countOutcomes(mutations(await readFixture(name), count));
  // The faults must reach both ends, or the test proves nothing.
  expect(counts.get('opened') ?? 0).toBeGreaterThan(count / 20);
  expect(counts.get('checkpoint-invalid') ?? 0).toBeGreaterThan(count / 20);
});

test.each(['views.pt', 'model.safetensors'])(
  '%s cut short at any byte is refused',
  async (name) => {
    const bytes = await readFixture(name);
    function* truncations() {
      for (let length = 0; length < bytes.length; length++) {
        yield [bytes.slice(0, length)];
      }
    }
    const counts = await countOutcomes(truncations());
    expect(counts.get('opened')).toBeUndefined();
  },
);

const hasNano = existsSync(NANO);
if (!hasNano) console.warn('skipped: ../shared/models is absent, the real .pt is not fuzzed');

test.skipIf(!hasNano)('the real checkpoint with faults in its structure or directory', async () => {
  const bytes = new Uint8Array(await readFile(NANO));
  const [headBytes, tailBytes] = [120_000, 60_000];
  const head = bytes.subarray(0, headBytes);
  const body = bytes.subarray(headBytes, bytes.length - tailBytes);
  const tail = bytes.subarray(bytes.length - tailBytes);
  function* faults() {
    for (let seed = 0; seed < 24; seed++) {
      yield seed % 2 === 0 ? [mutate(head, seed), body, tail] : [head, body, mutate(tail, seed)];
    }
  }
  const counts = await countOutcomes(faults());
  expect(counts.get('opened') ?? 0).toBeGreaterThan(0);
  expect(counts.get('checkpoint-invalid') ?? 0).toBeGreaterThan(0);
});
