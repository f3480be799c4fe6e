import type {
  PropagationBatch,
  PropagationCursor,
  PropagationRequest,
} from '../protocol/inference-api.ts';
import { isEngineLost } from './engine-loss.ts';
import type { Correction, PassQueue } from './pass-queue.ts';
import { noteMaskModel } from './mask-model.ts';
import type { PropagationEvent } from './propagation-state.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';

/** One propagation of a run, and how many frames it computes. */
export interface TrackingPass {
  readonly request: PropagationRequest;
  readonly framesTotal: number;
}

type Propagate = (request: PropagationRequest) => Promise<PropagationCursor>;
/** What a run needs of the engine. */
interface RunEngine {
  propagate(request: PropagationRequest): Promise<PropagationCursor>;
  /** Resolves when the prompts sent so far are answered. */
  settled(): Promise<void>;
}

/** How a run came out. */
interface RunOutcome {
  readonly isCancelled: boolean;
  /** What would do the rest. */
  readonly rest?: readonly PropagationRequest[];
  /** Frames that need not be run. */
  readonly framesSaved?: number;
}

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
  /** Of a run that takes corrections in. */
  #queue: PassQueue | undefined;
  #corrections: Correction[] = [];

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
    noteMaskModel(this.#context);
    this.#dispatch({ type: 'started', ...start, atMs: this.#context.services.nowMs() });
    this.#context.events.flush();
    patch(this.#context, 'playback', { mode: 'following' });
  }

  /** One pass after the other. Resolves to whether the user cancelled. */
  async run(passes: readonly TrackingPass[], propagate: Propagate): Promise<boolean> {
    for (const { request, framesTotal } of passes) {
      const { state } = await this.#runPass(request, propagate);
      if (state === 'cancelled' || this.isCancelling) return true;
      this.#framesBefore += framesTotal;
    }
    return false;
  }

  /**
   * Runs what is queued. Where prompts change meanwhile, it waits for their answer after the frame
   * under way, and goes on from the changed frame.
   */
  async runQueue(queue: PassQueue, engine: RunEngine): Promise<RunOutcome> {
    this.#queue = queue;
    let framesSaved: number | undefined;
    try {
      for (let pass = queue.next; pass !== undefined; pass = queue.next) {
        const { state, framesDone, stoppedAt } = await this.#runPass(pass, (request) =>
          engine.propagate(request),
        );
        this.#framesBefore += framesDone;
        if (state === 'complete') queue.finish();
        else queue.interrupt();
        if (pass.until !== undefined) framesSaved ??= 0;
        if (stoppedAt !== undefined)
          framesSaved = (framesSaved ?? 0) + Math.abs(pass.end - stoppedAt);
        const isStopped = state === 'cancelled' && this.#corrections.length === 0;
        if (isStopped || this.isCancelling) return { isCancelled: true, rest: queue.rest };
        await this.#takeCorrections(queue, engine);
      }
      return { isCancelled: false, ...(framesSaved === undefined ? {} : { framesSaved }) };
    } finally {
      this.#queue = undefined;
      this.#corrections = [];
    }
  }

  /** Prompts of an object have changed on a frame; a run that takes corrections in goes on there. */
  correct(correction: Correction): void {
    if (this.#queue === undefined || this.#propagation.status !== 'running') return;
    if (!this.#propagation.run.objectIds.includes(correction.objectId)) return;
    this.#corrections.push(correction);
    void this.#endCursor();
  }

  /** Stops after the frame under way. */
  async cancel(): Promise<void> {
    if (this.#propagation.status !== 'running') return;
    this.#dispatch({ type: 'cancel-asked' });
    this.#context.events.flush();
    await this.#endCursor();
  }

  end(outcome: RunOutcome): void {
    this.#dispatch({ type: 'ended', ...outcome, atMs: this.#context.services.nowMs() });
    this.#stopFollowing();
  }

  fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#dispatch({ type: 'failed', message });
    this.#stopFollowing();
  }

  /** @returns the last batch; its summaries are in the store */
  async #runPass(request: PropagationRequest, propagate: Propagate): Promise<PropagationBatch> {
    const cursor = await propagate(request);
    this.#cursor = cursor;
    // The user may have cancelled or corrected while the cursor was made.
    if (this.isCancelling || this.#corrections.length > 0) await cursor.cancel();
    try {
      for (;;) {
        const batch = await cursor.nextBatch(BATCH_MS);
        this.#take(batch);
        if (batch.state === 'running') continue;
        this.#context.events.flush();
        return batch;
      }
    } finally {
      this.#cursor = undefined;
    }
  }

  async #endCursor(): Promise<void> {
    try {
      await this.#cursor?.cancel();
    } catch (error) {
      // A lost engine also fails the run itself, which reports it.
      if (!isEngineLost(error)) reportError(this.#context, error);
    }
  }

  async #takeCorrections(queue: PassQueue, engine: RunEngine): Promise<void> {
    const taken: Correction[] = [];
    while (this.#corrections.length > 0) {
      const corrections = this.#corrections;
      this.#corrections = [];
      await engine.settled();
      taken.push(...corrections.filter((correction) => queue.correct(correction)));
    }
    const { prompts } = this.#context.store.getState();
    queue.retain((id) => id in prompts.byObject);
    const framesTotal = this.#framesBefore + queue.framesLeft;
    this.#dispatch({ type: 'replanned', framesTotal, taken });
    this.#context.events.flush();
  }

  #take(batch: PropagationBatch): void {
    const { events, services } = this.#context;
    if (batch.summaries.length > 0) {
      events.push({ type: 'masks-summarised', summaries: batch.summaries });
    }
    const newestFrame = batch.summaries.at(-1)?.frame;
    if (newestFrame !== undefined) this.#queue?.advance(newestFrame);
    this.#dispatch({
      type: 'advanced',
      framesDone: this.#framesBefore + batch.framesDone,
      newestFrame,
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
