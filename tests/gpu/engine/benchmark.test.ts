import { expect, test } from 'vitest';
import { BENCHMARK_STAGES, type BenchmarkMeasurement } from '../../../src/core/benchmark.ts';
import type { BenchmarkPlan } from '../../../src/engine/benchmark/benchmark-plan.ts';
import { BenchmarkScene } from '../../../src/engine/benchmark/benchmark-scene.ts';
import { DispatchCounter } from '../../../src/engine/benchmark/gpu-counters.ts';
import { gpuCopyRate, gpuGemmRate, GpuGemm } from '../../../src/engine/benchmark/gpu-rates.ts';
import { measureDevice } from '../../../src/engine/benchmark/measure-device.ts';
import type { Measuring } from '../../../src/engine/benchmark/measuring.ts';
import { PassTimer } from '../../../src/engine/kernels/pass-timer.ts';
import { measureTrack } from '../../../src/engine/benchmark/track-stage.ts';
import { CallQueue } from '../../../src/engine/runtime/call-queue.ts';
import { modelConfig } from '../../../src/engine/sam2/model-config.ts';
import { expectedTensors } from '../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../src/engine/self-test/named-checkpoint.ts';
import type { LoadedModel } from '../../../src/engine/session/loaded-model.ts';
import { DEFAULT_BUDGETS } from '../../../src/engine/session/session-budgets.ts';
import {
  openBrowserDevice,
  openBrowserEngine,
  type BrowserDevice,
  type BrowserEngine,
} from '../../helpers/browser-engine.ts';
import { downloadFloats, expectNoGpuError, requestTestDevice } from '../../helpers/gpu-device.ts';

/** The smallest that the networks take with a few tokens to attend to. */
const IMAGE_SIZE = 64;

async function runGemm(device: GPUDevice, side: number): Promise<Float32Array> {
  using gemm = await GpuGemm.create(device, side, (row, column) => ((row * 3 + column) % 11) - 5);
  using timer = new PassTimer(device);
  const { pipeline, bindings, workgroups } = gemm.kernel;
  await timer.time((pass) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(...workgroups);
  });
  return downloadFloats(device, gemm.product);
}

test.each([64, 192])('the product of matrices is right at %d', async (side) => {
  const device = await requestTestDevice();
  const product = await expectNoGpuError(device, () => runGemm(device, side));
  const value = (row: number, column: number) => ((row * 3 + column) % 11) - 5;
  for (const [row, column] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [side - 1, side - 1],
    [17, 45],
    [side - 3, 2],
  ] as const) {
    let sum = 0;
    // B is A's transpose.
    for (let k = 0; k < side; k++) sum += value(row, k) * value(column, k);
    expect(product[row * side + column], `at ${row}, ${column}`).toBe(sum);
  }
  device.destroy();
});

test('rates are measured with the clock that the device has', async () => {
  const device = await requestTestDevice();
  const gemm = await expectNoGpuError(device, () => gpuGemmRate(device));
  const copy = await expectNoGpuError(device, () => gpuCopyRate(device));
  expect(gemm.clock).toBe('wall clock');
  expect(gemm.gflopPerSecond).toBeGreaterThan(0.01);
  expect(copy.gigabytesPerSecond).toBeGreaterThan(0.01);
  device.destroy();
});

test('programs are counted until the counter is disposed', async () => {
  const device = await requestTestDevice();
  using gemm = await GpuGemm.create(device, 64);
  const dispatch = () => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(gemm.kernel.pipeline);
    pass.setBindGroup(0, gemm.kernel.bindings);
    pass.dispatchWorkgroups(1, 1);
    pass.dispatchWorkgroups(1);
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
  const counter = new DispatchCounter(device);
  await expectNoGpuError(device, async () => dispatch());
  expect(counter.dispatches).toBe(2);
  counter[Symbol.dispose]();
  dispatch();
  expect(counter.dispatches).toBe(2);
  device.destroy();
});

const named = namedCheckpoint(expectedTensors(modelConfig('nano', '2.1')));

/** A model of made-up weights as the product has it when it is loaded. */
function loadedModel({ plan, ort }: BrowserDevice, engine: BrowserEngine): LoadedModel {
  const { graphs, kernels, runtime } = engine;
  return {
    graphs,
    kernels,
    runtime,
    device: plan,
    model: engine.model,
    ortVersion: ort.env.versions.web ?? '',
    firstRunMs: 1,
    budgets: DEFAULT_BUDGETS,
    report: {
      fileName: 'named.safetensors',
      fileBytes: 1,
      sha256: '0'.repeat(64),
      size: 'nano',
      version: '2.1',
      parameters: 1,
      imageSize: IMAGE_SIZE,
      precision: 'fp32',
      device: plan.report,
      notices: [],
      loadMs: 1,
    },
    [Symbol.dispose]: () => engine[Symbol.dispose](),
  };
}

async function measuringOn(changes: Partial<BenchmarkPlan>): Promise<Measuring> {
  const device = await openBrowserDevice({ backend: 'webgpu', bankAttention: 'kernel' });
  const model = loadedModel(device, await openBrowserEngine(device, named, IMAGE_SIZE));
  return {
    model,
    queue: new CallQueue(),
    plan: { warmUps: 0, runs: 3, longestStageMs: 1, trackFrames: 18, ...changes },
    scene: new BenchmarkScene(),
    signal: new AbortController().signal,
  };
}

test('stages are measured, and tracks that take too long are left out', async () => {
  const measuring = await measuringOn({ longestTrackMs: 0 });
  using _model = measuring.model;
  let found: BenchmarkMeasurement | undefined;
  const remaining: number[] = [];
  await measureDevice(measuring, {
    onStart: () => undefined,
    onRemaining: (ms) => remaining.push(ms),
    onMeasured: (measurement) => {
      found = measurement;
    },
  });
  expect(found?.device).toMatchObject({ backend: 'webgpu', bankAttention: 'kernel' });
  expect(found?.device.limits?.['maxComputeWorkgroupStorageSize']).toBeGreaterThanOrEqual(16_384);
  expect(found?.rates?.gemm.map(({ by }) => by)).toEqual(['WGSL kernel', 'ONNX Runtime MatMul']);
  const [plain, ...others] = found?.attention ?? [];
  expect(plain).toMatchObject({ deviation: 0, gflopPerSecond: expect.any(Number) });
  expect(others.length).toBeGreaterThan(0);
  expect(found?.clock.fenceMs).toBeGreaterThanOrEqual(0);
  expect(found?.stages.map(({ stage }) => stage)).toEqual(BENCHMARK_STAGES);
  expect(found?.tracks).toEqual([]);
  expect(found?.skippedTracks.map(({ objects }) => objects)).toEqual([1, 3, 8]);
  expect(remaining.at(-1)).toBe(0);
}, 300_000);

test('a track tells what a frame does on the GPU', async () => {
  const measuring = await measuringOn({});
  using _model = measuring.model;
  const done: number[] = [];
  const { times, counters } = await measureTrack(measuring, {
    objects: 1,
    isCounted: true,
    onFrame: (frames) => done.push(frames),
  });
  // 16 of 17 intervals are those in which the bank fills.
  expect(times).toMatchObject({ objects: 1, frames: 18, runs: 1 });
  expect(done.slice(-23)).toEqual(Array.from({ length: 23 }, (_, at) => at + 1));
  console.log(JSON.stringify(counters));
  // One mask's run lengths and its scores; ONNX Runtime's programs and the studio's.
  expect(counters?.bytesReadPerFrame).toBeGreaterThan(0);
  expect(counters?.bytesReadPerFrame).toBeLessThan(200_000);
  expect(counters?.dispatchesPerFrame).toBeGreaterThan(200);
  expect(counters?.dispatchesPerFrame).toBeLessThan(2000);
  // More than nano's weights in float32.
  expect(counters?.gpuBytesHeld).toBeGreaterThan(20e6);
}, 300_000);
