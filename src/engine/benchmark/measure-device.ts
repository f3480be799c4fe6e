import { BENCHMARK_OBJECTS, type BenchmarkMeasurement } from '../../core/benchmark.ts';
import { measureAttention } from './attention-stage.ts';
import { describeDevice, measureClock } from './benchmark-device.ts';
import { estimatedTrackMs } from './benchmark-plan.ts';
import { measureClicks } from './click-stages.ts';
import { measureRates } from './device-rates.ts';
import type { Measuring } from './measuring.ts';
import { measureNetworkStages } from './network-stages.ts';
import { measureTrack } from './track-stage.ts';

/** Told how far a benchmark is. */
export interface MeasuringReport {
  /** @param doing what is being measured, as users read it */
  readonly onStart: (doing: string) => void;
  /** Once the networks' times are known. */
  readonly onRemaining: (remainingMs: number) => void;
  /** Takes what was measured so far. */
  readonly onMeasured: (measurement: BenchmarkMeasurement) => void;
}

/**
 * Measures a loaded model on its device: rates, stages, clicks and tracks, in this order. Everything
 * is told as soon as it is there.
 * @throws the signal's reason when it aborts
 */
export async function measureDevice(measuring: Measuring, report: MeasuringReport): Promise<void> {
  const { model, scene } = measuring;
  report.onStart('the pictures');
  scene.prepare(model.kernels.frameForm);
  let found: BenchmarkMeasurement = {
    device: describeDevice(model.device, model.ortVersion),
    clock: await measureClock(measuring),
    pictures: scene.size,
    firstRunMs: model.firstRunMs,
    stages: [],
    tracks: [],
    skippedTracks: [],
  };
  const add = (more: Partial<BenchmarkMeasurement>) => {
    found = { ...found, ...more };
    report.onMeasured(found);
  };
  add({});
  report.onStart('products of matrices and copies');
  add({ rates: await measureRates(measuring) });
  report.onStart('attention to the memory bank');
  add(await measureAttention(measuring));
  const stages: Parameters<typeof measureNetworkStages>[1] = {
    onStage: (stage) => report.onStart(stage),
    onTimes: (times) => add({ stages: [...found.stages, times] }),
  };
  await measureNetworkStages(measuring, stages);
  report.onRemaining(remainingMs(measuring, found));
  await measureClicks(measuring, stages);
  for (const objects of BENCHMARK_OBJECTS) {
    report.onRemaining(remainingMs(measuring, found));
    add(await trackOrSkip(measuring, found, { ...report, objects }));
  }
  report.onRemaining(0);
}

/** Tracks so many objects, or says that it would take too long. */
async function trackOrSkip(
  measuring: Measuring,
  found: BenchmarkMeasurement,
  report: MeasuringReport & { readonly objects: number },
): Promise<Partial<BenchmarkMeasurement>> {
  const { objects } = report;
  const estimatedMs = estimatedTrackMs(found.stages, measuring.plan, objects);
  if (estimatedMs > (measuring.plan.longestTrackMs ?? Infinity)) {
    return { skippedTracks: [...found.skippedTracks, { objects, estimatedMs }] };
  }
  report.onStart(`tracking ${objects} ${objects === 1 ? 'object' : 'objects'}`);
  const laterMs = remainingMs(measuring, found) - estimatedMs;
  const { times, counters } = await measureTrack(measuring, {
    objects,
    isCounted: objects === 1,
    onFrame: (done, total) => report.onRemaining(laterMs + estimatedMs * (1 - done / total)),
  });
  return {
    tracks: [...found.tracks, times],
    ...(counters === undefined ? {} : { counters }),
  };
}

/** What the tracks that are still to come should take. */
function remainingMs({ plan }: Measuring, found: BenchmarkMeasurement): number {
  const passed = [...found.tracks, ...found.skippedTracks].map(({ objects }) => objects);
  const left = BENCHMARK_OBJECTS.filter((objects) => !passed.includes(objects)).map((objects) =>
    estimatedTrackMs(found.stages, plan, objects),
  );
  const longest = plan.longestTrackMs ?? Infinity;
  return left.reduce((sum, ms) => sum + (ms > longest ? 0 : ms), 0);
}
