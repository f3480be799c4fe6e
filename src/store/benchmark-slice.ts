import type { BenchmarkKind, BenchmarkMeasurement } from '../core/benchmark.ts';
import type { ModelReport } from '../protocol/device.ts';
import type { ComparedBenchmark } from './benchmark-file.ts';
import { modelInUse } from './models-slice.ts';
import { isRunning } from './propagation-state.ts';
import type { StudioState } from './studio-state.ts';

/** A benchmark under way. */
export interface RunningBenchmark {
  readonly kind: BenchmarkKind;
  /** What is being measured, as users read it. */
  readonly doing: string;
  /** Absent until the networks' own times are known. */
  readonly remainingMs: number | undefined;
  readonly elapsedMs: number;
  readonly isCancelling: boolean;
}

/** What a benchmark measured, or has measured so far. */
export interface BenchmarkResult {
  readonly kind: BenchmarkKind;
  readonly state: 'running' | 'complete' | 'cancelled';
  /** RFC 3339. */
  readonly createdAt: string;
  readonly model: ModelReport;
  readonly measurement: BenchmarkMeasurement;
}

/** The benchmark of this visit. */
export interface BenchmarkSlice {
  readonly running: RunningBenchmark | undefined;
  /** Of the last benchmark; parts of it while it runs. */
  readonly result: BenchmarkResult | undefined;
  /** Another one, from a file, that the result is held against. */
  readonly compared: ComparedBenchmark | undefined;
}

/** Before the first benchmark. */
export const INITIAL_BENCHMARK: BenchmarkSlice = {
  running: undefined,
  result: undefined,
  compared: undefined,
};

/** Why nothing can be measured now, as a sentence; absent when it can. */
export function benchmarkObstacle(state: StudioState): string | undefined {
  const { models, propagation, project, groundTruth, review } = state;
  if (models.model.status === 'loading') return 'The model is still loading.';
  if (modelInUse(models) === undefined) return 'Load a model first.';
  if (isRunning(propagation)) return 'Stop tracking first.';
  if (review.check !== undefined) return 'Wait until the masks are checked, or stop the check.';
  if (project.transfer.status !== 'idle') return 'Wait until the export or import is done.';
  if (groundTruth.loading !== undefined) return 'Wait until the ground truth is read.';
  switch (models.engine.status) {
    case 'starting':
      return 'The model is being prepared for this clip.';
    case 'recovering':
      return 'The inference engine is being restarted.';
    case 'stopped':
      return 'The inference engine has stopped.';
    case 'waiting':
    case 'ready':
      return undefined;
  }
}

/** 0..1; absent where it is not known yet how long it takes. */
export function benchmarkFraction(running: RunningBenchmark): number | undefined {
  const { elapsedMs, remainingMs } = running;
  return remainingMs === undefined ? undefined : elapsedMs / (elapsedMs + remainingMs);
}
