import type { ObjectId } from '../core/ids.ts';
import type { EngineSession } from './engine-session.ts';
import { framesWithEdit, withMemoryEdit, type MemorySlice } from './memory-slice.ts';
import { PassQueue } from './pass-queue.ts';
import { planRetrack } from './plan-retrack.ts';
import { planGoOn, planRun, type TrackingScope } from './plan-run.ts';
import type { TrackingDirection, TrackingPlan } from './plan-tracking.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { promptedFrames } from './prompts-slice.ts';
import { isRunning } from './propagation-state.ts';
import type { StepRecorder } from './step-recorder.ts';
import { raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import {
  framesOf,
  withForgottenMemory,
  withoutFrames,
  type SummaryTrack,
} from './summary-track.ts';
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
    await this.#start('tracking', (state) => planRun(state, direction, scope));
  }

  /** Runs the selected object again from where it was corrected, as far as that changes anything. */
  async fix(): Promise<void> {
    await this.#start('fixed tracking', planRetrack);
  }

  /** Does the rest of the run that was stopped. */
  async goOn(): Promise<void> {
    await this.#start('further tracking', planGoOn);
  }

  /** Stops after the frame under way. */
  async cancel(): Promise<void> {
    await this.#parts.runner.cancel();
  }

  /**
   * Forgets all tracked frames, and that memories of them were dropped; prompts and pins, and the
   * masks of their frames, stay.
   */
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

  /** @param what is done, in the name of the step */
  async #start(what: string, planOf: (state: StudioState) => TrackingPlan): Promise<void> {
    const { engine, playback, recorder, runner } = this.#parts;
    if (this.#possible(planOf) === undefined) return;
    playback.pause();
    // Masks of undone steps are put back, and the engine starts over where it must, before it tracks.
    await recorder.settled();
    await engine.refresh();
    const plan = this.#possible(planOf);
    if (plan === undefined || recorder.isHeld) return;
    const { isPossible: _, passes, ...planned } = plan;
    const { objectIds } = planned;
    if (!(await recorder.hold({ name: `${what} of ${this.#names(objectIds)}` }))) return;
    runner.start({ ...planned, direction: directionOf(passes) });
    await this.#run(plan);
  }

  async #run({ passes }: PossiblePlan): Promise<void> {
    const { engine, recorder, runner } = this.#parts;
    try {
      // A correction made a moment ago is answered before the first frame is compared with it.
      await engine.settled();
      runner.end(await runner.runQueue(new PassQueue(passes), engine));
      recorder.finish();
    } catch (error) {
      runner.fail(error);
      recorder.finish();
      await engine.onFailure(error);
    }
  }

  /** Undefined, with an alert, where nothing can be tracked. */
  #possible(planOf: (state: StudioState) => TrackingPlan): PossiblePlan | undefined {
    const plan = planOf(this.#state);
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

function directionOf(passes: PossiblePlan['passes']): TrackingDirection {
  const directions = new Set(passes.map(({ direction }) => direction));
  return directions.size > 1 ? 'both' : (passes[0]?.direction ?? 'both');
}

async function forgetTrackedMasks(context: StoreContext): Promise<void> {
  for (const { id, isLocked, summaries } of context.store.getState().tracklets.items) {
    // Imported masks and those of prompted and pinned frames are the user's own.
    const { prompts, memory } = context.store.getState();
    const own = new Set([...promptedFrames(prompts, id), ...framesWithEdit(memory, id, 'pinned')]);
    const frames = framesOf(summaries, ['tracked', 'kept']).filter((frame) => !own.has(frame));
    if (frames.length === 0) continue;
    if (isLocked === true) {
      editSummaries(context, id, withForgottenMemory);
      continue;
    }
    await context.services.media.removeMasks(id, frames);
    editSummaries(context, id, (track) => withoutFrames(track, frames));
    context.store.setState((state) => ({
      memory: withoutDrops(state.memory, id, new Set(frames)),
      tracklets: mapTracklet(state.tracklets, id, (tracklet) => ({
        ...tracklet,
        needsTracking: id in state.prompts.byObject,
      })),
    }));
  }
  context.store.setState((state) => ({
    propagation: propagationAfterEdit(state.propagation, state),
  }));
}

function withoutDrops(slice: MemorySlice, id: ObjectId, gone: ReadonlySet<number>): MemorySlice {
  return framesWithEdit(slice, id, 'dropped')
    .filter((frame) => gone.has(frame))
    .reduce((left, frame) => withMemoryEdit(left, { objectId: id, frame }), slice);
}

function editSummaries(
  { store }: StoreContext,
  id: ObjectId,
  edit: (track: SummaryTrack) => SummaryTrack,
): void {
  store.setState(({ tracklets }) => ({
    tracklets: mapTracklet(tracklets, id, (tracklet) => ({
      ...tracklet,
      summaries: edit(tracklet.summaries),
    })),
  }));
}
