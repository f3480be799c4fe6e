import { expect, test, vi } from 'vitest';
import { timeRuns } from '../../../../src/engine/benchmark/measuring.ts';

const PLAN = { warmUps: 2, runs: 4, longestStageMs: 1000, trackFrames: 60 };
const { signal } = new AbortController();

test('warm-up runs are run and not counted', async () => {
  const times = [900, 80, 4, 2, 3, 1];
  const run = vi.fn(async () => times.shift() ?? Number.NaN);
  expect(await timeRuns({ plan: PLAN, signal }, run)).toEqual({ runs: 4, p50Ms: 2, p95Ms: 4 });
  expect(run).toHaveBeenCalledTimes(6);
});

test('a slow stage ends early, with three runs at least', async () => {
  const run = vi.fn(async () => 5000);
  const summary = await timeRuns({ plan: { ...PLAN, runs: 20 }, signal }, run);
  expect(summary).toEqual({ runs: 3, p50Ms: 5000, p95Ms: 5000 });
  expect(run).toHaveBeenCalledTimes(5);
});

test('a cancelled stage ends after the run under way', async () => {
  const controller = new AbortController();
  const run = vi.fn(async () => {
    if (run.mock.calls.length === 3) controller.abort();
    return 1;
  });
  const timing = timeRuns({ plan: PLAN, signal: controller.signal }, run);
  await expect(timing).rejects.toMatchObject({ name: 'AbortError' });
  expect(run).toHaveBeenCalledTimes(3);
});
