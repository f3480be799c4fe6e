import { sha256OfBlob } from '../../core/sha256.ts';
import type { ModelPreferences, ModelReport } from '../../protocol/device.ts';
import { openCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import type { OrtModule } from '../runtime/ort-module.ts';
import { hostData, OrtRuntime } from '../runtime/ort-runtime.ts';
import { type ModelConfig, recognizeModel } from '../sam2/model-config.ts';
import { Sam2Graphs } from '../sam2/sam2-graphs.ts';
import { buildSam2Model, type Sam2Model } from '../sam2/sam2-model.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { CpuTensorKernels } from './cpu-tensor-kernels.ts';
import { GpuTensorKernels } from './gpu-tensor-kernels.ts';
import { openBankAttention } from './gpu-bank-attention.ts';
import { defaultImageSize } from './image-size.ts';
import { type FitRequest, planFittingMemory } from './memory-fit.ts';
import { type MemoryBudgets, planBudgets } from './session-budgets.ts';
import type { LoadReporter } from './load-progress.ts';
import type { TensorKernels } from './tensor-kernels.ts';
import { warmUp } from './warm-up.ts';
import { openWeightFiles, type PreparedBlobs } from './weight-files.ts';

/** A model ready to track, with all that it holds on the device. */
export interface LoadedModel extends Disposable {
  readonly graphs: Sam2Graphs;
  readonly kernels: TensorKernels;
  /** What they run on. */
  readonly runtime: OrtRuntime;
  readonly device: DevicePlan;
  /** Such as `1.30.0`. */
  readonly ortVersion: string;
  readonly report: ModelReport;
  /** What a session on it may keep for later. */
  readonly budgets: MemoryBudgets;
  /** Of the first run of every network, compiling included. */
  readonly firstRunMs: number;
}

/** What `loadModel` works with; it owns none of it. */
export interface LoadModelOptions {
  readonly file: CheckpointFile;
  readonly plan: DevicePlan;
  readonly ort: OrtModule;
  readonly preferences: ModelPreferences;
  readonly blobs: PreparedBlobs;
  readonly progress: LoadReporter;
  /** Of the load's start, `performance.now()`. */
  readonly startedMs: number;
}

/**
 * Reads a checkpoint and brings its graphs to the device, run once so that the first click waits
 * for nothing. On failure nothing is left behind.
 * @throws StudioError for a file that is no SAM 2 checkpoint; `model-too-large` for one that does not
 * fit the device, which is put nothing on then
 */
export async function loadModel(options: LoadModelOptions): Promise<LoadedModel> {
  const { file, plan, ort, progress } = options;
  const { checkpoint, model, sha256, budgets } = await readModel(options);
  const { imageSize } = model;
  progress.at('preparing weights');
  const { blobs } = options;
  const { files, notices } = await openWeightFiles({ model, checkpoint, sha256, blobs });
  progress.at('building graphs');
  const runtime = new OrtRuntime({ ort, plan, files });
  const owned: Disposable[] = [runtime];
  try {
    const attention = await openBankAttention({ plan, runtime, model });
    if (attention !== undefined) owned.push(attention);
    const graphs = await Sam2Graphs.load({
      runtime,
      model,
      checkpoint,
      ...(attention && { attendToBank: (operands) => attention.attend(operands) }),
    });
    owned.push(graphs);
    const kernels = createKernels(plan, runtime, imageSize);
    owned.push(kernels);
    progress.at('warming up');
    const warmUpStartedMs = performance.now();
    await warmUp(graphs, kernels);
    const firstRunMs = performance.now() - warmUpStartedMs;
    const report: ModelReport = {
      fileName: file.name,
      fileBytes: file.size,
      sha256,
      size: model.config.size,
      version: model.config.version,
      parameters: countParameters(checkpoint),
      imageSize,
      precision: 'fp32',
      device: plan.report,
      notices,
      loadMs: performance.now() - options.startedMs,
    };
    return {
      graphs,
      kernels,
      runtime,
      device: plan,
      ortVersion: ort.env.versions.web ?? '',
      report,
      budgets,
      firstRunMs,
      [Symbol.dispose]: () => disposeInReverse(owned),
    };
  } catch (error) {
    disposeInReverse(owned);
    throw error;
  }
}

/** A model whose graphs are built, and that fits. */
interface ReadModel extends Pick<LoadedModel, 'budgets'> {
  readonly checkpoint: Checkpoint;
  readonly model: Sam2Model;
  /** Of the checkpoint file. */
  readonly sha256: string;
}

async function readModel({
  file,
  plan,
  preferences,
  progress,
}: LoadModelOptions): Promise<ReadModel> {
  progress.at('reading');
  const checkpoint = await openCheckpoint(file);
  const fit = fitRequest(recognizeModel(checkpoint.tensors), plan);
  const imageSize = preferences.imageSize ?? defaultImageSize(fit);
  const memory = planFittingMemory(fit, imageSize);
  const model = buildSam2Model(checkpoint, imageSize);
  const sha256 = await sha256OfBlob(file, {
    onProgress: (bytes) => progress.at('reading', bytes / file.size),
  });
  return { checkpoint, model, sha256, budgets: planBudgets(memory, fit.device.capacityBytes) };
}

function fitRequest(config: ModelConfig, { backend, report }: DevicePlan): FitRequest {
  const bankAttention = report.bankAttention?.way ?? 'graph';
  return { device: report.memory, model: { config, backend, bankAttention } };
}

function disposeInReverse(owned: readonly Disposable[]): void {
  for (const resource of owned.toReversed()) resource[Symbol.dispose]();
}

function createKernels(plan: DevicePlan, runtime: OrtRuntime, imageSize: number): TensorKernels {
  return plan.backend === 'webgpu'
    ? new GpuTensorKernels(plan.device, runtime, imageSize)
    : new CpuTensorKernels(runtime, imageSize, hostData);
}

function countParameters(checkpoint: Checkpoint): number {
  let parameters = 0;
  for (const { shape } of checkpoint.tensors.values()) {
    parameters += shape.reduce((product, dim) => product * dim, 1);
  }
  return parameters;
}
