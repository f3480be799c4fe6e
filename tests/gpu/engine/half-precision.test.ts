import { expect, test } from 'vitest';
import { warmUp } from '../../../src/engine/session/warm-up.ts';
import { benchCheckpoint } from '../../bench/bench-models.ts';
import { openBrowserDevice, openBrowserEngine } from '../../helpers/browser-engine.ts';
import { keepLedger } from '../../helpers/gpu-ledger.ts';
import { idle } from '../../helpers/idle-gpu.ts';

const IMAGE_SIZE = 128;
/** Two for each of nano's ten blocks and two layers. */
const CASTS = 24;

/** What the first runs of all networks took, on a device that counts and does not compute. */
async function firstRuns(precision: 'fp32' | 'fp16') {
  const opened = await openBrowserDevice({
    backend: 'webgpu',
    bankAttention: 'kernel',
    graphCapture: true,
  });
  if (opened.plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  const { device } = opened.plan;
  // A software GPU has none of it; without a compiler that does not matter.
  const features = new Set([...device.features, 'shader-f16']);
  Object.defineProperty(device, 'features', { value: features });
  idle(device);
  const ledger = keepLedger(device);
  using engine = await openBrowserEngine(opened, benchCheckpoint('nano'), IMAGE_SIZE, precision);
  await warmUp(engine.graphs, engine.kernels, { compiles: false });
  const before = ledger.dispatches;
  await warmUp(engine.graphs, engine.kernels, { compiles: false });
  return {
    refused: engine.runtime.refusedCaptures,
    dispatches: ledger.dispatches - before,
    liveBytes: ledger.liveBytes,
  };
}

test('ONNX Runtime takes every float16 node to the GPU and records the runs', async () => {
  const full = await firstRuns('fp32');
  const half = await firstRuns('fp16');
  console.log(`float32 ${JSON.stringify(full)}, float16 ${JSON.stringify(half)}`);
  expect(half.refused).toEqual([]);
  expect(half.dispatches - full.dispatches).toBe(CASTS);
  expect(half.liveBytes).toBeLessThan(full.liveBytes);
}, 300_000);
