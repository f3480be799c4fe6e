import type {
  PropagationBatch,
  PropagationCursor,
  PropagationRequest,
} from '../protocol/inference-api.ts';
import { isEngineLost, type EngineSession } from './engine-session.ts';
import { planRun, type TrackingScope } from './plan-run.ts';
import type { TrackingDirection, TrackingPlan } from './plan-tracking.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { promptedFrames } from './prompts-slice.ts';
import { isRunning, type PropagationEvent } from './propagation-state.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { framesOf, withoutFrames } from './summary-track.ts';
import type { TrackletsActions } from './tracklets-actions.ts';
import { mapTracklet, propagationAfterEdit } from './tracklets-slice.ts';

type PossiblePlan = Extract<TrackingPlan, { isPossible: true }>;

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly tracklets: TrackletsActions;
}

/** Longest wait for a batch; with it the progress moves on slow machines too. */
const BATCH_MS = 250;

/** Running the tracker over the clip. */
export class PropagationActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #cursor: PropagationCursor | undefined;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Tracks from the shown frame. Finished frames are kept whatever becomes of the run. */
  async track(direction: TrackingDirection, scope: TrackingScope): Promise<void> {
    const plan = planRun(this.#context.store.getState(), direction, scope);
    if (!plan.isPossible) {
      raiseAlert(this.#context, { severity: 'info', message: plan.reason });
      return;
    }
    this.#parts.playback.pause();
    await this.#parts.tracklets.purgeRemoved();
    // Another run may have started while removals were made final.
    if (isRunning(this.#propagation)) return;
    this.#dispatch({
      type: 'started',
      direction,
      objectIds: plan.objectIds,
      framesTotal: plan.framesTotal,
      atMs: this.#context.services.nowMs(),
    });
    this.#context.events.flush();
    patch(this.#context, 'playback', { mode: 'following' });
    patch(this.#context, 'project', { hasUnsavedWork: true });
    await this.#run(plan);
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

  /** Forgets all tracked frames; prompts, and the masks of their frames, stay. */
  async clear(): Promise<void> {
    if (isRunning(this.#propagation)) return;
    try {
      await this.#parts.engine.clearTracking();
      await forgetTrackedMasks(this.#context);
    } catch (error) {
      await this.#parts.engine.onFailure(error);
    }
  }

  async #run(plan: PossiblePlan): Promise<void> {
    try {
      const isCancelled = await this.#runPasses(plan.passes);
      this.#dispatch({ type: 'ended', isCancelled, atMs: this.#context.services.nowMs() });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#dispatch({ type: 'failed', message });
      this.#context.events.flush();
      await this.#parts.engine.onFailure(error);
    } finally {
      this.#cursor = undefined;
      this.#context.events.flush();
      if (this.#context.store.getState().playback.mode === 'following') {
        patch(this.#context, 'playback', { mode: 'paused' });
      }
    }
  }

  /** Whether the user cancelled. */
  async #runPasses(passes: readonly PropagationRequest[]): Promise<boolean> {
    let framesBefore = 0;
    for (const pass of passes) {
      const isCancelled = await this.#runPass(pass, framesBefore);
      this.#context.events.flush();
      if (isCancelled || this.#propagation.status === 'cancelling') return true;
      framesBefore += Math.abs(pass.end - pass.start) + 1;
    }
    return false;
  }

  async #runPass(pass: PropagationRequest, framesBefore: number): Promise<boolean> {
    const cursor = await this.#parts.engine.propagate(pass);
    this.#cursor = cursor;
    // The user may have cancelled while the cursor was made.
    if (this.#propagation.status === 'cancelling') await cursor.cancel();
    for (;;) {
      const batch = await cursor.nextBatch(BATCH_MS);
      this.#take(batch, framesBefore);
      if (batch.state !== 'running') return batch.state === 'cancelled';
    }
  }

  #take(batch: PropagationBatch, framesBefore: number): void {
    const { events, services } = this.#context;
    if (batch.summaries.length > 0) {
      events.push({ type: 'masks-summarised', summaries: batch.summaries });
    }
    this.#dispatch({
      type: 'advanced',
      framesDone: framesBefore + batch.framesDone,
      newestFrame: batch.summaries.at(-1)?.frame,
      atMs: services.nowMs(),
    });
  }

  #dispatch(event: PropagationEvent): void {
    this.#context.events.push({ type: 'propagation', event });
  }

  get #propagation(): StudioState['propagation'] {
    return this.#context.store.getState().propagation;
  }
}

async function forgetTrackedMasks(context: StoreContext): Promise<void> {
  for (const { id, summaries } of context.store.getState().tracklets.items) {
    // Imported masks and those of prompted frames are the user's own.
    const prompted = new Set(promptedFrames(context.store.getState().prompts, id));
    const frames = framesOf(summaries, ['tracked', 'kept']).filter((frame) => !prompted.has(frame));
    if (frames.length === 0) continue;
    await context.services.media.removeMasks(id, frames);
    context.store.setState((state) => ({
      tracklets: mapTracklet(state.tracklets, id, (tracklet) => ({
        ...tracklet,
        needsTracking: id in state.prompts.byObject,
        summaries: withoutFrames(tracklet.summaries, frames),
      })),
    }));
  }
  context.store.setState((state) => ({
    propagation: propagationAfterEdit(state.propagation, state),
  }));
}
