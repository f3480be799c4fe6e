import type { StudioError } from '../core/errors.ts';
import type { ModelReport } from '../protocol/device.ts';
import { asStudioError, isWorthRestarting } from './engine-loss.ts';
import { sessionVideo, setEngine, stopEngine } from './engine-status.ts';
import { forgetTrackedMemory } from './forgotten-tracking.ts';
import type { MemorySync } from './memory-sync.ts';
import type { PromptOutbox } from './prompt-outbox.ts';
import { allPrompts } from './prompts-slice.ts';
import type { SessionTurn } from './session-turn.ts';
import { patch, raiseAlert, type StoreContext } from './store-context.ts';

/** What every way of beginning a session works with. */
export interface SessionParts {
  readonly turn: SessionTurn;
  readonly outbox: PromptOutbox;
  readonly memory: MemorySync;
}

/** Replaces a lost engine, as often as that may help. */
export class EngineRecovery {
  readonly #context: StoreContext;
  readonly #parts: SessionParts;

  constructor(context: StoreContext, parts: SessionParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Loads the lost engine's model and restores the prompts; masks stay where they are. */
  async recover(cause: StudioError): Promise<void> {
    const { turn, outbox } = this.#parts;
    const { inference } = this.#context.services;
    if (this.#context.store.getState().models.engine.status === 'recovering') return;
    const generation = turn.begin();
    outbox.forgetFrames();
    forgetTrackedMemory(this.#context);
    setEngine(this.#context, { status: 'recovering', progress: undefined });
    let last = cause;
    while (inference.hasRestartsLeft) {
      sayRestarting(this.#context, last);
      const failure = await this.#tryRestart(generation);
      if (!turn.isCurrent(generation) || failure === undefined) return;
      last = failure;
      if (!isWorthRestarting(failure)) break;
    }
    stopEngine(this.#context, last);
  }

  /** Undefined when the engine runs again, or was overtaken; else why not. */
  async #tryRestart(generation: number): Promise<StudioError | undefined> {
    const { services, events, store } = this.#context;
    const video = sessionVideo(store.getState());
    let report;
    try {
      report = await services.inference.restart({
        ...(video === undefined ? {} : { video }),
        prompts: allPrompts(store.getState().prompts),
        onProgress: (progress) => events.push({ type: 'model-progress', progress }),
      });
    } catch (error) {
      return asStudioError(error);
    }
    if (!this.#parts.turn.isCurrent(generation)) return undefined;
    this.#parts.memory.forget();
    await this.#goOn(report, video !== undefined);
    return undefined;
  }

  async #goOn(report: ModelReport | undefined, hasSession: boolean): Promise<void> {
    if (report !== undefined) {
      patch(this.#context, 'models', { model: { status: 'ready', report } });
    }
    if (report === undefined || !hasSession) {
      setEngine(this.#context, { status: 'waiting' });
      return;
    }
    setEngine(this.#context, { status: 'ready' });
    raiseAlert(this.#context, {
      severity: 'success',
      message: 'The inference engine runs again; every prompt and mask is still here.',
      hint: 'Track again to give it back its memory of the tracked frames.',
    });
    await this.#parts.outbox.send();
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
