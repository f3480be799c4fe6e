import { MAX_OBJECT_ID, type ObjectId } from '../core/ids.ts';
import { resizeMask } from '../core/nearest-resizer.ts';
import type { PlacedPrompts } from '../core/prompts.ts';
import { rleArea } from '../core/rle.ts';
import type { SessionVideo } from '../protocol/inference-api.ts';
import type { LentEngine } from './engine-loan.ts';
import type { EngineSession } from './engine-session.ts';
import type { ProtocolFrames } from './ground-truth-slice.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { framesOfPlan, planProtocol, type SequencePlan } from './plan-protocol.ts';
import { engineObstacle } from './plan-run.ts';
import { passesOf } from './protocol-passes.ts';
import {
  masksWithin,
  placedPrompts,
  withProtocolObjects,
  withProtocolPrompts,
  type ProtocolPrompt,
} from './protocol-objects.ts';
import { refuseWhileTransferring } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import type { TrackingRunner } from './tracking-runner.ts';
import { mapTracklet } from './tracklets-slice.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
  readonly runner: TrackingRunner;
}

/** How a run ended, and what it leaves. */
interface RunOutcome {
  readonly sequencesDone: number;
  /** Of the ground truth, of which there was no mask to start from. */
  readonly unseen: readonly string[];
  readonly end: 'complete' | 'cancelled' | { readonly error: unknown };
}

/**
 * The semi-supervised protocol: each sequence is tracked by itself, in a session that sees only its
 * frames and knows only the true masks of the first ones.
 * Source: `vos_inference.py`, with one difference: the objects of a sequence stay beside the user's.
 */
export class ProtocolRun {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Finished frames are kept whatever becomes of the run. */
  async run(frames: ProtocolFrames, scope: 'sequence' | 'all'): Promise<void> {
    const plan = planProtocol(this.#state.groundTruth, frames, scope);
    if (this.#isRefused(plan.isPossible ? undefined : plan.reason) || !plan.isPossible) return;
    const { sequences } = plan;
    if (!hasNumbersFor(this.#state, sequences)) {
      raiseAlert(this.#context, tooManyObjects(sequences));
      return;
    }
    const { engine, playback, recorder, runner } = this.#parts;
    playback.pause();
    await recorder.settled();
    await engine.settled();
    // The engine may have been lost, or another run may have started, in between.
    if (this.#isRefused(undefined) || recorder.isHeld) return;
    if (!(await recorder.hold({ name: 'run of the protocol' }))) return;
    const framesTotal = sequences.reduce((sum, one) => sum + framesOfPlan(one), 0);
    runner.start({ direction: 'forward', objectIds: [], framesTotal });
    const outcome = await this.#runLent(sequences, frames);
    recorder.finish();
    this.#report(outcome, sequences.length);
  }

  #isRefused(reason: string | undefined): boolean {
    const obstacle = engineObstacle(this.#state) ?? reason;
    if (obstacle === undefined) return refuseWhileTransferring(this.#context);
    raiseAlert(this.#context, { severity: 'info', message: obstacle });
    return true;
  }

  /** The engine is back on the whole clip when this resolves. */
  async #runLent(sequences: readonly SequencePlan[], frames: ProtocolFrames): Promise<RunOutcome> {
    const { engine, runner } = this.#parts;
    const unseen: string[] = [];
    let sequencesDone = 0;
    let isCancelled = false;
    try {
      await engine.lend(async (lent) => {
        try {
          for (const plan of sequences) {
            const { sequence } = plan;
            const progress = { sequence, sequencesDone, sequencesTotal: sequences.length };
            patch(this.#context, 'groundTruth', { run: { frames, ...progress } });
            isCancelled = runner.isCancelling || (await this.#runSequence(lent, plan, unseen));
            if (isCancelled) break;
            this.#finishSequence(sequence, frames);
            sequencesDone++;
          }
          runner.end({ isCancelled });
        } catch (error) {
          runner.fail(error);
          throw error;
        } finally {
          patch(this.#context, 'groundTruth', { run: undefined });
        }
      });
      return { sequencesDone, unseen, end: isCancelled ? 'cancelled' : 'complete' };
    } catch (error) {
      return { sequencesDone, unseen, end: { error } };
    }
  }

  #finishSequence(sequence: string, frames: ProtocolFrames): void {
    const { finishedRuns } = this.#state.groundTruth;
    const finished = { ...finishedRuns, [sequence]: frames };
    patch(this.#context, 'groundTruth', { finishedRuns: finished });
  }

  /** Resolves to whether the user cancelled. */
  async #runSequence(engine: LentEngine, plan: SequencePlan, unseen: string[]): Promise<boolean> {
    const prompts = await this.#truePrompts(plan);
    const missing = plan.starts.filter(
      (start) => !prompts.some((p) => p.truthId === start.truthId),
    );
    unseen.push(...[...plan.unseen, ...missing].map(({ name }) => name));
    if (prompts.length === 0) return this.#parts.runner.isCancelling;
    const placed = await this.#prepare(plan, prompts);
    const objectIds = placed.map(({ objectId }) => objectId);
    let isComplete = false;
    try {
      await engine.restore(this.#sessionVideo(plan), placed);
      const passes = passesOf(plan.frames, placed);
      const isCancelled = await this.#parts.runner.run(passes, (pass) => engine.propagate(pass));
      isComplete = !isCancelled;
      return isCancelled;
    } finally {
      if (!isComplete) this.#requireTracking(objectIds);
    }
  }

  /** The true masks of the plan at the clip's size. One that has no pixel there says nothing. */
  async #truePrompts({ sequence, starts }: SequencePlan): Promise<readonly ProtocolPrompt[]> {
    const { media } = this.#context.services;
    const size = this.#video();
    const prompts: ProtocolPrompt[] = [];
    for (const frame of new Set(starts.map((start) => start.frame))) {
      const masks = await media.truthMasks(sequence, frame);
      for (const { truthId, name } of starts.filter((start) => start.frame === frame)) {
        const own = masks.find((mask) => mask.truthId === truthId);
        if (own === undefined) continue;
        const mask = resizeMask(own.mask, size);
        if (rleArea(mask) === 0) continue;
        prompts.push({ truthId, name, frame, prompts: { kind: 'mask', mask } });
      }
    }
    return prompts;
  }

  /** Makes the objects, records their prompts, and takes earlier masks of theirs off the stage. */
  async #prepare(
    plan: SequencePlan,
    prompts: readonly ProtocolPrompt[],
  ): Promise<readonly PlacedPrompts[]> {
    const { store, services } = this.#context;
    const withObjects = withProtocolObjects(store.getState(), plan, prompts);
    // Objects were added since the run began, and so many of them.
    if (withObjects === undefined) throw new RangeError(tooManyObjects([plan]).message);
    const placed = placedPrompts(withObjects, plan.sequence, prompts);
    const ids = new Set(placed.map(({ objectId }) => objectId));
    const before = withObjects.tracklets.items.filter(({ id }) => ids.has(id));
    store.setState(withProtocolPrompts(withObjects, plan, placed));
    for (const tracklet of before) {
      const stale = masksWithin(tracklet, plan.frames);
      if (stale.length > 0) await services.media.removeMasks(tracklet.id, stale);
    }
    return placed;
  }

  /** Their sequence was not tracked to its end. */
  #requireTracking(ids: readonly ObjectId[]): void {
    this.#context.store.setState(({ tracklets }) => ({
      tracklets: ids.reduce(
        (slice, id) => mapTracklet(slice, id, (one) => ({ ...one, needsTracking: true })),
        tracklets,
      ),
    }));
  }

  #sessionVideo({ frames }: SequencePlan): SessionVideo {
    return { ...this.#video(), frames, overlap: 'highest-logit-wins', postprocessing: 'none' };
  }

  #video() {
    const { info } = this.#state.video;
    if (info === undefined) throw new Error('Invariant: a run needs a clip');
    return { width: info.width, height: info.height, frameCount: info.frameCount };
  }

  #report({ sequencesDone, unseen, end }: RunOutcome, sequencesTotal: number): void {
    if (end === 'cancelled') return;
    if (end !== 'complete') {
      this.#reportFailure(end.error, sequencesDone, sequencesTotal);
      return;
    }
    if (unseen.length === 0) return;
    raiseAlert(this.#context, {
      severity: 'info',
      message: `Without a true mask to start from, these were not tracked: ${listed(unseen)}.`,
      hint: 'They count as missed where the ground truth shows them.',
    });
  }

  #reportFailure(error: unknown, sequencesDone: number, sequencesTotal: number): void {
    const message = error instanceof Error ? error.message : String(error);
    raiseAlert(this.#context, {
      severity: 'error',
      message: `The protocol stopped: ${message}`,
      hint: `${sequencesDone} of ${sequencesTotal} sequences are finished and kept, with the frames tracked so far of the next. Run the protocol again to do the rest.`,
    });
  }

  get #state(): StudioState {
    return this.#context.store.getState();
  }
}

/** Tried on a state that is thrown away, so that a refusal changes nothing. */
function hasNumbersFor(state: StudioState, sequences: readonly SequencePlan[]): boolean {
  let next: StudioState | undefined = state;
  for (const plan of sequences) {
    if (next === undefined) return false;
    next = withProtocolObjects(next, plan, plan.starts);
  }
  return next !== undefined;
}

function tooManyObjects(sequences: readonly SequencePlan[]) {
  const count = sequences.reduce((sum, { starts }) => sum + starts.length, 0);
  return {
    severity: 'warning',
    message: `The protocol needs ${count} objects, and a clip can hold ${MAX_OBJECT_ID}.`,
    hint: 'Run one sequence at a time, and remove the objects of the last one before the next.',
  } as const;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `“${name}”`);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}
