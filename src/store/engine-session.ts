import { StudioError } from '../core/errors.ts';
import type { ObjectId } from '../core/ids.ts';
import type { PlacedPrompts } from '../core/prompts.ts';
import type {
  PropagationCursor,
  PropagationRequest,
  SessionVideo,
} from '../protocol/inference-api.ts';
import { modelInUse, type EngineState } from './models-slice.ts';
import { allPrompts, isEmpty, promptedFrames } from './prompts-slice.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import { withForgottenMemory, withoutFrames } from './summary-track.ts';
import { mapTracklet, propagationAfterEdit } from './tracklets-slice.ts';

/**
 * Keeps the engine in step with the page: starts a session when there is a model and a clip, sends
 * prompts in the order they were made, and brings a lost engine back with all of them.
 */
export class EngineSession {
  readonly #context: StoreContext;
  /** Prompts that the engine has not answered yet, oldest first. */
  #outbox: PlacedPrompts[] = [];
  #isSending = false;
  #sending = Promise.resolve();
  /** Counts the sessions; an answer to an earlier one is dropped. */
  #generation = 0;
  /** Frames whose features the session has computed. */
  #encodedFrames = new Set<number>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Starts over with the model and the clip of the moment, and sends all prompts again. */
  async attach(): Promise<void> {
    const { inference } = this.#context.services;
    this.#requireTracking();
    const isReady = await this.#startWith((video) => inference.startSession(video));
    if (!isReady) return;
    this.#outbox = allPrompts(this.#state.prompts);
    await this.#send();
  }

  /**
   * Starts over and gives the engine all prompts at once, without computing their masks again:
   * after an import the masks on the stage are the right ones.
   */
  async attachKeepingMasks(): Promise<void> {
    const { inference } = this.#context.services;
    const isReady = await this.#startWith((video) =>
      inference.restore(video, allPrompts(this.#state.prompts)),
    );
    if (isReady) await this.#send();
  }

  /** False when there is nothing to start with, when it failed, or when a later start overtook it. */
  async #startWith(start: (video: SessionVideo) => Promise<void>): Promise<boolean> {
    const generation = ++this.#generation;
    this.#outbox = [];
    this.#forgetMemory();
    const video = this.#video();
    if (video === undefined || modelInUse(this.#state.models) === undefined) {
      this.#setEngine({ status: 'waiting' });
      return false;
    }
    this.#setEngine({ status: 'starting' });
    try {
      await start(video);
    } catch (error) {
      if (generation === this.#generation) await this.onFailure(error);
      return false;
    }
    if (generation !== this.#generation) return false;
    this.#setEngine({ status: 'ready' });
    return true;
  }

  /** Tells the engine of a change of prompts; before a session is up, `attach` sends it. */
  submit(placed: PlacedPrompts): void {
    const { status } = this.#state.models.engine;
    if (status !== 'waiting' && status !== 'stopped') {
      this.#outbox.push(placed);
      void this.#send();
    } else if (isEmpty(placed.prompts)) {
      void this.#dropMask(placed);
    }
  }

  /** Removes the object from the engine and its masks from the stage. */
  async removeObject(id: ObjectId): Promise<void> {
    this.#outbox = this.#outbox.filter((placed) => placed.objectId !== id);
    try {
      // Before its masks go: a click that is still being answered would put one back.
      if (this.#state.models.engine.status === 'ready') {
        await this.#context.services.inference.removeObject(id);
      }
    } catch (error) {
      await this.onFailure(error);
    }
    try {
      await this.#context.services.media.removeMasks(id);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  propagate(request: PropagationRequest): Promise<PropagationCursor> {
    return this.#context.services.inference.propagate(request);
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
    this.#forgetMemory();
    this.#setEngine({ status: 'recovering', progress: undefined });
    let last = cause;
    while (this.#context.services.inference.hasRestartsLeft) {
      raiseAlert(this.#context, {
        severity: 'info',
        message: 'The inference engine is being restarted with your prompts.',
        hint: last.message,
      });
      const outcome = await this.#tryRestart();
      if (generation !== this.#generation) return;
      if (!(outcome instanceof StudioError)) return;
      last = outcome;
      if (!isEngineLost(outcome)) break;
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
      if (report === undefined) {
        this.#setEngine({ status: 'waiting' });
        return undefined;
      }
      patch(this.#context, 'models', { model: { status: 'ready', report } });
    } catch (error) {
      return error instanceof StudioError
        ? error
        : new StudioError('worker-terminated', 'The inference worker did not start.', {
            cause: error,
          });
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
    await this.#send();
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
  async settled(): Promise<void> {
    await this.#sending;
  }

  #send(): Promise<void> {
    if (!this.#isSending) this.#sending = this.#sendAll();
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    try {
      for (let placed = this.#next(); placed !== undefined; placed = this.#next()) {
        await this.#sendOne(placed);
      }
    } finally {
      this.#isSending = false;
      patch(this.#context, 'models', { activity: undefined });
    }
  }

  async #sendOne(placed: PlacedPrompts): Promise<void> {
    const generation = this.#generation;
    const { objectId, frame } = placed;
    const isFirstOnFrame = !this.#encodedFrames.has(frame);
    patch(this.#context, 'models', { activity: { objectId, frame, isFirstOnFrame } });
    try {
      const summary = await this.#context.services.inference.setPrompts(placed);
      if (generation !== this.#generation) return;
      this.#encodedFrames.add(frame);
      this.#takeOut(placed);
      if (summary === undefined) await this.#dropMask(placed);
      else this.#context.events.push({ type: 'masks-summarised', summaries: [summary] });
    } catch (error) {
      if (generation !== this.#generation) return;
      // After a recovery the prompt is sent again; any other failure would only repeat itself.
      if (isEngineLost(error)) void this.recover(error);
      else {
        this.#takeOut(placed);
        reportError(this.#context, error);
      }
    }
  }

  #next(): PlacedPrompts | undefined {
    return this.#state.models.engine.status === 'ready' ? this.#outbox[0] : undefined;
  }

  #takeOut(placed: PlacedPrompts): void {
    this.#outbox = this.#outbox.filter((other) => other !== placed);
  }

  async #dropMask({ objectId, frame }: PlacedPrompts): Promise<void> {
    this.#context.store.setState((state) => ({
      tracklets: mapTracklet(state.tracklets, objectId, (tracklet) => ({
        ...tracklet,
        summaries: withoutFrames(tracklet.summaries, [frame]),
      })),
    }));
    try {
      await this.#context.services.media.removeMasks(objectId, [frame]);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** The engine that tracked these frames is gone; their masks stay. */
  #forgetMemory(): void {
    this.#encodedFrames = new Set();
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

/** Whether the error means that the inference worker is done for. */
export function isEngineLost(error: unknown): error is StudioError {
  return (
    error instanceof StudioError &&
    (error.code === 'device-lost' || error.code === 'worker-terminated')
  );
}
