import type {
  PropagationBatch,
  PropagationCursor,
  PropagationRequest,
} from '../protocol/inference-api.ts';
import { isEngineLost } from './engine-session.ts';
import type { PropagationEvent } from './propagation-state.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';

/** One propagation of a run, and how many frames it computes. */
export interface TrackingPass {
  readonly request: PropagationRequest;
  readonly framesTotal: number;
}

type Propagate = (request: PropagationRequest) => Promise<PropagationCursor>;
type RunStart = Omit<Extract<PropagationEvent, { type: 'started' }>, 'type' | 'atMs'>;

/** Longest wait for a batch; with it the progress moves on slow machines too. */
const BATCH_MS = 250;

/**
 * Runs propagations and tells of them: one run at a time, of any number of passes, from `start` to
 * `end` or `fail`. Finished frames are kept whatever becomes of it.
 */
export class TrackingRunner {
  readonly #context: StoreContext;
  #cursor: PropagationCursor | undefined;
  #framesBefore = 0;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Whether the user has asked to stop. */
  get isCancelling(): boolean {
    return this.#propagation.status === 'cancelling';
  }

  /** From here on tracking runs; the stage follows it. */
  start(start: RunStart): void {
    this.#framesBefore = 0;
    this.#dispatch({ type: 'started', ...start, atMs: this.#context.services.nowMs() });
    this.#context.events.flush();
    patch(this.#context, 'playback', { mode: 'following' });
  }

  /** One pass after the other. Resolves to whether the user cancelled. */
  async run(passes: readonly TrackingPass[], propagate: Propagate): Promise<boolean> {
    for (const { request, framesTotal } of passes) {
      const isCancelled = await this.#runPass(request, propagate);
      this.#context.events.flush();
      if (isCancelled || this.isCancelling) return true;
      this.#framesBefore += framesTotal;
    }
    return false;
  }

  /** Stops after the frame under way. */
  async cancel(): Promise<void> {
    if (this.#propagation.status !== 'running') return;
    this.#dispatch({ type: 'cancel-asked' });
    this.#context.events.flush();
    try {
      await this.#cursor?.cancel();
    } catch (error) {
      // A lost engine also fails the run itself, which reports it.
      if (!isEngineLost(error)) reportError(this.#context, error);
    }
  }

  end(isCancelled: boolean): void {
    this.#dispatch({ type: 'ended', isCancelled, atMs: this.#context.services.nowMs() });
    this.#stopFollowing();
  }

  fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#dispatch({ type: 'failed', message });
    this.#stopFollowing();
  }

  async #runPass(request: PropagationRequest, propagate: Propagate): Promise<boolean> {
    const cursor = await propagate(request);
    this.#cursor = cursor;
    // The user may have cancelled while the cursor was made.
    if (this.isCancelling) await cursor.cancel();
    try {
      for (;;) {
        const batch = await cursor.nextBatch(BATCH_MS);
        this.#take(batch);
        if (batch.state !== 'running') return batch.state === 'cancelled';
      }
    } finally {
      this.#cursor = undefined;
    }
  }

  #take(batch: PropagationBatch): void {
    const { events, services } = this.#context;
    if (batch.summaries.length > 0) {
      events.push({ type: 'masks-summarised', summaries: batch.summaries });
    }
    this.#dispatch({
      type: 'advanced',
      framesDone: this.#framesBefore + batch.framesDone,
      newestFrame: batch.summaries.at(-1)?.frame,
      atMs: services.nowMs(),
    });
  }

  #stopFollowing(): void {
    this.#context.events.flush();
    if (this.#context.store.getState().playback.mode === 'following') {
      patch(this.#context, 'playback', { mode: 'paused' });
    }
  }

  #dispatch(event: PropagationEvent): void {
    this.#context.events.push({ type: 'propagation', event });
  }

  get #propagation(): StudioState['propagation'] {
    return this.#context.store.getState().propagation;
  }
}
