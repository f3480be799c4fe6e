import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { FrameMemoryEdit, MemoryAccount } from '../../core/memory.ts';
import type {
  CandidateSummary,
  CorrectionMode,
  MaskSummary,
  PlacedClicks,
  PlacedPrompts,
} from '../../core/prompts.ts';
import type {
  DeviceReport,
  LoadProgress,
  MemoryReport,
  ModelPreferences,
  ModelReport,
  ModelSource,
} from '../../protocol/device.ts';
import type { BenchmarkRequest } from '../../protocol/benchmark-api.ts';
import type {
  MaskCheckRequest,
  PropagationRequest,
  SessionVideo,
} from '../../protocol/inference-api.ts';
import type { PreviewPort } from '../../protocol/mask-preview.ts';
import type { ComparePort, MediaPort } from '../../protocol/media-api.ts';
import type { BenchmarkRun } from '../benchmark/benchmark-run.ts';
import { CALL_PRIORITY, CallQueue } from '../runtime/call-queue.ts';
import { probeDevice, type DevicePlan } from '../runtime/device-probe.ts';
import { heldBuffers } from '../runtime/gpu-buffer-ledger.ts';
import { fetchCheckpoint } from './checkpoint-file.ts';
import { openCheckedDevice, type CheckedDevice, type PassedChecks } from './checked-device.ts';
import { LoadReporter } from './load-progress.ts';
import { loadModel, type LoadedModel } from './loaded-model.ts';
import { MemoryForecast } from './memory-forecast.ts';
import { MaskCheck, type MaskCheckOptions } from './mask-check.ts';
import type { PropagationRun } from './propagation-run.ts';
import { SegmentationSession } from './segmentation-session.ts';
import { SessionFrames } from './session-frames.ts';
import type { PreparedBlobs } from './weight-files.ts';

/** What an `InferenceService` works with. */
export interface InferenceServiceOptions {
  /** Address of the model that comes with the studio. */
  readonly bundledModelUrl: string;
  readonly blobs: PreparedBlobs;
  readonly checks: PassedChecks;
}

/**
 * What the inference worker serves (`InferenceApi`), without the worker: one model, one session on
 * one clip. The methods are documented there.
 */
export class InferenceService {
  readonly #options: InferenceServiceOptions;
  readonly #queue = new CallQueue();
  readonly #plans = new Map<ModelPreferences['backend'], Promise<DevicePlan>>();
  readonly #devices = new Map<ModelPreferences['backend'], Promise<CheckedDevice>>();
  readonly #forecast = new MemoryForecast();
  /** Counts the calls of `loadModel`; the model in use is of the newest that came to its end. */
  #loads = 0;
  #loadInUse = 0;
  #media: (MediaPort & PreviewPort & ComparePort) | undefined;
  #model: LoadedModel | undefined;
  #session: SegmentationSession | undefined;
  #benchmark: BenchmarkRun | undefined;
  /** Of the session; another one of the clip may be on it. */
  #sessionOptions: MaskCheckOptions | undefined;
  #check: MaskCheck | undefined;
  #corrections: CorrectionMode = 'keep';

  constructor(options: InferenceServiceOptions) {
    this.#options = options;
  }

  /** Takes the side of the decode worker that serves frames and keeps masks. */
  connectMedia(media: MediaPort & PreviewPort & ComparePort): void {
    this.#media = media;
  }

  async probe({ backend }: ModelPreferences): Promise<DeviceReport> {
    return (await this.#plan(backend)).report;
  }

  async loadModel(
    source: ModelSource,
    preferences: ModelPreferences,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<ModelReport> {
    const load = ++this.#loads;
    const startedMs = performance.now();
    const progress = new LoadReporter(onProgress);
    progress.at('starting');
    const device = await this.#device(preferences.backend, progress);
    const file = await fetchCheckpoint(source, this.#options.bundledModelUrl, (fraction) =>
      progress.at('downloading', fraction),
    );
    const { blobs, checks } = this.#options;
    const options = { ...device, file, preferences, blobs, checks, progress, startedMs };
    const model = await this.#queue.run(CALL_PRIORITY.prompt, () => loadModel(options));
    await this.#replaceModel(model, load);
    return model.report;
  }

  async memoryReport(preferences: ModelPreferences, objects: number): Promise<MemoryReport> {
    const { backend } = preferences;
    const checked = await this.#devices.get(backend)?.catch(() => undefined);
    const plan = checked?.plan ?? (await this.#plan(backend));
    const isHalf = plan.report.halfPrecision?.isUsable === true && preferences.precision !== 'fp32';
    const estimates = await this.#forecast.estimates({
      device: plan.report,
      precision: isHalf ? 'fp16' : 'fp32',
      objects,
      inUse: this.#model?.report.size,
    });
    const held = plan.backend === 'webgpu' ? { heldBytes: heldBuffers(plan.device).bytes } : {};
    return { ...held, objects, estimates };
  }

  async startSession(video: SessionVideo): Promise<void> {
    const [model, media] = [this.#model, this.#media];
    if (model === undefined) throw modelMissing();
    invariant(media !== undefined, 'the media port comes before the session');
    await this.#closeSession();
    const { graphs, kernels, budgets } = model;
    const [queue, corrections] = [this.#queue, this.#corrections];
    this.#sessionOptions = { graphs, kernels, media, video, queue, corrections };
    this.#session = new SegmentationSession({ ...this.#sessionOptions, budgets });
  }

  async setPrompts(placed: PlacedPrompts): Promise<MaskSummary | undefined> {
    return this.#openSession().setPrompts(placed);
  }

  async previewPrompt(placed: PlacedClicks, key: string): Promise<boolean> {
    return this.#openSession().previewPrompt(placed, key);
  }

  async candidates(
    objectId: ObjectId,
    frame: FrameIndex,
  ): Promise<readonly CandidateSummary[] | undefined> {
    return this.#openSession().candidates(objectId, frame);
  }

  async setMemoryEdits(objectId: ObjectId, edits: readonly FrameMemoryEdit[]): Promise<void> {
    await this.#openSession().setMemoryEdits(objectId, edits);
  }

  async memoryAccount(objectId: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined> {
    return this.#openSession().memoryAccount(objectId, frame);
  }

  setCorrectionMode(mode: CorrectionMode): void {
    this.#corrections = mode;
    this.#session?.setCorrectionMode(mode);
  }

  async removeObject(objectId: ObjectId): Promise<void> {
    await this.#openSession().removeObject(objectId);
  }

  async clearTracking(): Promise<void> {
    await this.#openSession().clearTracking();
  }

  propagate(request: PropagationRequest): PropagationRun {
    return this.#openSession().propagate(request);
  }

  async checkMasks(request: MaskCheckRequest): Promise<PropagationRun> {
    this.#openSession();
    invariant(this.#sessionOptions !== undefined, 'an open session has options');
    const before = this.#check;
    // Known from here on, so that another session or model ends it.
    const check = new MaskCheck(this.#sessionOptions);
    this.#check = check;
    await before?.close();
    return check.start(request);
  }

  async restore(video: SessionVideo, prompts: readonly PlacedPrompts[]): Promise<void> {
    const frames = new SessionFrames(video);
    // Before the session in use is closed: prompts on frames that this one leaves out are refused.
    for (const { frame } of prompts) frames.positionOf(frame);
    await this.startSession(video);
    const session = this.#openSession();
    for (const placed of prompts) {
      for (const step of asPlaced(placed)) await session.restorePrompts(step);
    }
  }

  /** One at a time: another ends the one before. Its code comes when it is first asked for. */
  async benchmark(request: BenchmarkRequest): Promise<BenchmarkRun> {
    const { BenchmarkRun } = await import('../benchmark/benchmark-run.ts');
    await this.#benchmark?.close();
    const model = this.#model;
    if (model === undefined) throw modelMissing();
    this.#benchmark = new BenchmarkRun({ model, queue: this.#queue, request });
    return this.#benchmark;
  }

  /** Checked once for each choice of backend; a failure may be tried again. */
  #device(backend: ModelPreferences['backend'], progress: LoadReporter): Promise<CheckedDevice> {
    const known = this.#devices.get(backend);
    if (known !== undefined) return known;
    const { checks } = this.#options;
    const opened = this.#queue.run(CALL_PRIORITY.prompt, async () =>
      openCheckedDevice(await this.#plan(backend), { progress, checks }),
    );
    this.#devices.set(backend, opened);
    opened.catch(() => this.#devices.delete(backend));
    return opened;
  }

  /** Found out once, since each answer for WebGPU holds a device. */
  #plan(backend: ModelPreferences['backend']): Promise<DevicePlan> {
    const known = this.#plans.get(backend);
    if (known !== undefined) return known;
    const found = probeDevice(backend);
    this.#plans.set(backend, found);
    found.catch(() => this.#plans.delete(backend));
    return found;
  }

  /**
   * The session goes with the model that it ran on; the client restores it from its prompts.
   * @throws DOMException `AbortError` where a model that was asked for later is there already
   */
  async #replaceModel(model: LoadedModel, load: number): Promise<void> {
    if (load < this.#loadInUse) {
      model[Symbol.dispose]();
      throw new DOMException('Another model was loaded meanwhile.', 'AbortError');
    }
    this.#loadInUse = load;
    await this.#closeSession();
    await this.#benchmark?.close();
    this.#benchmark = undefined;
    this.#model?.[Symbol.dispose]();
    this.#model = model;
  }

  async #closeSession(): Promise<void> {
    const [session, check] = [this.#session, this.#check];
    this.#session = this.#check = undefined;
    await check?.close();
    await session?.close();
  }

  #openSession(): SegmentationSession {
    if (this.#session !== undefined) return this.#session;
    throw new StudioError('session-disposed', 'No clip is open for tracking.', {
      hint: 'Open a clip, and load a model if there is none.',
    });
  }
}

/** As the user placed them: each click refined the mask of those before it, or the user's. */
function asPlaced({ objectId, frame, prompts }: PlacedPrompts): PlacedPrompts[] {
  if (prompts.kind === 'mask') return [{ objectId, frame, prompts }];
  const { points, mask } = prompts;
  const first = prompts.box === undefined ? 1 : 0;
  const clicks = Array.from({ length: points.length + 1 - first }, (_, i) => ({
    objectId,
    frame,
    prompts: { ...prompts, points: points.slice(0, i + first) },
  }));
  if (mask === undefined) return clicks;
  return [{ objectId, frame, prompts: { kind: 'mask', mask } }, ...clicks];
}

function modelMissing(): StudioError {
  return new StudioError('session-disposed', 'No model is loaded.', {
    hint: 'Wait for the model, or load one again.',
  });
}
