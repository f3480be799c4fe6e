import { isAbort, StudioError } from '../core/errors.ts';
import type { CorrectionMode } from '../core/prompts.ts';
import type { ModelPreferences, ModelReport, ModelSource } from '../protocol/device.ts';
import { watchDeviceMemory } from './device-memory-watch.ts';
import { isEngineLost } from './engine-loss.ts';
import type { EngineSession } from './engine-session.ts';
import { isSlow, modelInUse, modelName } from './models-slice.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import { refuseWhileTracking } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';

const BUNDLED: ModelSource = { kind: 'bundled' };
const BUNDLED_NAME = 'Nano (bundled)';

interface Parts {
  readonly engine: EngineSession;
  readonly recorder: StepRecorder;
}

/** Which model runs, and how. */
export class ModelsActions {
  readonly #context: StoreContext;
  readonly #engine: EngineSession;
  readonly #recorder: StepRecorder;
  /** The model in use; a change of preferences loads it again. */
  #source = BUNDLED;
  #loading = new AbortController();

  constructor(context: StoreContext, { engine, recorder }: Parts) {
    this.#context = context;
    this.#engine = engine;
    this.#recorder = recorder;
  }

  async loadBundled(): Promise<void> {
    await this.#load(BUNDLED);
  }

  /** @param file a `.pt` or `.safetensors` checkpoint; read in ranges, never copied whole */
  async loadFile(file: File): Promise<void> {
    await this.#load({ kind: 'file', file });
  }

  /** Loads the model again with other preferences. An absent image size means: choose for me. */
  async setPreferences(preferences: ModelPreferences): Promise<void> {
    if (refuseWhileTracking(this.#context)) return;
    patch(this.#context, 'models', { preferences });
    await this.#load(this.#source);
  }

  /** From the next prompt and the next tracked frame on. */
  async setCorrections(corrections: CorrectionMode): Promise<void> {
    patch(this.#context, 'models', { corrections });
    try {
      await this.#context.services.inference.setCorrectionMode(corrections);
    } catch (error) {
      await this.#engine.onFailure(error);
    }
  }

  /** Keeps `memory` fresh while it is looked at. @returns ends it */
  watchMemory(): () => void {
    return watchDeviceMemory(this.#context, this.#engine);
  }

  /** Tries again after the engine was given up. */
  async restartEngine(): Promise<void> {
    this.#context.services.inference.allowRestarts();
    const { engine } = this.#context.store.getState().models;
    const message = engine.status === 'stopped' ? engine.message : 'A restart was asked for.';
    await this.#engine.recover(new StudioError('worker-terminated', message));
  }

  /** A load that is asked for while another runs takes its place. */
  async #load(source: ModelSource): Promise<void> {
    if (refuseWhileTracking(this.#context)) return;
    this.#loading.abort();
    const mine = new AbortController();
    this.#loading = mine;
    const previous = modelInUse(this.#context.store.getState().models);
    this.#showLoading(source, previous);
    try {
      const report = await this.#request(source, mine.signal);
      this.#source = source;
      patch(this.#context, 'models', { model: { status: 'ready', report } });
      sayWhatRuns(this.#context, report);
      await this.#attach(report, previous);
    } catch (error) {
      if (mine.signal.aborted && isAbort(error)) return;
      this.#showFailure(error, previous);
      if (leavesEngineUnusable(error)) await this.#engine.recover(error);
    }
  }

  /**
   * Masks of an opened project are as they were saved, also when the model that made them is loaded
   * after the bundled one; any other makes those of prompted frames anew.
   */
  async #attach(report: ModelReport, previous: ModelReport | undefined): Promise<void> {
    const { project, tracklets, prompts } = this.#context.store.getState();
    const hasMasks = tracklets.items.some(({ summaries }) => summaries.coveredFrames > 0);
    const isAnother = previous?.sha256 !== report.sha256;
    const isTheirs = isAnother && project.maskModel?.sha256 === report.sha256;
    if (hasMasks && (previous === undefined || isTheirs)) {
      await this.#engine.attachKeepingMasks();
      return;
    }
    const hasPrompts = Object.keys(prompts.byObject).length > 0;
    if (hasMasks && hasPrompts) {
      this.#recorder.begin({ name: `masks by ${modelName(report)}`, isBulk: true });
    }
    await this.#engine.attach();
  }

  async #request(source: ModelSource, signal: AbortSignal): Promise<ModelReport> {
    const { services, events, store } = this.#context;
    const { preferences, corrections } = store.getState().models;
    await services.inference.setCorrectionMode(corrections);
    return services.inference.loadModel(
      source,
      preferences,
      (progress) => {
        if (!signal.aborted) events.push({ type: 'model-progress', progress });
      },
      signal,
    );
  }

  #showLoading(source: ModelSource, previous: ModelReport | undefined): void {
    patch(this.#context, 'models', {
      model: {
        status: 'loading',
        fileName: source.kind === 'file' ? source.file.name : BUNDLED_NAME,
        progress: { stage: 'starting', fraction: 0 },
        previous,
      },
    });
  }

  #showFailure(error: unknown, previous: ModelReport | undefined): void {
    const message = error instanceof Error ? error.message : String(error);
    const hint = error instanceof StudioError ? error.hint : undefined;
    patch(this.#context, 'models', { model: { status: 'failed', message, hint, previous } });
    reportError(this.#context, error);
  }
}

/**
 * Whether the worker must be replaced: it is gone, or a load failed in ONNX Runtime, after which that
 * worker's later loads fail too.
 */
function leavesEngineUnusable(error: unknown): error is StudioError {
  if (isEngineLost(error)) return true;
  return error instanceof StudioError && error.code === 'model-failed';
}

/** A slow path is never taken in silence. */
function sayWhatRuns(context: StoreContext, report: ModelReport): void {
  for (const message of report.notices) raiseAlert(context, { severity: 'info', message });
  if (report.device.backend === 'wasm') {
    raiseAlert(context, {
      severity: isSlow(report) ? 'warning' : 'info',
      message: isSlow(report)
        ? `${modelName(report)} runs on the CPU (WASM) and takes seconds a frame.`
        : 'The model runs on the CPU (WASM). SAM 2’s own models would take seconds a frame there.',
      hint: `${report.device.reason} A current Chrome or Edge on a machine with a GPU uses WebGPU.`,
    });
  } else if (report.size !== 'nano') {
    raiseAlert(context, {
      severity: 'success',
      message: `${modelName(report)} is ready.`,
      hint: `${report.fileName}, ${report.imageSize} px, ${report.precision} on WebGPU.`,
    });
  }
}
