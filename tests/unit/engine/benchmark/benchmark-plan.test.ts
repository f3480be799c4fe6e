import { expect, test } from 'vitest';
import { BENCHMARK_STAGES, type StageTimes } from '../../../../src/core/benchmark.ts';
import {
  BANK_FILLING_FRAMES,
  BENCHMARK_PLANS,
  estimatedFrameMs,
  estimatedTrackMs,
} from '../../../../src/engine/benchmark/benchmark-plan.ts';

const MS: Partial<Record<(typeof BENCHMARK_STAGES)[number], number>> = {
  preprocessing: 1,
  'image encoder': 10,
  'memory attention, full bank': 20,
  'mask decoder, one click': 3,
  'memory encoder': 4,
  'post-processing and read-back': 2,
};

const stages: readonly StageTimes[] = BENCHMARK_STAGES.map((stage) => ({
  stage,
  runs: 5,
  // What is no part of a tracked frame would be seen.
  p50Ms: MS[stage] ?? 10_000,
  p95Ms: 99_999,
}));

test('a frame encodes its image once and does the rest for each object', () => {
  expect(estimatedFrameMs(stages, 1)).toBe(11 + 29);
  expect(estimatedFrameMs(stages, 8)).toBe(11 + 8 * 29);
});

test('a track is its frames and the prompts on the first', () => {
  expect(estimatedTrackMs(stages, { trackFrames: 60 }, 3)).toBe(61 * (11 + 3 * 29));
});

test('every plan times frames whose bank is full', () => {
  for (const { trackFrames, runs } of Object.values(BENCHMARK_PLANS)) {
    expect(trackFrames - 1 - BANK_FILLING_FRAMES).toBeGreaterThanOrEqual(5);
    expect(runs).toBeGreaterThanOrEqual(5);
  }
});
