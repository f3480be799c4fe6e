import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throttle } from '../../../src/store/throttle.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function start(runMs: number) {
  const startedAt: number[] = [];
  let running = 0;
  let most = 0;
  const throttle = new Throttle({
    run: async () => {
      startedAt.push(Date.now());
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, runMs));
      running--;
    },
    intervalMs: 100,
    nowMs: () => Date.now(),
  });
  const beganAt = Date.now();
  return { throttle, times: () => startedAt.map((at) => at - beganAt), most: () => most };
}

test('runs at once, then once for all that is wanted within the interval', async () => {
  const { throttle, times } = start(5);
  throttle.want();
  throttle.want();
  await vi.advanceTimersByTimeAsync(10);
  for (let more = 0; more < 5; more++) {
    throttle.want();
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(times()).toEqual([0, 100]);
  throttle.want();
  await vi.advanceTimersByTimeAsync(0);
  expect(times()).toEqual([0, 100, 1060]);
});

test('what is wanted during a long run is run after it, never beside it', async () => {
  const { throttle, times, most } = start(250);
  throttle.want();
  await vi.advanceTimersByTimeAsync(200);
  throttle.want();
  throttle.want();
  await vi.advanceTimersByTimeAsync(1000);
  expect(times()).toHaveLength(2);
  // Timers take a millisecond at least.
  expect(times()[1]).toBeGreaterThanOrEqual(250);
  expect(times()[1]).toBeLessThan(255);
  expect(most()).toBe(1);
});

test('runs nothing more once it is disposed', async () => {
  const { throttle, times } = start(5);
  throttle.want();
  await vi.advanceTimersByTimeAsync(10);
  throttle.want();
  throttle[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(1000);
  expect(times()).toEqual([0]);
});
