import type { ObjectId } from '../core/ids.ts';
import type { EngineSession } from './engine-session.ts';
import { planRun, type TrackingScope } from './plan-run.ts';
import { framesOfPass, type TrackingDirection, type TrackingPlan } from './plan-tracking.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { promptedFrames } from './prompts-slice.ts';
import { isRunning } from './propagation-state.ts';
import type { StepRecorder } from './step-recorder.ts';
import { raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { framesOf, withoutFrames } from './summary-track.ts';
import type { TrackingRunner } from './tracking-runner.ts';
import { findTracklet, mapTracklet, propagationAfterEdit } from './tracklets-slice.ts';

type PossiblePlan = Extract<TrackingPlan, { isPossible: true }>;

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
  readonly runner: TrackingRunner;
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
    const { engine, playback, recorder, runner } = this.#parts;
    if (this.#plan(direction, scope) === undefined) return;
    playback.pause();
    // Masks of undone steps are put back, and the engine starts over where it must, before it tracks.
    await recorder.settled();
    await engine.refresh();
    const plan = this.#plan(direction, scope);
    if (plan === undefined || recorder.isHeld) return;
    const { objectIds, framesTotal } = plan;
    if (!(await recorder.hold({ name: `tracking of ${this.#names(objectIds)}` }))) return;
    runner.start({ direction, objectIds, framesTotal });
    await this.#run(plan);
  }

  /** Stops after the frame under way. */
  async cancel(): Promise<void> {
    await this.#parts.runner.cancel();
  }

  /** Forgets all tracked frames; prompts, and the masks of their frames, stay. */
  async clear(): Promise<void> {
    const { engine, recorder } = this.#parts;
    if (isRunning(this.#state.propagation) || recorder.isHeld) return;
    if (!(await recorder.hold({ name: 'cleared tracking' }))) return;
    try {
      await engine.clearTracking();
      await forgetTrackedMasks(this.#context);
    } catch (error) {
      await engine.onFailure(error);
    } finally {
      recorder.finish();
    }
  }

  async #run({ passes }: PossiblePlan): Promise<void> {
    const { engine, recorder, runner } = this.#parts;
    const counted = passes.map((request) => ({ request, framesTotal: framesOfPass(request) }));
    try {
      runner.end(await runner.run(counted, (request) => engine.propagate(request)));
      recorder.finish();
    } catch (error) {
      runner.fail(error);
      recorder.finish();
      await engine.onFailure(error);
    }
  }

  /** Undefined, with an alert, where nothing can be tracked. */
  #plan(direction: TrackingDirection, scope: TrackingScope): PossiblePlan | undefined {
    const plan = planRun(this.#state, direction, scope);
    if (plan.isPossible) return plan;
    raiseAlert(this.#context, { severity: 'info', message: plan.reason });
    return undefined;
  }

  #names([only, ...others]: readonly ObjectId[]): string {
    if (others.length > 0) return `${others.length + 1} objects`;
    return findTracklet(this.#state.tracklets, only)?.name ?? 'nothing';
  }

  get #state(): StudioState {
    return this.#context.store.getState();
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
