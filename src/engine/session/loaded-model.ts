import { sha256OfBlob } from '../../core/sha256.ts';
import type { ModelPreferences, ModelReport } from '../../protocol/device.ts';
import { openCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import { hostData, OrtRuntime, type RefusedCapture } from '../runtime/ort-runtime.ts';
import { recognizeModel } from '../sam2/model-config.ts';
import { Sam2Graphs } from '../sam2/sam2-graphs.ts';
import { buildSam2Model, type Sam2Model } from '../sam2/sam2-model.ts';
import type { CheckedDevice, PassedChecks } from './checked-device.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { CpuTensorKernels } from './cpu-tensor-kernels.ts';
import type { AttentionVariant } from '../kernels/cross-attention/attention-variant.ts';
import { GpuTensorKernels } from './gpu-tensor-kernels.ts';
import { modelVariant, type PlacedModel } from './model-variant.ts';
import { type AttendingModel, openBankAttention } from './gpu-bank-attention.ts';
import { halfDeviation } from './half-deviation.ts';
import { defaultImageSize } from './image-size.ts';
import { fitRequest, type MemoryWay, planFit } from './memory-fit.ts';
import { type MemoryBudgets, planBudgets } from './session-budgets.ts';
import type { LoadReporter } from './load-progress.ts';
import { choosePrecision, type PrecisionChoice } from './precision-choice.ts';
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
  /** What it is, as far as kernels are made for it. */
  readonly model: AttendingModel;
  /** Such as `1.30.0`. */
  readonly ortVersion: string;
  readonly report: ModelReport;
  /** What a session on it may keep for later. */
  readonly budgets: MemoryBudgets;
  /** Of the first run of every network, compiling included. */
  readonly firstRunMs: number;
}

/** What `loadModel` works with; it owns none of it. */
export interface LoadModelOptions extends CheckedDevice {
  readonly file: CheckpointFile;
  readonly preferences: ModelPreferences;
  readonly blobs: PreparedBlobs;
  readonly checks: PassedChecks;
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
  const { file, ort, progress, blobs } = options;
  const { checkpoint, imageSize, sha256, budgets, way } = await readModel(options);
  const limited = withinMemory(options.plan, way);
  const source = { checkpoint, imageSize, sha256 };
  const { precision, notices: doubts } = await precisionOf(source, options);
  progress.at('preparing weights');
  const model = buildSam2Model(checkpoint, imageSize, { precision, backend: limited.backend });
  const { files, notices } = await openWeightFiles({ model, checkpoint, sha256, blobs });
  const variant = await modelVariant({ plan: limited, model }, options);
  const plan = withVariant(limited, variant);
  progress.at('building graphs');
  const runtime = new OrtRuntime({ ort, plan, files });
  const owned: Disposable[] = [runtime];
  try {
    const attention = await openBankAttention({
      plan,
      runtime,
      model,
      ...(variant && { variant }),
    });
    if (attention !== undefined) owned.push(attention);
    const graphs = await Sam2Graphs.load({
      runtime,
      model,
      checkpoint,
      objectsTogether: way.objectsTogether,
      ...(attention && { attendToBank: (operands) => attention.attend(operands) }),
    });
    owned.push(graphs);
    const kernels = createKernels(plan, runtime, imageSize);
    owned.push(kernels);
    const firstRunMs = await runFirst({ graphs, kernels, device: plan }, progress);
    const report = {
      ...describeModel({ file, sha256, checkpoint, model, plan }),
      notices: [...doubts, ...notices, ...runtime.refusedCaptures.map(captureNotice)],
      loadMs: performance.now() - options.startedMs,
    };
    return {
      graphs,
      kernels,
      runtime,
      device: plan,
      model,
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

type ModelDescription = Omit<ModelReport, 'notices' | 'loadMs'>;

/** What is known of a model before it has run. */
function describeModel({
  file,
  sha256,
  checkpoint,
  model,
  plan,
}: Pick<LoadModelOptions, 'file'> &
  Pick<SizedCheckpoint, 'sha256' | 'checkpoint'> &
  PlacedModel): ModelDescription {
  const { config, imageSize, precision } = model;
  return {
    fileName: file.name,
    fileBytes: file.size,
    sha256,
    size: config.size,
    version: config.version,
    parameters: countParameters(checkpoint),
    imageSize,
    precision,
    device: plan.report,
  };
}

/** A checkpoint at the size at which it is to run. */
interface SizedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly imageSize: number;
  /** Of the checkpoint file. */
  readonly sha256: string;
}

/** What is known of a model before it is loaded. */
interface ReadModel extends SizedCheckpoint, Pick<LoadedModel, 'budgets'> {
  readonly way: MemoryWay;
}

/** @throws StudioError where the model does not fit */
async function readModel({
  file,
  plan,
  preferences,
  progress,
}: LoadModelOptions): Promise<ReadModel> {
  progress.at('reading');
  const checkpoint = await openCheckpoint(file);
  // Float16, which is decided later, takes less.
  const config = recognizeModel(checkpoint.tensors);
  const fit = fitRequest(plan.report, { config, precision: 'fp32', counted: new Map() });
  const imageSize = preferences.imageSize ?? defaultImageSize(fit);
  const { way, memory } = planFit(fit, imageSize);
  const sha256 = await sha256OfBlob(file, {
    onProgress: (bytes) => progress.at('reading', bytes / file.size),
  });
  const budgets = planBudgets(memory, fit.device.capacityBytes);
  return { checkpoint, imageSize, sha256, budgets, way };
}

/** Float16 where it was found to be right on the device and close enough for this checkpoint. */
async function precisionOf(
  { checkpoint, imageSize, sha256 }: SizedCheckpoint,
  { plan, ort, key, checks, blobs, preferences, progress }: LoadModelOptions,
): Promise<PrecisionChoice> {
  const openRuntime = async (model: Sam2Model) => {
    const [done, form] = model.precision === 'fp32' ? [0, 'float32'] : [0.5, 'float16'];
    progress.at('comparing float16', done, `features in ${form}`);
    const { files } = await openWeightFiles({ model, checkpoint, sha256, blobs });
    return new OrtRuntime({ ort, plan, files });
  };
  return await choosePrecision({
    preference: preferences.precision,
    device: plan.report,
    checks,
    key: `${key}|${sha256}|${imageSize}|fp16`,
    measure: () =>
      halfDeviation({
        checkpoint,
        imageSize,
        openRuntime,
        openAttention: (runtime, model) => openBankAttention({ plan, runtime, model }),
      }),
  });
}

/** Milliseconds that the first run of every network took. */
async function runFirst(
  { graphs, kernels, device }: Pick<LoadedModel, 'graphs' | 'kernels' | 'device'>,
  progress: LoadReporter,
): Promise<number> {
  const startedMs = performance.now();
  await warmUp(graphs, kernels, {
    compiles: device.backend === 'webgpu',
    onPart: (part, done) => progress.at('warming up', done, part),
  });
  return performance.now() - startedMs;
}

function captureNotice({ graph, reason }: RefusedCapture): string {
  return `The graph “${graph}” is not recorded and replayed. ${reason}`;
}

function withVariant(plan: DevicePlan, variant: AttentionVariant | undefined): DevicePlan {
  const { bankAttention } = plan.report;
  if (variant === undefined || bankAttention === undefined) return plan;
  const named = { ...bankAttention, variant: variant.name };
  return { ...plan, report: { ...plan.report, bankAttention: named } };
}

/** The device for a model: one that could record runs does not where memory is short. */
function withinMemory(plan: DevicePlan, { isRecorded }: MemoryWay): DevicePlan {
  if (isRecorded || plan.report.graphCapture?.isOn !== true) return plan;
  const reason = 'Recorded runs would take more memory than this GPU can be expected to give.';
  return { ...plan, report: { ...plan.report, graphCapture: { isOn: false, reason } } };
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
