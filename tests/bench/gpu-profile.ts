import { gpuCopyRate, gpuGemmRate } from '../../src/engine/benchmark/gpu-rates.ts';
import {
  CHECKPOINT_LOCATION,
  PREPARED_LOCATION,
  prepareWeights,
} from '../../src/engine/graph/weight-plan.ts';
import { OrtRuntime } from '../../src/engine/runtime/ort-runtime.ts';
import { type FramePart, trackedFrameCost } from '../../src/engine/sam2/frame-cost.ts';
import { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model, type Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { openBankAttention } from '../../src/engine/session/gpu-bank-attention.ts';
import { inMemory } from '../../src/engine/session/weight-files.ts';
import { openBrowserDevice } from '../helpers/browser-engine.ts';
import { benchCheckpoint, type BenchCase } from './bench-models.ts';
import { timeBankKernel } from './kernel-pass.ts';
import type { GraphProfile } from './kernel-times.ts';
import {
  type MeasuredFrame,
  type MeasuredPart,
  NamingRuntime,
  partsOf,
  runFrames,
} from './measured-frame.ts';
import { matMulRate } from './model-bench.ts';
import type { ProfiledOrt } from './profiled-ort.ts';
import { FULL_BANK } from './roofline.ts';

/** What is profiled. */
export interface ProfileRequest extends BenchCase {
  readonly bankAttention: 'kernel' | 'graph';
}

/** Products of a device below this are too slow at the larger side. */
const SLOW_GFLOP_PER_SECOND = 20;
const [SMALL_SIDE, LARGE_SIDE] = [256, 1024];

/**
 * Profiles a tracked frame on WebGPU, program by program by the GPU's own clock.
 * @param profiled made before ONNX Runtime's build is loaded
 */
export async function profileOnGpu(
  request: ProfileRequest,
  profiled: ProfiledOrt,
): Promise<Omit<MeasuredFrame, 'stages'>> {
  const { size, imageSize, repeats, bankAttention } = request;
  // A replayed recording is one call, in which ONNX Runtime's profile sees no nodes.
  const options = { backend: 'webgpu', bankAttention, graphCapture: false } as const;
  const { plan, ort } = await openBrowserDevice(options);
  if (plan.backend !== 'webgpu') throw new Error('this needs a WebGPU adapter');
  const { device } = plan;
  const { vendor, architecture } = device.adapterInfo;
  const checkpoint = benchCheckpoint(size);
  const model = buildSam2Model(checkpoint, imageSize, { backend: 'webgpu' });
  const files = new Map([
    [CHECKPOINT_LOCATION, checkpoint.file],
    [PREPARED_LOCATION, await inMemory(prepareWeights(model.weights, checkpoint))],
  ]);
  using runtime = new OrtRuntime({ ort: profiled.watch(ort), plan, files });
  const named = new NamingRuntime(runtime);
  using attention = await openBankAttention({ plan, runtime, model });
  const attendToBank = attention && { attendToBank: attention.attend.bind(attention) };
  using graphs = await Sam2Graphs.load({ runtime: named, model, checkpoint, ...attendToBank });
  await runFrames(named, graphs, repeats);
  const parts = partsOf(named.names, await profiled.traces());
  const kernels =
    attention === undefined
      ? []
      : kernelProfiles(model, await timeBankKernel({ device, runtime, attention, model }, repeats));
  const settled = () => device.queue.onSubmittedWorkDone();
  return {
    where: `ONNX Runtime Web, WebGPU on ${vendor} ${architecture}`,
    bankAttention,
    parts: parts.map((part) => withProfiles(part, kernels)),
    gflopPerSecond: Math.max(
      (await gpuGemmRate(device)).gflopPerSecond,
      await ortRate(new OrtRuntime({ ort, plan, files }), settled),
    ),
    gigabytesPerSecond: (await gpuCopyRate(device)).gigabytesPerSecond,
  };
}

async function ortRate(runtime: OrtRuntime, settled: () => Promise<unknown>): Promise<number> {
  using owned = runtime;
  const small = await matMulRate(owned, settled, SMALL_SIDE);
  if (small < SLOW_GFLOP_PER_SECOND) return small;
  return Math.max(small, await matMulRate(owned, settled, LARGE_SIDE));
}

/** The kernel's runs between the graphs of memory attention, under the names that the count has. */
function kernelProfiles({ config, imageSize }: Sam2Model, ms: number): readonly GraphProfile[] {
  const frame = {
    config,
    imageSize,
    bank: FULL_BANK,
    objects: 1,
    bankAttention: 'kernel',
  } as const;
  const nodes = trackedFrameCost(frame).flatMap((part: FramePart) => part.nodes);
  const runs = nodes.filter(({ op }) => op === 'kernel');
  return runs.map(({ name }) => ({ kernels: [{ name, op: 'kernel', ms }], runMs: ms }));
}

function withProfiles(part: MeasuredPart, more: readonly GraphProfile[]): MeasuredPart {
  if (part.name !== 'memory attention') return part;
  return { ...part, profiles: [...part.profiles, ...more] };
}
