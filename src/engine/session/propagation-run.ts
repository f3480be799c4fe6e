import type { FrameIndex } from '../../core/ids.ts';
import type { MaskSummary } from '../../core/prompts.ts';
import type { PropagationBatch, PropagationCursor } from '../../protocol/inference-api.ts';
import { WakeUp } from '../wake-up.ts';

/**
 * The results of one propagation on their way to whoever asks for them. The engine pushes, the
 * page pulls; neither waits for the other.
 */
export class PropagationRun implements PropagationCursor {
  readonly #framesTotal: number;
  readonly #abort = new AbortController();
  #summaries: MaskSummary[] = [];
  #framesDone = 0;
  #state: PropagationBatch['state'] = 'running';
  #stoppedAt: FrameIndex | undefined;
  #failure: { readonly error: unknown } | undefined;
  readonly #wake = new WakeUp();

  constructor(framesTotal: number) {
    this.#framesTotal = framesTotal;
  }

  /** Aborted when the reader wants no more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Adds what one frame gave. */
  pushFrame(summaries: readonly MaskSummary[]): void {
    this.#summaries.push(...summaries);
    this.#framesDone++;
    this.#wake.ring();
  }

  /** Ends the run before its last frame: what it was to bring about has come about. */
  stop(at: FrameIndex): void {
    this.#stoppedAt = at;
    this.finish('complete');
  }

  /** Ends the run; the reader gets what is left first. */
  finish(outcome: 'complete' | 'cancelled' | { readonly error: unknown }): void {
    if (typeof outcome === 'string') this.#state = outcome;
    else this.#failure = outcome;
    this.#wake.ring();
  }

  async nextBatch(maxMs: number): Promise<PropagationBatch> {
    if (this.#summaries.length === 0 && !this.#isOver()) await this.#wake.within(maxMs);
    const summaries = this.#summaries;
    this.#summaries = [];
    if (summaries.length === 0 && this.#failure !== undefined) throw this.#failure.error;
    return {
      summaries,
      framesDone: this.#framesDone,
      framesTotal: this.#framesTotal,
      state: this.#state,
      ...(this.#stoppedAt === undefined ? {} : { stoppedAt: this.#stoppedAt }),
    };
  }

  async cancel(): Promise<void> {
    this.#abort.abort();
  }

  #isOver(): boolean {
    return this.#state !== 'running' || this.#failure !== undefined;
  }
}
