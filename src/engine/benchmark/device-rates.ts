import type { DeviceRates, GemmRate } from '../../core/benchmark.ts';
import { CALL_PRIORITY } from '../runtime/call-queue.ts';
import { gpuCopyRate, gpuGemmRate } from './gpu-rates.ts';
import { settled, type Measuring } from './measuring.ts';
import { memoryCopyRate } from './memory-copy-rate.ts';
import { ortGemmRate } from './ort-gemm.ts';

const SIDE = 1024;
/** First tried at, so that a slow device is not held up for long. */
const TRIAL_SIDE = 256;
const RUNS = 12;
/** Products of a slow device are kept below this. */
const LONGEST_RUN_MS = 250;

/** What the device does at its best: products of matrices and copies. */
export async function measureRates(measuring: Measuring): Promise<DeviceRates> {
  return measuring.queue.run(CALL_PRIORITY.propagation, async () => {
    const { device } = measuring.model;
    const ort = await ortGemm(measuring);
    if (device.backend === 'wasm') return { gemm: [ort], copy: memoryCopyRate() };
    const own = await gpuGemmRate(device.device);
    return { gemm: [own, ort], copy: await gpuCopyRate(device.device) };
  });
}

async function ortGemm(measuring: Measuring): Promise<GemmRate> {
  const options = { runs: 2, settled: () => settled(measuring) };
  const { runtime } = measuring.model;
  const trial = await ortGemmRate(runtime, { ...options, side: TRIAL_SIDE });
  const expectedMs = (2 * SIDE ** 3) / 1e6 / trial;
  const side = expectedMs > LONGEST_RUN_MS ? TRIAL_SIDE : SIDE;
  const gflopPerSecond = await ortGemmRate(runtime, { ...options, runs: RUNS, side });
  return { by: 'ONNX Runtime MatMul', side, gflopPerSecond, clock: 'wall clock' };
}
