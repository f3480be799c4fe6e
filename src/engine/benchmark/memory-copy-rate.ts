import type { CopyRate } from '../../core/benchmark.ts';

const COPY_BYTES = 64 * 2 ** 20;
const COPY_TAKES = 8;

/** How fast one thread copies, as nothing else in a worker does meanwhile; the best of some. */
export function memoryCopyRate(): CopyRate {
  const source = new Float32Array(COPY_BYTES / 4).fill(1);
  const target = new Float32Array(source.length);
  let bestMs = Infinity;
  for (let take = 0; take < COPY_TAKES; take++) {
    const startedMs = performance.now();
    target.set(source);
    bestMs = Math.min(bestMs, performance.now() - startedMs);
  }
  const gigabytesPerSecond = (2 * COPY_BYTES) / 1e6 / bestMs;
  return { by: 'one thread in memory', bytes: COPY_BYTES, gigabytesPerSecond, clock: 'wall clock' };
}
