import { invariant } from '../../core/assert.ts';
import type { TimeSummary } from '../../core/benchmark.ts';

/** The value that a share of all values is not above, by nearest rank: one of the values. */
export function percentile(values: readonly number[], share: number): number {
  invariant(values.length > 0 && share > 0 && share <= 1, 'a percentile needs values');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** Sums up times of runs, of which there is at least one. */
export function summarizeTimes(timesMs: readonly number[]): TimeSummary {
  return {
    runs: timesMs.length,
    p50Ms: percentile(timesMs, 0.5),
    p95Ms: percentile(timesMs, 0.95),
  };
}
