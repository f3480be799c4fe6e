import type { EngineSession } from './engine-session.ts';
import { planRun, type TrackingScope } from './plan-run.ts';
import { framesOfPass, type TrackingDirection, type TrackingPlan } from './plan-tracking.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { promptedFrames } from './prompts-slice.ts';
import { isRunning, type PropagationState } from './propagation-state.ts';
import { raiseAlert, type StoreContext } from './store-context.ts';
import { framesOf, withoutFrames } from './summary-track.ts';
import type { TrackingRunner } from './tracking-runner.ts';
import type { TrackletsActions } from './tracklets-actions.ts';
import { mapTracklet, propagationAfterEdit } from './tracklets-slice.ts';

type PossiblePlan = Extract<TrackingPlan, { isPossible: true }>;

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly runner: TrackingRunner;
  readonly tracklets: TrackletsActions;
}

/** Running the tracker over the clip. */
export class PropagationActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

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
    const { objectIds, framesTotal } = plan;
    this.#parts.runner.start({ direction, objectIds, framesTotal });
    await this.#run(plan);
  }

  /** Stops after the frame under way. */
  async cancel(): Promise<void> {
    await this.#parts.runner.cancel();
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

  async #run({ passes }: PossiblePlan): Promise<void> {
    const { engine, runner } = this.#parts;
    const counted = passes.map((request) => ({ request, framesTotal: framesOfPass(request) }));
    try {
      runner.end(await runner.run(counted, (request) => engine.propagate(request)));
    } catch (error) {
      runner.fail(error);
      await engine.onFailure(error);
    }
  }

  get #propagation(): PropagationState {
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
