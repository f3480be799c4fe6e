import type { StudioError } from '../core/errors.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MemoryAccount } from '../core/memory.ts';
import { isEmptyPrompt, type PlacedPrompts } from '../core/prompts.ts';
import type { PropagationCursor, PropagationRequest } from '../protocol/inference-api.ts';
import { EngineLoan, type EngineAside, type LentEngine } from './engine-loan.ts';
import { isEngineLost } from './engine-loss.ts';
import { EngineRecovery } from './engine-recovery.ts';
import { EngineStarts } from './engine-starts.ts';
import { forgetTrackedMemory } from './forgotten-tracking.ts';
import { MemorySync } from './memory-sync.ts';
import { PromptOutbox } from './prompt-outbox.ts';
import { SessionTurn } from './session-turn.ts';
import type { StepRecorder } from './step-recorder.ts';
import { reportError, type StoreContext } from './store-context.ts';
import { findTracklet } from './tracklets-slice.ts';

/**
 * Keeps the engine in step with the page: starts a session when there is a model and a clip, sends
 * prompts in the order they were made, and brings a lost engine back with all of them.
 */
export class EngineSession {
  readonly #context: StoreContext;
  readonly #recorder: StepRecorder;
  readonly #turn = new SessionTurn();
  readonly #outbox: PromptOutbox;
  readonly #memory: MemorySync;
  readonly #starts: EngineStarts;
  readonly #recovery: EngineRecovery;
  readonly #loan: EngineLoan;

  constructor(context: StoreContext, recorder: StepRecorder) {
    this.#context = context;
    this.#recorder = recorder;
    const { inference } = context.services;
    const turn = this.#turn;
    const memory = new MemorySync({ inference, memory: () => this.#state.memory });
    const outbox = new PromptOutbox(context, {
      prepare: () => memory.settle(),
      isOpen: () => this.#isReady && !turn.isLent,
      generation: () => turn.generation,
      onFailure: (error) => {
        void this.onFailure(error);
        return isEngineLost(error);
      },
    });
    const recover = (cause: StudioError) => this.recover(cause);
    this.#memory = memory;
    this.#outbox = outbox;
    this.#recovery = new EngineRecovery(context, { turn, outbox, memory });
    this.#starts = new EngineStarts(context, { turn, outbox, memory, recover });
    this.#loan = new EngineLoan({ inference, turn, recover });
  }

  /** Starts over with the model and the clip of the moment, and sends all prompts again. */
  attach(): Promise<void> {
    return this.#starts.attach();
  }

  /** Starts over where the masks on the stage are the right ones, as after an import. */
  attachKeepingMasks(): Promise<void> {
    return this.#starts.attachKeepingMasks();
  }

  /** See `EngineStarts.refresh`. */
  refresh(): Promise<void> {
    return this.#starts.refresh();
  }

  /** Replaces the lost engine, loads its model and restores the prompts; masks stay where they are. */
  recover(cause: StudioError): Promise<void> {
    return this.#recovery.recover(cause);
  }

  /**
   * Lends the engine to `work`, which leaves it in any session. Prompts made meanwhile wait; they
   * are answered when the engine is back on the whole clip, with all prompts and every mask as it
   * is. Must be called when the engine is ready and no prompt is under way.
   * @throws what `work` throws, once the engine is back; a lost one is replaced first
   */
  lend(work: (engine: LentEngine) => Promise<void>): Promise<void> {
    return this.#loan.lend(work, () => this.#starts.attachKeepingMasks(this.#outbox.waiting));
  }

  /**
   * Lends the engine to `work` that leaves its session as it is, so that it goes on with all that it
   * remembers. Prompts made meanwhile wait and are answered then. There must be a model.
   * @throws what `work` throws; a lost engine is replaced first
   */
  lendAside(work: (engine: EngineAside) => Promise<void>): Promise<void> {
    // Whoever lent it need not wait for the answers.
    return this.#loan.lend(work, async () => void this.#answerWaiting());
  }

  /** Tells the engine of a change of prompts; before a session is up, `attach` sends it. */
  submit(placed: PlacedPrompts): void {
    const { status } = this.#state.models.engine;
    if (status !== 'waiting' && status !== 'stopped') this.#send(placed);
    else if (isEmptyPrompt(placed.prompts)) void this.#outbox.dropMask(placed);
  }

  /**
   * Tells the engine of prompts that undoing or redoing has put back.
   * @param hasMask whether the frame has the mask that belongs to them already
   */
  resubmit(placed: PlacedPrompts, { hasMask }: { readonly hasMask: boolean }): void {
    const { status } = this.#state.models.engine;
    // What starts over is told of all prompts anyway.
    if (status === 'waiting' || status === 'stopped' || (this.#turn.isStale && hasMask)) return;
    const keepsMask = hasMask && isEmptyPrompt(placed.prompts);
    this.#send(placed, { keepsMask });
  }

  /**
   * What the engine remembers of tracked frames is void. It starts over, with the prompts of the
   * moment, before it is used next; masks stay as they are.
   */
  invalidate(): void {
    this.#turn.isStale = true;
    this.#outbox.forgetFrames();
    forgetTrackedMemory(this.#context);
  }

  /** Removes the object from the engine. Its masks must be off the stage already. */
  async removeObject(id: ObjectId): Promise<void> {
    const isBeingPrompted = this.#state.models.activity?.objectId === id;
    this.#outbox.removeObject(id);
    try {
      if (this.#isReady && !this.#turn.isStale) {
        await this.#context.services.inference.removeObject(id);
      } else {
        // One that is starting has been told of the object.
        this.#turn.isStale = true;
      }
      const isGone = findTracklet(this.#state.tracklets, id) === undefined;
      // The prompt that was being answered has put a mask back.
      if (isBeingPrompted && isGone) await this.#context.services.media.removeMasks(id);
    } catch (error) {
      await this.onFailure(error);
    }
  }

  /** See `InferenceApi.propagate`. */
  async propagate(request: PropagationRequest): Promise<PropagationCursor> {
    await this.#memory.settle();
    return this.#context.services.inference.propagate(request);
  }

  /** See `InferenceApi.memoryAccount`; undefined too while the engine cannot be asked. */
  async memoryAccount(id: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined> {
    await this.refresh();
    if (!this.#isReady || this.#turn.isLent) return undefined;
    await this.#memory.settle();
    return this.#context.services.inference.memoryAccount(id, frame);
  }

  /** Makes the engine forget all frames that it tracked; prompts stay. */
  async clearTracking(): Promise<void> {
    if (this.#isReady) await this.#context.services.inference.clearTracking();
  }

  /** Reports an error of the engine; brings the engine back where the error means that it is gone. */
  async onFailure(error: unknown): Promise<void> {
    if (isEngineLost(error)) await this.recover(error);
    else reportError(this.#context, error);
  }

  /** Resolves when every prompt sent so far is answered and its mask is on the stage. */
  settled(): Promise<void> {
    return this.#outbox.settled();
  }

  /** Resolves when the prompts that wait now are answered, whatever comes after them. */
  answered(): Promise<void> {
    return this.#outbox.answered();
  }

  #send(placed: PlacedPrompts, { keepsMask = false } = {}): void {
    this.#outbox.add(placed, { keepsMask, begun: this.#recorder.settled() });
    if (!this.#turn.isLent) void this.#answerWaiting();
  }

  /** Sends what waits, to a session that remembers nothing that was undone. */
  #answerWaiting(): Promise<void> {
    if (!this.#turn.isStale || !this.#isReady) return this.#outbox.send();
    return this.#starts.attachKeepingMasks(this.#outbox.waiting);
  }

  get #isReady(): boolean {
    return this.#state.models.engine.status === 'ready';
  }

  get #state() {
    return this.#context.store.getState();
  }
}
