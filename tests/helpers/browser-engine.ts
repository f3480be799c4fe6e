import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import {
  CHECKPOINT_LOCATION,
  PREPARED_LOCATION,
  prepareWeights,
} from '../../src/engine/graph/weight-plan.ts';
import { probeDevice, type DevicePlan } from '../../src/engine/runtime/device-probe.ts';
import { loadOrt, type OrtModule } from '../../src/engine/runtime/ort-module.ts';
import { hostData, OrtRuntime } from '../../src/engine/runtime/ort-runtime.ts';
import { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import {
  buildSam2Model,
  type ModelOptions,
  type Sam2Model,
} from '../../src/engine/sam2/sam2-model.ts';
import { probeBankAttention } from '../../src/engine/session/bank-attention-probe.ts';
import { probeGraphCapture } from '../../src/engine/session/capture-probe.ts';
import { CpuTensorKernels } from '../../src/engine/session/cpu-tensor-kernels.ts';
import {
  type GpuBankAttention,
  openBankAttention,
} from '../../src/engine/session/gpu-bank-attention.ts';
import { GpuTensorKernels } from '../../src/engine/session/gpu-tensor-kernels.ts';
import { inMemory } from '../../src/engine/session/weight-files.ts';

export interface BrowserDeviceOptions {
  readonly backend: 'wasm' | 'webgpu';
  /** Of the WASM backend; as many as the product takes unless given. */
  readonly threads?: number;
  /** Of WebGPU; what the product finds right unless given. */
  readonly bankAttention?: 'kernel' | 'graph';
  /** Of WebGPU; what the product finds right unless given. */
  readonly graphCapture?: boolean;
}

/** A device and the ORT build for it, as the product finds them. A worker holds one build. */
export interface BrowserDevice {
  readonly plan: DevicePlan;
  readonly ort: OrtModule;
}

export async function openBrowserDevice(options: BrowserDeviceOptions): Promise<BrowserDevice> {
  const probed = await probeDevice(options.backend);
  const { threads = probed.report.threads } = options;
  const ort = await loadOrt({ ...probed.report, threads });
  const bankAttention =
    options.bankAttention === undefined
      ? await probeBankAttention(probed, ort)
      : { way: options.bankAttention, reason: 'As the test asks.' };
  const graphCapture =
    options.graphCapture === undefined
      ? await probeGraphCapture(probed, ort)
      : { isOn: options.graphCapture, reason: 'As the test asks.' };
  const report = { ...probed.report, threads, bankAttention, graphCapture };
  const plan: DevicePlan =
    probed.backend === 'wasm' ? { ...probed, threads, report } : { ...probed, report };
  return { plan, ort };
}

/** A model on a device, with the kernels beside it. */
export interface BrowserEngine extends Disposable {
  readonly runtime: OrtRuntime;
  readonly model: Sam2Model;
  readonly graphs: Sam2Graphs;
  readonly kernels: CpuTensorKernels | GpuTensorKernels;
  /** Absent where the graph attends to the bank. */
  readonly attention: GpuBankAttention | undefined;
}

/** The same parts in the same order as the product's `loadModel`, for any checkpoint. */
export async function openBrowserEngine(
  { plan, ort }: BrowserDevice,
  checkpoint: Checkpoint,
  imageSize: number,
  precision: ModelOptions['precision'] = 'fp32',
): Promise<BrowserEngine> {
  const model = buildSam2Model(checkpoint, imageSize, { precision, backend: plan.backend });
  const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
  const files = new Map([
    [CHECKPOINT_LOCATION, checkpoint.file],
    [PREPARED_LOCATION, prepared],
  ]);
  const runtime = new OrtRuntime({ ort, plan, files });
  const attention = await openBankAttention({ plan, runtime, model });
  const graphs = await Sam2Graphs.load({
    runtime,
    model,
    checkpoint,
    ...(attention && { attendToBank: (operands) => attention.attend(operands) }),
  });
  const kernels =
    plan.backend === 'webgpu'
      ? new GpuTensorKernels(plan.device, runtime, imageSize)
      : new CpuTensorKernels(runtime, imageSize, hostData);
  const owned = [kernels, graphs, ...(attention ? [attention] : []), runtime];
  const dispose = () => {
    for (const resource of owned) resource[Symbol.dispose]();
  };
  return { runtime, model, graphs, kernels, attention, [Symbol.dispose]: dispose };
}
