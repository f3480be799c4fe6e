import { proxy, releaseProxy, transfer, type Remote } from 'comlink';
import { StudioError } from '../core/errors.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { FrameMemoryEdit, MemoryAccount } from '../core/memory.ts';
import type {
  CandidateSummary,
  CorrectionMode,
  MaskSummary,
  PlacedClicks,
  PlacedPrompts,
} from '../core/prompts.ts';
import type {
  BenchmarkBatch,
  BenchmarkCursor,
  BenchmarkRequest,
} from '../protocol/benchmark-api.ts';
import type {
  DeviceReport,
  LoadProgress,
  MemoryReport,
  ModelPreferences,
  ModelReport,
  ModelSource,
} from '../protocol/device.ts';
import type {
  InferenceApi,
  MaskCheckRequest,
  PropagationBatch,
  PropagationCursor,
  PropagationRequest,
  SessionVideo,
} from '../protocol/inference-api.ts';
import type { MediaClient } from './media-client.ts';
import { RestartBudget } from './restart-budget.ts';
import { WorkerHandle, type WorkerEndpoint } from './worker-handle.ts';

interface InferenceClientOptions {
  readonly spawn: () => WorkerEndpoint;
  /** Serves frames to the worker and takes its masks. */
  readonly media: Pick<MediaClient, 'connect'>;
  readonly onFault: (error: Error) => void;
  readonly nowMs: () => number;
}

interface LoadedModel {
  readonly source: ModelSource;
  readonly preferences: ModelPreferences;
}

/** What a new worker is told, so that it stands where the lost one stood. */
export interface RestartRequest {
  readonly video?: SessionVideo;
  readonly prompts: readonly PlacedPrompts[];
  readonly onProgress: (progress: LoadProgress) => void;
}

const RESTART_LIMIT = 3;
const RESTART_WINDOW_MS = 10 * 60_000;

/**
 * The inference worker from the page. Starts it on the first call, and again after a failure
 * (`restart`). It remembers which model is loaded, since a new worker has none.
 */
export class InferenceClient implements InferenceApi, Disposable {
  readonly #options: InferenceClientOptions;
  readonly #budget: RestartBudget;
  #handle: WorkerHandle<InferenceApi> | undefined;
  #model: LoadedModel | undefined;
  #corrections: CorrectionMode = 'keep';
  #isDisposed = false;

  constructor(options: InferenceClientOptions) {
    this.#options = options;
    this.#budget = new RestartBudget({
      limit: RESTART_LIMIT,
      windowMs: RESTART_WINDOW_MS,
      nowMs: options.nowMs,
    });
  }

  async probe(preferences: ModelPreferences): Promise<DeviceReport> {
    return this.#call((remote) => remote.probe(preferences));
  }

  async memoryReport(preferences: ModelPreferences, objects: number): Promise<MemoryReport> {
    return this.#call((remote) => remote.memoryReport(preferences, objects));
  }

  /** @param signal lets go of the result; the worker finishes what it began */
  async loadModel(
    source: ModelSource,
    preferences: ModelPreferences,
    onProgress: (progress: LoadProgress) => void,
    signal?: AbortSignal,
  ): Promise<ModelReport> {
    const report = await this.#call(
      (remote) => remote.loadModel(source, preferences, proxy(onProgress)),
      signal,
    );
    this.#model = { source, preferences };
    this.#budget.refill();
    return report;
  }

  /** @param port transferred */
  async connectMedia(port: MessagePort): Promise<void> {
    return this.#call((remote) => remote.connectMedia(transfer(port, [port])));
  }

  async startSession(video: SessionVideo): Promise<void> {
    return this.#call((remote) => remote.startSession(video));
  }

  async setPrompts(placed: PlacedPrompts): Promise<MaskSummary | undefined> {
    return this.#call((remote) => remote.setPrompts(placed));
  }

  async previewPrompt(placed: PlacedClicks, key: string): Promise<boolean> {
    return this.#call((remote) => remote.previewPrompt(placed, key));
  }

  async candidates(
    objectId: ObjectId,
    frame: FrameIndex,
  ): Promise<readonly CandidateSummary[] | undefined> {
    return this.#call((remote) => remote.candidates(objectId, frame));
  }

  async setMemoryEdits(objectId: ObjectId, edits: readonly FrameMemoryEdit[]): Promise<void> {
    return this.#call((remote) => remote.setMemoryEdits(objectId, edits));
  }

  async memoryAccount(objectId: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined> {
    return this.#call((remote) => remote.memoryAccount(objectId, frame));
  }

  async setCorrectionMode(mode: CorrectionMode): Promise<void> {
    this.#corrections = mode;
    // A worker that does not run yet is told when it starts.
    await this.#handle?.call((remote) => remote.setCorrectionMode(mode));
  }

  async removeObject(objectId: ObjectId): Promise<void> {
    return this.#call((remote) => remote.removeObject(objectId));
  }

  async propagate(request: PropagationRequest): Promise<PropagationCursor> {
    return this.#cursor((api) => api.propagate(request));
  }

  async checkMasks(request: MaskCheckRequest): Promise<PropagationCursor> {
    return this.#cursor((api) => api.checkMasks(request));
  }

  async clearTracking(): Promise<void> {
    return this.#call((remote) => remote.clearTracking());
  }

  async restore(video: SessionVideo, prompts: readonly PlacedPrompts[]): Promise<void> {
    return this.#call((remote) => remote.restore(video, prompts));
  }

  async benchmark(request: BenchmarkRequest): Promise<BenchmarkCursor> {
    return this.#cursor<BenchmarkBatch>((api) => api.benchmark(request));
  }

  /**
   * Replaces a worker that is lost, loads its model again and restores the session. Resolves to
   * the new model report; to undefined where no model was loaded.
   * @throws StudioError `worker-terminated` after three restarts within ten minutes
   */
  async restart(request: RestartRequest): Promise<ModelReport | undefined> {
    this.#handle?.terminate(replaced());
    this.#handle = undefined;
    if (!this.#budget.spend()) throw restartedTooOften();
    const model = this.#model;
    if (model === undefined) return undefined;
    const report = await this.#call((remote) =>
      remote.loadModel(model.source, model.preferences, proxy(request.onProgress)),
    );
    const { video } = request;
    if (video !== undefined) await this.restore(video, request.prompts);
    return report;
  }

  /** Whether `restart` may still be called; a machine that fails again at once is left alone. */
  get hasRestartsLeft(): boolean {
    return this.#budget.isLeft();
  }

  /** Allows restarts again after they were given up, because the user asks for one. */
  allowRestarts(): void {
    this.#budget.refill();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#handle?.[Symbol.dispose]();
  }

  async #cursor<Batch extends { readonly state: string } = PropagationBatch>(
    start: (remote: Remote<InferenceApi>) => Promise<unknown>,
  ): Promise<Cursor<Batch>> {
    const handle = this.#alive();
    const remote = await handle.call(start);
    // Comlink's types do not know that the worker marks the cursor as a proxy.
    return new CursorClient(handle, remote as RemoteCursor<Batch>);
  }

  async #call<T>(
    run: (remote: Remote<InferenceApi>) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#alive().call(run, signal);
  }

  /** Starts the worker where there is none. Messages keep their order, so no call need wait. */
  #alive(): WorkerHandle<InferenceApi> {
    if (this.#handle !== undefined) return this.#handle;
    if (this.#isDisposed) throw replaced();
    const handle = new WorkerHandle<InferenceApi>(this.#options.spawn(), {
      name: 'inference',
      onFault: this.#options.onFault,
    });
    this.#handle = handle;
    const { port1, port2 } = new MessageChannel();
    const connecting = Promise.all([
      handle.call((remote) => remote.connectMedia(transfer(port1, [port1]))),
      this.#options.media.connect(port2),
      handle.call((remote) => remote.setCorrectionMode(this.#corrections)),
    ]);
    connecting.catch((error: unknown) => {
      // Where the worker is gone, the call that started it fails by itself.
      if (handle.isAlive) this.#options.onFault(new Error('no media port', { cause: error }));
    });
    return handle;
  }
}

/** What long work in the worker is followed by. */
interface Cursor<Batch> {
  nextBatch(maxMs: number): Promise<Batch>;
  cancel(): Promise<void>;
}

interface RemoteCursor<Batch> extends Cursor<Batch> {
  [releaseProxy](): void;
}

/** Keeps the remote cursor alive while it is used, and lets go of it with the last batch. */
class CursorClient<Batch extends { readonly state: string }> implements Cursor<Batch> {
  readonly #handle: WorkerHandle<InferenceApi>;
  readonly #remote: RemoteCursor<Batch>;
  #isReleased = false;

  constructor(handle: WorkerHandle<InferenceApi>, remote: RemoteCursor<Batch>) {
    this.#handle = handle;
    this.#remote = remote;
  }

  async nextBatch(maxMs: number): Promise<Batch> {
    const batch = await this.#handle.call(() => this.#remote.nextBatch(maxMs));
    if (batch.state !== 'running') this.#release();
    return batch;
  }

  async cancel(): Promise<void> {
    if (!this.#isReleased) await this.#handle.call(() => this.#remote.cancel());
  }

  #release(): void {
    this.#isReleased = true;
    this.#remote[releaseProxy]();
  }
}

function replaced(): StudioError {
  return new StudioError('worker-terminated', 'The inference worker was replaced by another.');
}

function restartedTooOften(): StudioError {
  return new StudioError(
    'worker-terminated',
    `The inference worker failed again after ${RESTART_LIMIT} restarts.`,
    {
      hint: 'Your prompts and masks are kept. Choose a smaller image size or the WASM backend, or start the model again.',
    },
  );
}
