import { afterEach, beforeEach, expect, test } from 'vitest';
import { BENCHMARK_STAGES } from '../../../src/core/benchmark.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { BENCHMARK_PLANS, FEWEST_RUNS } from '../../../src/engine/benchmark/benchmark-plan.ts';
import type { BenchmarkBatch, BenchmarkCursor } from '../../../src/protocol/benchmark-api.ts';
import { DiscClip } from '../../helpers/disc-clip.ts';
import { discFrames } from '../../helpers/disc-frames.ts';
import { StudioWorkers } from '../../helpers/studio-workers.ts';

/** The smallest at which the bundled model was trained. */
const FAST = { backend: 'wasm', imageSize: 128 } as const;

const clip = new DiscClip({ scale: 0.5 });
let studio: StudioWorkers;

beforeEach(() => {
  studio = new StudioWorkers();
});
afterEach(() => studio[Symbol.dispose]());

/** Follows a benchmark to its end. */
async function follow(
  cursor: BenchmarkCursor,
  onBatch: (batch: BenchmarkBatch) => void = () => undefined,
): Promise<BenchmarkBatch> {
  for (;;) {
    const batch = await cursor.nextBatch(1000);
    onBatch(batch);
    if (batch.state !== 'running') return batch;
  }
}

test('a benchmark without a model is refused', async () => {
  await expect(studio.inference.benchmark({ kind: 'quick' })).rejects.toMatchObject({
    name: 'StudioError',
    code: 'session-disposed',
  });
});

test('a quick benchmark measures every stage and every track, and says what comes', async () => {
  const report = await studio.loadModel(FAST);
  const doings = new Set<string>();
  const { state, measurement } = await follow(
    await studio.inference.benchmark({ kind: 'quick' }),
    ({ doing }) => doings.add(doing),
  );
  expect(state).toBe('complete');
  expect(measurement.device).toMatchObject({ backend: 'wasm', ortBuild: 'wasm' });
  expect(measurement.device.ortVersion).toMatch(/^\d+\.\d+\.\d+/);
  expect(measurement.device.threads).toBe(report.device.threads);
  expect(measurement.clock.stepMs).toBeGreaterThan(0);
  expect(measurement.firstRunMs).toBeGreaterThan(0);
  expect(measurement.firstRunMs).toBeLessThan(report.loadMs);
  expect(measurement.stages.map(({ stage }) => stage)).toEqual(BENCHMARK_STAGES);
  for (const { runs, p50Ms, p95Ms } of measurement.stages) {
    // A stage that takes too long on a busy machine ends with fewer.
    expect(runs).toBeGreaterThanOrEqual(FEWEST_RUNS);
    expect(runs).toBeLessThanOrEqual(BENCHMARK_PLANS.quick.runs);
    expect(p50Ms).toBeGreaterThan(0);
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
  }
  const { tracks, skippedTracks } = measurement;
  // On a busy machine those are left out that would take over a minute.
  expect([...tracks, ...skippedTracks].map(({ objects }) => objects)).toEqual([1, 3, 8]);
  const many = tracks.filter(({ objects }) => objects > 1);
  for (const { objects } of many) expect([...doings]).toContain(`tracking ${objects} objects`);
  for (const { frames, runs } of tracks) expect([frames, runs]).toEqual([24, 7]);
  for (const [at, { gflopPerFrame }] of many.entries()) {
    expect(gflopPerFrame).toBeGreaterThan(tracks[at]?.gflopPerFrame ?? Infinity);
  }
  expect(measurement.rates?.gemm.map(({ by }) => by)).toEqual(['ONNX Runtime MatMul']);
  expect(measurement.rates?.copy.gigabytesPerSecond).toBeGreaterThan(0.1);
  expect(measurement.counters).toBeUndefined();
}, 300_000);

test('a cancelled benchmark keeps what it has, and the open clip goes on as before', async () => {
  await studio.loadModel(FAST);
  await studio.openFrames('discs', await discFrames(clip, 4));
  const prompts = {
    kind: 'clicks',
    points: [{ ...clip.discCentre(1, 0), label: 'positive' }],
  } as const;
  const placed = { objectId: objectId(1), frame: frameIndex(0), prompts };
  const before = await studio.inference.setPrompts(placed);
  const cursor = await studio.inference.benchmark({ kind: 'full' });
  const last = await follow(cursor, ({ measurement }) => {
    if (measurement.stages.length >= 3) void cursor.cancel();
  });
  expect(last.state).toBe('cancelled');
  expect(last.measurement.stages.length).toBeGreaterThanOrEqual(3);
  expect(last.measurement.tracks).toEqual([]);
  expect(await studio.inference.setPrompts(placed)).toEqual(before);
  const masks: number[] = [];
  const whole = { start: frameIndex(0), end: frameIndex(3), direction: 'forward' } as const;
  for await (const summaries of studio.propagate(whole))
    masks.push(...summaries.map((s) => s.frame));
  expect(masks).toEqual([0, 1, 2, 3]);
});

test('another benchmark ends the one before, and so does another model', async () => {
  await studio.loadModel(FAST);
  const first = follow(await studio.inference.benchmark({ kind: 'full' }));
  const second = follow(await studio.inference.benchmark({ kind: 'full' }));
  expect((await first).state).toBe('cancelled');
  await studio.loadModel(FAST);
  expect((await second).state).toBe('cancelled');
});
