import type { TimeSummary } from '../../core/benchmark.ts';
import { CALL_PRIORITY, type CallQueue } from '../runtime/call-queue.ts';
import type { LoadedModel } from '../session/loaded-model.ts';
import { FEWEST_RUNS, type BenchmarkPlan } from './benchmark-plan.ts';
import type { BenchmarkScene } from './benchmark-scene.ts';
import { nextTask } from './next-task.ts';
import { summarizeTimes } from './time-summary.ts';

/** What everything that is measured works with; it owns none of it. */
export interface Measuring {
  readonly model: LoadedModel;
  /** Carries every call that touches the graphs. */
  readonly queue: CallQueue;
  readonly plan: BenchmarkPlan;
  readonly scene: BenchmarkScene;
  /** Looked at between runs and between frames. */
  readonly signal: AbortSignal;
}

/** Resolves when the device has done all that was asked of it; at once on WASM. */
export async function settled({ model }: Pick<Measuring, 'model'>): Promise<void> {
  const { device } = model;
  if (device.backend === 'webgpu') await device.device.queue.onSubmittedWorkDone();
}

/**
 * Times a run that touches the graphs, until the device is done. What the run gives is disposed
 * when the clock has stopped.
 */
export function clocked(
  measuring: Measuring,
  run: () => Promise<Disposable | undefined>,
): () => Promise<number> {
  return () =>
    measuring.queue.run(CALL_PRIORITY.propagation, async () => {
      const startedMs = performance.now();
      const result = await run();
      await settled(measuring);
      const elapsedMs = performance.now() - startedMs;
      result?.[Symbol.dispose]();
      return elapsedMs;
    });
}

/**
 * Runs something some times without the clock and then with it.
 * @param run resolves to its own time, in milliseconds
 * @throws the signal's reason when it aborts
 */
export async function timeRuns(
  { plan, signal }: Pick<Measuring, 'plan' | 'signal'>,
  run: () => Promise<number>,
): Promise<TimeSummary> {
  const timesMs: number[] = [];
  let spentMs = 0;
  for (let at = 0; at < plan.warmUps + plan.runs; at++) {
    await nextTask();
    signal.throwIfAborted();
    const elapsedMs = await run();
    spentMs += elapsedMs;
    if (at >= plan.warmUps) timesMs.push(elapsedMs);
    if (timesMs.length >= FEWEST_RUNS && spentMs >= plan.longestStageMs) break;
  }
  return summarizeTimes(timesMs);
}
