import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { withRootedFiles } from '../../../src/engine/runtime/rooted-files.ts';

const READS = 40;
const RANGE_BYTES = 3_000_000;

/** As ORT reads a weight: a range, into a buffer that it brings. */
async function readRange(file: Blob, start: number): Promise<number> {
  const stream = file.slice(start, start + RANGE_BYTES).stream();
  const reader = stream.getReader({ mode: 'byob' });
  let buffer = new ArrayBuffer(1 << 20);
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (value !== undefined) {
      bytes += value.byteLength;
      ({ buffer } = value);
    }
    if (done) return bytes;
  }
}

test('a garbage collection takes no read of a weight away', async () => {
  const files = new Map([['weights', new Blob([new Uint8Array(10_000_000)])]]);
  const finished: number[] = [];
  const start = (offset: number) => {
    // Nothing here refers to the read, as nothing does while a model is loaded.
    void withRootedFiles(files, async (rooted) => {
      finished.push(await readRange(rooted.get('weights') ?? new Blob(), offset));
    });
  };
  for (let i = 0; i < READS; i++) {
    start(i * 1000);
    await collectGarbage();
  }
  await expect.poll(() => finished.length, { timeout: 10_000 }).toBe(READS);
  expect(new Set(finished)).toEqual(new Set([RANGE_BYTES]));
});

async function collectGarbage(): Promise<void> {
  // Playwright's session; vitest's own type has no methods.
  const session = cdp() as unknown as { send(method: string): Promise<unknown> };
  await session.send('HeapProfiler.collectGarbage');
}
