import type { StudioError } from '../core/errors.ts';
import type { PlacedPrompts } from '../core/prompts.ts';
import type { SessionVideo } from '../protocol/inference-api.ts';
import { asStudioError, isEngineLost } from './engine-loss.ts';
import type { SessionParts } from './engine-recovery.ts';
import { engineAtRest, sessionVideo, setEngine, stopEngine } from './engine-status.ts';
import { forgetTrackedMemory, requireTracking } from './forgotten-tracking.ts';
import { modelInUse } from './models-slice.ts';
import { allPrompts } from './prompts-slice.ts';
import type { StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { hasMask } from './summary-track.ts';
import { findTracklet } from './tracklets-slice.ts';

interface Parts extends SessionParts {
  /** Replaces a lost engine. */
  readonly recover: (cause: StudioError) => Promise<void>;
}

/** Starts sessions of the engine on the open clip; a later start overtakes an earlier one. */
export class EngineStarts {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Starts over with the model and the clip of the moment, and sends all prompts again. */
  async attach(): Promise<void> {
    const { inference } = this.#context.services;
    const { outbox } = this.#parts;
    requireTracking(this.#context);
    const isReady = await this.#startWith((video) => inference.startSession(video));
    if (!isReady) return;
    outbox.replace(allPrompts(this.#state.prompts));
    await outbox.send();
  }

  /**
   * Starts over and gives the engine all prompts at once, without computing their masks again.
   * @param waiting prompts whose masks are still to be computed; besides those without a mask
   */
  async attachKeepingMasks(waiting: readonly PlacedPrompts[] = []): Promise<void> {
    const { inference } = this.#context.services;
    const isReady = await this.#startWith(
      (video) => inference.restore(video, allPrompts(this.#state.prompts)),
      [...unmasked(this.#state, waiting), ...waiting],
    );
    if (isReady) await this.#parts.outbox.send();
  }

  /**
   * Resolves when the engine knows the prompts of the moment and nothing else, or cannot be had now.
   * Where somebody else is starting it already, that is waited for.
   */
  async refresh(): Promise<void> {
    for (;;) {
      await engineAtRest(this.#context);
      const { isStale, isLent } = this.#parts.turn;
      if (!isStale || isLent || this.#state.models.engine.status !== 'ready') return;
      await this.attachKeepingMasks();
    }
  }

  /** False when there is nothing to start with, when it failed, or when a later start overtook it. */
  async #startWith(
    start: (video: SessionVideo) => Promise<void>,
    waiting: readonly PlacedPrompts[] = [],
  ): Promise<boolean> {
    const { turn, outbox, memory } = this.#parts;
    const generation = turn.begin();
    outbox.replace(waiting);
    outbox.forgetFrames();
    forgetTrackedMemory(this.#context);
    const video = sessionVideo(this.#state);
    if (video === undefined || modelInUse(this.#state.models) === undefined) {
      setEngine(this.#context, { status: 'waiting' });
      return false;
    }
    setEngine(this.#context, { status: 'starting' });
    try {
      await start(video);
      memory.forget();
    } catch (error) {
      if (turn.isCurrent(generation)) await this.#takeFailure(error);
      return false;
    }
    if (!turn.isCurrent(generation)) return false;
    setEngine(this.#context, { status: 'ready' });
    return true;
  }

  async #takeFailure(error: unknown): Promise<void> {
    if (isEngineLost(error)) await this.#parts.recover(error);
    else stopEngine(this.#context, asStudioError(error));
  }

  get #state(): StudioState {
    return this.#context.store.getState();
  }
}

/** Prompts, but for those in the same places, that have no mask. */
function unmasked(
  { prompts, tracklets }: StudioState,
  waiting: readonly PlacedPrompts[],
): readonly PlacedPrompts[] {
  return allPrompts(prompts).filter(
    ({ objectId, frame }) =>
      !waiting.some((other) => other.objectId === objectId && other.frame === frame) &&
      !hasMask(findTracklet(tracklets, objectId)?.summaries, frame),
  );
}
