import { invariant } from '../core/assert.ts';
import { StudioError } from '../core/errors.ts';
import type { InferenceClient } from '../client/inference-client.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MemoryAccount } from '../core/memory.ts';
import { isEmptyPrompt, type PlacedPrompts } from '../core/prompts.ts';
import type {
  PropagationCursor,
  PropagationRequest,
  SessionVideo,
} from '../protocol/inference-api.ts';
import { MemorySync } from './memory-sync.ts';
import { asStudioError, isEngineLost, isWorthRestarting } from './engine-loss.ts';
import { modelInUse, type EngineState } from './models-slice.ts';
import { PromptOutbox } from './prompt-outbox.ts';
import { allPrompts, promptedFrames } from './prompts-slice.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import { hasMask, withForgottenMemory } from './summary-track.ts';
import { findTracklet, propagationAfterEdit } from './tracklets-slice.ts';

/** The engine while it is lent to a run: sessions on parts of the clip, with prompts of their own. */
export type LentEngine = Pick<InferenceClient, 'restore' | 'propagate'>;

/** The engine while it is lent to something that leaves its session alone. */
export type EngineAside = Pick<InferenceClient, 'benchmark'>;

/**
 * Keeps the engine in step with the page: starts a session when there is a model and a clip, sends
 * prompts in the order they were made, and brings a lost engine back with all of them.
 */
export class EngineSession {
  readonly #context: StoreContext;
  readonly #recorder: StepRecorder;
  readonly #outbox: PromptOutbox;
  readonly #memory: MemorySync;
  /** Counts the sessions; an answer to an earlier one is dropped. */
  #generation = 0;
  #isLent = false;
  /** It remembers tracking that was undone; it starts over when it is needed. */
  #isStale = false;

  constructor(context: StoreContext, recorder: StepRecorder) {
    this.#context = context;
    this.#recorder = recorder;
    this.#memory = new MemorySync({
      inference: context.services.inference,
      memory: () => this.#state.memory,
    });
    this.#outbox = new PromptOutbox(context, {
      prepare: () => this.#memory.settle(),
      isOpen: () => this.#state.models.engine.status === 'ready' && !this.#isLent,
      generation: () => this.#generation,
      onFailure: (error) => {
        void this.onFailure(error);
        return isEngineLost(error);
      },
    });
  }

  /** Starts over with the model and the clip of the moment, and sends all prompts again. */
  async attach(): Promise<void> {
    const { inference } = this.#context.services;
    this.#requireTracking();
    const isReady = await this.#startWith((video) => inference.startSession(video));
    if (!isReady) return;
    this.#outbox.replace(allPrompts(this.#state.prompts));
    await this.#outbox.send();
  }

  /**
   * Starts over and gives the engine all prompts at once, without computing their masks again:
   * after an import the masks on the stage are the right ones.
   * @param waiting prompts whose masks are still to be computed; besides those without a mask
   */
  async attachKeepingMasks(waiting: readonly PlacedPrompts[] = []): Promise<void> {
    const { inference } = this.#context.services;
    const isReady = await this.#startWith(
      (video) => inference.restore(video, allPrompts(this.#state.prompts)),
      [...this.#unmasked(waiting), ...waiting],
    );
    if (isReady) await this.#outbox.send();
  }

  /**
   * Lends the engine to `work`, which leaves it in any session. Prompts made meanwhile wait; they
   * are answered when the engine is back on the whole clip, with all prompts and every mask as it
   * is. Must be called when the engine is ready and no prompt is under way.
   * @throws what `work` throws, once the engine is back; a lost one is replaced first
   */
  async lend(work: (engine: LentEngine) => Promise<void>): Promise<void> {
    const takeBack = () => this.attachKeepingMasks(this.#outbox.waiting);
    await this.#whileLent(work, takeBack);
  }

  /**
   * Lends the engine to `work` that leaves its session as it is, so that it goes on with all that it
   * remembers. Prompts made meanwhile wait and are answered then. There must be a model.
   * @throws what `work` throws; a lost engine is replaced first
   */
  async lendAside(work: (engine: EngineAside) => Promise<void>): Promise<void> {
    // Whoever lent it need not wait for the answers.
    await this.#whileLent(work, async () => void this.#outbox.send());
  }

  /** A lost engine is replaced, which gives it all prompts; any other is taken back. */
  async #whileLent(
    work: (engine: InferenceClient) => Promise<void>,
    takeBack: () => Promise<void>,
  ): Promise<void> {
    invariant(!this.#isLent, 'the engine is lent once at a time');
    this.#isLent = true;
    let failure: { readonly error: unknown } | undefined;
    try {
      await work(this.#context.services.inference);
    } catch (error) {
      failure = { error };
    }
    this.#isLent = false;
    if (failure !== undefined && isEngineLost(failure.error)) await this.recover(failure.error);
    else await takeBack();
    if (failure !== undefined) throw failure.error;
  }

  /** False when there is nothing to start with, when it failed, or when a later start overtook it. */
  async #startWith(
    start: (video: SessionVideo) => Promise<void>,
    waiting: readonly PlacedPrompts[] = [],
  ): Promise<boolean> {
    const generation = ++this.#generation;
    this.#isStale = false;
    this.#outbox.replace(waiting);
    this.#forgetMemory();
    const video = this.#video();
    if (video === undefined || modelInUse(this.#state.models) === undefined) {
      this.#setEngine({ status: 'waiting' });
      return false;
    }
    this.#setEngine({ status: 'starting' });
    try {
      await start(video);
      this.#memory.forget();
    } catch (error) {
      if (generation !== this.#generation) return false;
      if (isEngineLost(error)) await this.recover(error);
      else this.#stop(asStudioError(error));
      return false;
    }
    if (generation !== this.#generation) return false;
    this.#setEngine({ status: 'ready' });
    return true;
  }

  /** Tells the engine of a change of prompts; before a session is up, `attach` sends it. */
  submit(placed: PlacedPrompts): void {
    const { status } = this.#state.models.engine;
    if (this.#isStale && status === 'ready') void this.attachKeepingMasks([placed]);
    else if (status !== 'waiting' && status !== 'stopped') {
      this.#send(placed);
    } else if (isEmptyPrompt(placed.prompts)) {
      void this.#outbox.dropMask(placed);
    }
  }

  /**
   * Tells the engine of prompts that undoing or redoing has put back.
   * @param hasMask whether the frame has the mask that belongs to them already
   */
  resubmit(placed: PlacedPrompts, { hasMask }: { readonly hasMask: boolean }): void {
    const { status } = this.#state.models.engine;
    // What starts over is told of all prompts anyway.
    if (status === 'waiting' || status === 'stopped' || (this.#isStale && hasMask)) return;
    if (!hasMask || !isEmptyPrompt(placed.prompts)) this.submit(placed);
    else this.#send(placed, { keepsMask: true });
  }

  #send(placed: PlacedPrompts, { keepsMask = false } = {}): void {
    this.#outbox.add(placed, { keepsMask, begun: this.#recorder.settled() });
    void this.#outbox.send();
  }

  /**
   * What the engine remembers of tracked frames is void. It starts over, with the prompts of the
   * moment, before it is used next; masks stay as they are.
   */
  invalidate(): void {
    this.#isStale = true;
    this.#forgetMemory();
  }

  /** Resolves when the engine knows the prompts of the moment and nothing else. */
  async refresh(): Promise<void> {
    if (this.#isStale && this.#state.models.engine.status === 'ready') {
      await this.attachKeepingMasks();
    }
  }

  /** Removes the object from the engine. Its masks must be off the stage already. */
  async removeObject(id: ObjectId): Promise<void> {
    const { models } = this.#state;
    const isBeingPrompted = models.activity?.objectId === id;
    this.#outbox.removeObject(id);
    try {
      if (models.engine.status === 'ready' && !this.#isStale) {
        await this.#context.services.inference.removeObject(id);
      } else {
        // One that is starting has been told of the object.
        this.#isStale = true;
      }
      const isGone = findTracklet(this.#state.tracklets, id) === undefined;
      // The prompt that was being answered has put a mask back.
      if (isBeingPrompted && isGone) await this.#context.services.media.removeMasks(id);
    } catch (error) {
      await this.onFailure(error);
    }
  }

  async propagate(request: PropagationRequest): Promise<PropagationCursor> {
    await this.#memory.settle();
    return this.#context.services.inference.propagate(request);
  }

  /** See `InferenceApi.memoryAccount`; undefined too while the engine cannot be asked. */
  async memoryAccount(id: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined> {
    await this.refresh();
    if (this.#state.models.engine.status !== 'ready' || this.#isLent) return undefined;
    await this.#memory.settle();
    return this.#context.services.inference.memoryAccount(id, frame);
  }

  async clearTracking(): Promise<void> {
    if (this.#state.models.engine.status === 'ready') {
      await this.#context.services.inference.clearTracking();
    }
  }

  /** Reports an error of the engine; brings the engine back where the error means that it is gone. */
  async onFailure(error: unknown): Promise<void> {
    if (isEngineLost(error)) await this.recover(error);
    else reportError(this.#context, error);
  }

  /** Replaces the lost engine, loads its model and restores the prompts; masks stay where they are. */
  async recover(cause: StudioError): Promise<void> {
    if (this.#state.models.engine.status === 'recovering') return;
    const generation = ++this.#generation;
    this.#isStale = false;
    this.#forgetMemory();
    this.#setEngine({ status: 'recovering', progress: undefined });
    let last = cause;
    while (this.#context.services.inference.hasRestartsLeft) {
      sayRestarting(this.#context, last);
      const outcome = await this.#tryRestart();
      if (generation !== this.#generation) return;
      if (!(outcome instanceof StudioError)) return;
      last = outcome;
      if (!isWorthRestarting(outcome)) break;
    }
    this.#stop(last);
  }

  /** Undefined when the engine runs again, else why not. */
  async #tryRestart(): Promise<StudioError | undefined> {
    const { services, events } = this.#context;
    const video = this.#video();
    const generation = this.#generation;
    try {
      const report = await services.inference.restart({
        ...(video === undefined ? {} : { video }),
        prompts: allPrompts(this.#state.prompts),
        onProgress: (progress) => events.push({ type: 'model-progress', progress }),
      });
      if (generation !== this.#generation) return undefined;
      this.#memory.forget();
      if (report === undefined) {
        this.#setEngine({ status: 'waiting' });
        return undefined;
      }
      patch(this.#context, 'models', { model: { status: 'ready', report } });
    } catch (error) {
      return asStudioError(error);
    }
    if (video === undefined) {
      this.#setEngine({ status: 'waiting' });
      return undefined;
    }
    this.#setEngine({ status: 'ready' });
    raiseAlert(this.#context, {
      severity: 'success',
      message: 'The inference engine runs again; every prompt and mask is still here.',
      hint: 'Track again to give it back its memory of the tracked frames.',
    });
    await this.#outbox.send();
    return undefined;
  }

  #stop(error: StudioError): void {
    this.#setEngine({ status: 'stopped', message: error.message });
    raiseAlert(this.#context, {
      severity: 'error',
      message: error.message,
      hint:
        error.hint ??
        'Prompts and masks are kept. Choose a smaller image size or the WASM backend, or start the engine again.',
      action: { kind: 'restart-engine' },
    });
  }

  /** Resolves when every prompt sent so far is answered and its mask is on the stage. */
  settled(): Promise<void> {
    return this.#outbox.settled();
  }

  /** Resolves when the prompts that wait now are answered, whatever comes after them. */
  answered(): Promise<void> {
    return this.#outbox.answered();
  }

  /** Prompts, but for those in the same places, that have no mask. */
  #unmasked(waiting: readonly PlacedPrompts[]): readonly PlacedPrompts[] {
    const { prompts, tracklets } = this.#state;
    return allPrompts(prompts).filter(
      ({ objectId, frame }) =>
        !waiting.some((other) => other.objectId === objectId && other.frame === frame) &&
        !hasMask(findTracklet(tracklets, objectId)?.summaries, frame),
    );
  }

  /** The engine that tracked these frames is gone; their masks stay. */
  #forgetMemory(): void {
    this.#outbox.forgetFrames();
    this.#context.store.setState((state) => ({
      tracklets: {
        ...state.tracklets,
        items: state.tracklets.items.map((tracklet) => ({
          ...tracklet,
          summaries: withForgottenMemory(tracklet.summaries),
        })),
      },
    }));
  }

  /** Another model tracks differently: what the last one tracked is out of date. */
  #requireTracking(): void {
    this.#context.store.setState((state) => {
      const items = state.tracklets.items.map((tracklet) => ({
        ...tracklet,
        needsTracking: tracklet.id in state.prompts.byObject,
        changedFrames: promptedFrames(state.prompts, tracklet.id),
      }));
      const tracklets = { ...state.tracklets, items };
      const parts = { tracklets, prompts: state.prompts };
      return { tracklets, propagation: propagationAfterEdit(state.propagation, parts) };
    });
  }

  #setEngine(engine: EngineState): void {
    patch(this.#context, 'models', { engine });
  }

  #video() {
    const { info } = this.#state.video;
    return info === undefined
      ? undefined
      : { width: info.width, height: info.height, frameCount: info.frameCount };
  }

  get #state() {
    return this.#context.store.getState();
  }
}

/** Memory that ran out is the user's to do something about; other losses are not. */
function sayRestarting(context: StoreContext, cause: StudioError): void {
  const message = 'The inference engine is being restarted with your prompts.';
  if (cause.code === 'out-of-memory') {
    const { message: what, hint } = cause;
    raiseAlert(context, { severity: 'warning', message: what, ...(hint && { hint }) });
  }
  raiseAlert(context, { severity: 'info', message, hint: cause.message });
}
