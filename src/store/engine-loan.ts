import type { InferenceClient } from '../client/inference-client.ts';
import { invariant } from '../core/assert.ts';
import type { StudioError } from '../core/errors.ts';
import { isEngineLost } from './engine-loss.ts';
import type { SessionTurn } from './session-turn.ts';

/** The engine while it is lent to a run: sessions on parts of the clip, with prompts of their own. */
export type LentEngine = Pick<InferenceClient, 'restore' | 'propagate'>;

/** The engine while it is lent to something that leaves its session alone. */
export type EngineAside = Pick<InferenceClient, 'benchmark'>;

interface Parts {
  readonly inference: LentEngine & EngineAside;
  readonly turn: SessionTurn;
  /** Replaces a lost engine, which gives it all prompts. */
  readonly recover: (cause: StudioError) => Promise<void>;
}

/** Lends the engine to one at a time, and has it back however that ends. */
export class EngineLoan {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * @param takeBack makes the engine the studio's own again
   * @throws what `work` throws, once the engine is back; a lost one is replaced first
   */
  async lend(
    work: (engine: LentEngine & EngineAside) => Promise<void>,
    takeBack: () => Promise<void>,
  ): Promise<void> {
    const { inference, turn, recover } = this.#parts;
    invariant(!turn.isLent, 'the engine is lent once at a time');
    turn.isLent = true;
    let failure: { readonly error: unknown } | undefined;
    try {
      await work(inference);
    } catch (error) {
      failure = { error };
    }
    turn.isLent = false;
    if (failure !== undefined && isEngineLost(failure.error)) await recover(failure.error);
    else await takeBack();
    if (failure !== undefined) throw failure.error;
  }
}
