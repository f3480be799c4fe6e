import type { BenchmarkKind, BenchmarkMeasurement } from '../core/benchmark.ts';

/** What to measure. */
export interface BenchmarkRequest {
  readonly kind: BenchmarkKind;
}

/** How far a benchmark is, and what it has found. */
export interface BenchmarkBatch {
  readonly state: 'running' | 'complete' | 'cancelled';
  /** What is being measured, as users read it. */
  readonly doing: string;
  /** Absent until the networks' own times are known. */
  readonly remainingMs?: number;
  /** Finished stages and tracks. */
  readonly measurement: BenchmarkMeasurement;
}

/** A running benchmark. */
export interface BenchmarkCursor {
  /**
   * Resolves when something has changed since the last call, at the latest after `maxMs`.
   * @throws StudioError that ended the benchmark
   */
  nextBatch(maxMs: number): Promise<BenchmarkBatch>;
  /** Stops after the run under way; finished stages and tracks are in the last batch. */
  cancel(): Promise<void>;
}
