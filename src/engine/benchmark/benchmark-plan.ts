import type { BenchmarkKind, BenchmarkStage, StageTimes } from '../../core/benchmark.ts';

/** How often and how long things are run. */
export interface BenchmarkPlan {
  /** Runs before the clock counts. */
  readonly warmUps: number;
  readonly runs: number;
  /** A stage that has taken so long ends with the runs it has, three at least. */
  readonly longestStageMs: number;
  /** Frames of a track, the first of which holds the prompts. */
  readonly trackFrames: number;
  /** A track that is expected to take longer is left out; absent: none is. */
  readonly longestTrackMs?: number;
}

/** The fewest runs of a stage. */
export const FEWEST_RUNS = 3;

/** After so many tracked frames the bank holds 7 memories and 16 pointers. */
export const BANK_FILLING_FRAMES = 16;

/** By the kind that the user chose. */
export const BENCHMARK_PLANS: Readonly<Record<BenchmarkKind, BenchmarkPlan>> = {
  quick: {
    warmUps: 1,
    runs: 5,
    longestStageMs: 4000,
    trackFrames: 24,
    longestTrackMs: 60_000,
  },
  full: { warmUps: 2, runs: 20, longestStageMs: 30_000, trackFrames: 60 },
};

const ONCE_A_FRAME: readonly BenchmarkStage[] = ['preprocessing', 'image encoder'];
const FOR_EACH_OBJECT: readonly BenchmarkStage[] = [
  'memory attention, full bank',
  'mask decoder, one click',
  'memory encoder',
  'post-processing and read-back',
];

/** What a tracked frame should take by its stages' medians; an estimate, never reported as a time. */
export function estimatedFrameMs(stages: readonly StageTimes[], objects: number): number {
  const sum = (names: readonly BenchmarkStage[]) =>
    stages.reduce((total, { stage, p50Ms }) => total + (names.includes(stage) ? p50Ms : 0), 0);
  return sum(ONCE_A_FRAME) + objects * sum(FOR_EACH_OBJECT);
}

/** What a track should take, its prompts included. */
export function estimatedTrackMs(
  stages: readonly StageTimes[],
  { trackFrames }: Pick<BenchmarkPlan, 'trackFrames'>,
  objects: number,
): number {
  return (trackFrames + 1) * estimatedFrameMs(stages, objects);
}
