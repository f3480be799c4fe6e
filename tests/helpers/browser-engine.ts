import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import {
  CHECKPOINT_LOCATION,
  PREPARED_LOCATION,
  prepareWeights,
} from '../../src/engine/graph/weight-plan.ts';
import { probeDevice, type DevicePlan } from '../../src/engine/runtime/device-probe.ts';
import { loadOrt, type OrtModule } from '../../src/engine/runtime/ort-module.ts';
import { OrtRuntime } from '../../src/engine/runtime/ort-runtime.ts';
import { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model, type Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { CpuTensorKernels } from '../../src/engine/session/cpu-tensor-kernels.ts';
import { GpuTensorKernels } from '../../src/engine/session/gpu-tensor-kernels.ts';
import { inMemory } from '../../src/engine/session/weight-files.ts';

export interface BrowserDeviceOptions {
  readonly backend: 'wasm' | 'webgpu';
  /** Of the WASM backend; as many as the product takes unless given. */
  readonly threads?: number;
}

/** A device and the ORT build for it, as the product finds them. A worker holds one build. */
export interface BrowserDevice {
  readonly plan: DevicePlan;
  readonly ort: OrtModule;
}

export async function openBrowserDevice(options: BrowserDeviceOptions): Promise<BrowserDevice> {
  const probed = await probeDevice(options.backend);
  const { threads = probed.report.threads } = options;
  const plan: DevicePlan =
    probed.backend === 'wasm'
      ? { ...probed, threads, report: { ...probed.report, threads } }
      : probed;
  return { plan, ort: await loadOrt(plan.report) };
}

/** A model on a device, with the kernels beside it. */
export interface BrowserEngine extends Disposable {
  readonly runtime: OrtRuntime;
  readonly model: Sam2Model;
  readonly graphs: Sam2Graphs;
  readonly kernels: CpuTensorKernels | GpuTensorKernels;
}

/** The same parts in the same order as the product's `loadModel`, for any checkpoint. */
export async function openBrowserEngine(
  { plan, ort }: BrowserDevice,
  checkpoint: Checkpoint,
  imageSize: number,
): Promise<BrowserEngine> {
  const model = buildSam2Model(checkpoint, imageSize);
  const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
  const files = new Map([
    [CHECKPOINT_LOCATION, checkpoint.file],
    [PREPARED_LOCATION, prepared],
  ]);
  const runtime = new OrtRuntime({ ort, plan, files });
  const graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
  const kernels =
    plan.backend === 'webgpu'
      ? new GpuTensorKernels(plan.device, runtime, imageSize)
      : new CpuTensorKernels(runtime, imageSize);
  const owned = [kernels, graphs, runtime];
  const dispose = () => {
    for (const resource of owned) resource[Symbol.dispose]();
  };
  return { runtime, model, graphs, kernels, [Symbol.dispose]: dispose };
}
