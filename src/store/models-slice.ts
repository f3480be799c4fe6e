import type { ObjectId, FrameIndex } from '../core/ids.ts';
import type { CorrectionMode } from '../core/prompts.ts';
import type {
  LoadProgress,
  MemoryEstimate,
  MemoryReport,
  ModelPreferences,
  ModelReport,
} from '../protocol/device.ts';

export type {
  LoadProgress,
  MemoryReport,
  ModelPreferences,
  ModelReport,
} from '../protocol/device.ts';

/** The model in use. While another loads, or after that failed, the earlier one goes on. */
export type ModelState =
  | { readonly status: 'none' }
  | {
      readonly status: 'loading';
      readonly fileName: string;
      readonly progress: LoadProgress;
      readonly previous: ModelReport | undefined;
    }
  | { readonly status: 'ready'; readonly report: ModelReport }
  | {
      readonly status: 'failed';
      readonly message: string;
      readonly hint: string | undefined;
      readonly previous: ModelReport | undefined;
    };

/** Whether the engine knows the clip and the prompts of this page. */
export type EngineState =
  | { readonly status: 'waiting' }
  | { readonly status: 'starting' }
  | { readonly status: 'ready' }
  | { readonly status: 'recovering'; readonly progress: LoadProgress | undefined }
  | { readonly status: 'stopped'; readonly message: string };

/** The prompt that the engine works on. */
export interface EngineActivity {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  /** Whether the frame goes through the image encoder first, which takes longest. */
  readonly isFirstOnFrame: boolean;
}

/** The model, the engine that runs it, and how the user wants it. */
export interface ModelsSlice {
  readonly model: ModelState;
  readonly engine: EngineState;
  readonly activity: EngineActivity | undefined;
  readonly preferences: ModelPreferences;
  readonly corrections: CorrectionMode;
  /** Of the device, as of lately; absent until it was looked at. */
  readonly memory: MemoryReport | undefined;
}

/** Before the first model is asked for. */
export const INITIAL_MODELS: ModelsSlice = {
  model: { status: 'none' },
  engine: { status: 'waiting' },
  activity: undefined,
  preferences: { backend: 'auto' },
  corrections: 'keep',
  memory: undefined,
};

/** The model that answers now; absent before the first has loaded. */
export function modelInUse(slice: ModelsSlice): ModelReport | undefined {
  switch (slice.model.status) {
    case 'ready':
      return slice.model.report;
    case 'loading':
    case 'failed':
      return slice.model.previous;
    case 'none':
      return undefined;
  }
}

const SIZE_NAMES: Record<Exclude<ModelReport['size'], 'nano'>, string> = {
  tiny: 'Tiny',
  small: 'Small',
  base_plus: 'Base+',
  large: 'Large',
};

/** The model's name for users. The bundled one is no SAM 2 and must never pass for one. */
export function modelName(report: Pick<ModelReport, 'size' | 'version'>): string {
  return report.size === 'nano'
    ? 'Nano (demo quality, not SAM 2’s)'
    : `SAM ${report.version} ${sizeName(report.size)}`;
}

/** The name of a published model's size. */
export function sizeName(size: keyof typeof SIZE_NAMES): string {
  return SIZE_NAMES[size];
}

/** What the model in use would take of the device at an image size; undefined while not known. */
export function estimateFor(slice: ModelsSlice, imageSize: number): MemoryEstimate | undefined {
  const size = modelInUse(slice)?.size;
  return slice.memory?.estimates.find((one) => one.size === size && one.imageSize === imageSize);
}

/** Whether a frame takes seconds: on a CPU all models do but the bundled small one. */
export function isSlow({ size, device }: Pick<ModelReport, 'size' | 'device'>): boolean {
  return device.backend === 'wasm' && size !== 'nano';
}

/** The backend's name for users. */
export function backendName(report: ModelReport): string {
  return report.device.backend === 'webgpu' ? 'WebGPU' : 'WASM (CPU)';
}
