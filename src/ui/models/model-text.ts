import { formatAboutBytes, formatBytes, formatCounted } from '../../store/format.ts';
import {
  backendName,
  estimateFor,
  isSlow,
  type LoadProgress,
  modelInUse,
  modelName,
  type ModelReport,
  type ModelsSlice,
} from '../../store/models-slice.ts';
import type { OfflineState } from '../../store/offline-slice.ts';

type Half = NonNullable<ModelReport['device']['halfPrecision']>;
type BankAttention = NonNullable<ModelReport['device']['bankAttention']>;
type GraphCapture = NonNullable<ModelReport['device']['graphCapture']>;

interface ModelLineText {
  readonly tone: 'good' | 'slow' | 'bad' | 'busy' | 'none';
  readonly title: string;
  readonly detail: string;
  /** 0..1 while loading. */
  readonly fraction: number | undefined;
}

/** The model line of the header. */
export function modelLine(models: ModelsSlice): ModelLineText {
  const { model, engine } = models;
  if (engine.status === 'recovering') {
    return engine.progress === undefined
      ? { tone: 'busy', title: 'Restarting', detail: 'starting', fraction: 0 }
      : busy('Restarting', engine.progress);
  }
  if (model.status === 'loading') return busy(model.fileName, model.progress);
  const report = modelInUse(models);
  if (engine.status === 'stopped') {
    return still('bad', 'The engine has stopped', 'Open for what you can do');
  }
  if (report === undefined) {
    return model.status === 'failed'
      ? still('bad', 'No model', 'Loading failed')
      : still('none', 'No model', 'Load a checkpoint');
  }
  return still(isSlow(report) ? 'slow' : 'good', modelName(report), runsOn(report));
}

/** Such as `WebGPU · fp16 · 512 px`. */
export function runsOn(report: ModelReport): string {
  const parts = [backendName(report), report.precision, `${report.imageSize} px`];
  if (isSlow(report)) parts.push('slow');
  return parts.join(' · ');
}

/** What the model takes of the device's memory now, and what it will. */
export function memoryText(models: ModelsSlice): string {
  const report = modelInUse(models);
  const { memory } = models;
  const estimate = report && estimateFor(models, report.imageSize);
  if (memory === undefined || estimate === undefined) return 'being looked up';
  const { heldBytes, objects } = memory;
  const now = heldBytes === undefined ? '' : `${formatBytes(heldBytes)} now; `;
  const tracked = formatCounted(objects, 'object');
  return `${now}about ${formatAboutBytes(estimate.bytes)} tracking ${tracked} at ${estimate.imageSize} px`;
}

/** How frames attend to the memory bank, and why. */
export function bankAttentionText({ way, variant, reason }: BankAttention): string {
  if (way === 'graph') return `In chunks, by ONNX Runtime. ${reason}`;
  return variant === undefined ? reason : `${reason} It runs as ${variant}.`;
}

/** What the model computes in, and why. */
export function precisionText(precision: ModelReport['precision'], half: Half): string {
  if (precision === 'fp16') return `Float16 in feed-forward layers. ${half.reason}`;
  return half.isUsable ? 'Float32, though this GPU allows float16.' : `Float32. ${half.reason}`;
}

/** How the networks of a tracked frame are run, and why. */
export function graphCaptureText({ isOn, reason }: GraphCapture): string {
  return `${isOn ? 'Recorded once and replayed.' : 'Run node by node.'} ${reason}`;
}

function busy(title: string, { stage, part, fraction }: LoadProgress): ModelLineText {
  const percent = `${Math.round(fraction * 100)} %`;
  const under = part === undefined ? stage : `${stage}: ${part}`;
  return { tone: 'busy', title, detail: `${under} · ${percent}`, fraction };
}

function still(tone: ModelLineText['tone'], title: string, detail: string): ModelLineText {
  return { tone, title, detail, fraction: undefined };
}

/** Whether the studio opens without a network; absent where that is not meant to be. */
export function offlineText(offline: OfflineState): string | undefined {
  switch (offline.status) {
    case 'off':
      return undefined;
    case 'preparing':
      return 'The studio is being kept for use without a connection';
    case 'ready':
      return 'The studio opens without a connection';
    case 'failed':
      return `Not kept by the browser: ${offline.message}`;
  }
}
