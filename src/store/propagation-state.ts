import { assertNever } from '../core/assert.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { PropagationRequest } from '../protocol/inference-api.ts';
import type { Correction } from './pass-queue.ts';

/** How far a run is. Times are milliseconds of the page's clock. */
export interface RunPace {
  readonly framesDone: number;
  /** Over all passes, as of both directions. */
  readonly framesTotal: number;
  readonly startedAtMs: number;
  readonly lastFrameAtMs: number;
}

/** Objects that are being tracked. */
export interface PropagationRun extends RunPace {
  readonly direction: 'forward' | 'reverse' | 'both';
  readonly objectIds: readonly ObjectId[];
  /** Newest frame with masks; the stage follows it. Absent before the first. */
  readonly newestFrame: FrameIndex | undefined;
}

/**
 * Where tracking stands. `required`: prompts changed since the last run. `aborted` and `failed`
 * keep every finished frame.
 */
export type PropagationState =
  | { readonly status: 'idle' }
  | { readonly status: 'required' }
  | { readonly status: 'running'; readonly run: PropagationRun }
  | { readonly status: 'cancelling'; readonly run: PropagationRun }
  | {
      readonly status: 'complete';
      readonly framesDone: number;
      readonly elapsedMs: number;
      /** Frames that need not be run, since nothing changed there; absent where none were to be. */
      readonly framesSaved?: number;
    }
  | {
      readonly status: 'aborted';
      readonly framesDone: number;
      readonly framesTotal: number;
      /** What would do the rest; empty where it cannot be gone on with. */
      readonly rest: readonly PropagationRequest[];
    }
  | { readonly status: 'failed'; readonly message: string; readonly framesDone: number };

/** What happens to tracking. `nothing-waits`: every change of prompts was undone or tracked. */
export type PropagationEvent =
  | { readonly type: 'prompts-changed' }
  | { readonly type: 'nothing-waits' }
  | { readonly type: 'nothing-prompted' }
  | {
      readonly type: 'started';
      readonly direction: PropagationRun['direction'];
      readonly objectIds: readonly ObjectId[];
      readonly framesTotal: number;
      /** The changes of prompts that the run takes in; all those of its objects where absent. */
      readonly takenFrames?: readonly FrameIndex[];
      readonly atMs: number;
    }
  /** There is more to do, or less; corrections made meanwhile are taken in. */
  | {
      readonly type: 'replanned';
      readonly framesTotal: number;
      readonly taken: readonly Correction[];
    }
  | {
      readonly type: 'advanced';
      readonly framesDone: number;
      readonly newestFrame: FrameIndex | undefined;
      readonly atMs: number;
    }
  | { readonly type: 'cancel-asked' }
  | {
      readonly type: 'ended';
      readonly isCancelled: boolean;
      readonly atMs: number;
      readonly rest?: readonly PropagationRequest[];
      readonly framesSaved?: number;
    }
  | { readonly type: 'failed'; readonly message: string };

/** The only way in which the state changes. An event that does not apply leaves it as it is. */
export function transition(state: PropagationState, event: PropagationEvent): PropagationState {
  switch (event.type) {
    case 'prompts-changed':
      // A run goes on; whether more is required is asked again when it has ended.
      return isRunning(state) ? state : { status: 'required' };
    case 'nothing-waits':
      return state.status === 'required' ? { status: 'idle' } : state;
    case 'nothing-prompted':
      return isRunning(state) ? state : { status: 'idle' };
    case 'started':
      return isRunning(state) ? state : started(event);
    case 'advanced':
      return isRunning(state) ? { ...state, run: advanced(state.run, event) } : state;
    case 'replanned': {
      const { framesTotal } = event;
      return isRunning(state) ? { ...state, run: { ...state.run, framesTotal } } : state;
    }
    case 'cancel-asked':
      return state.status === 'running' ? { status: 'cancelling', run: state.run } : state;
    case 'ended':
      return isRunning(state) ? ended(state.run, event) : state;
    case 'failed':
      return {
        status: 'failed',
        message: event.message,
        framesDone: isRunning(state) ? state.run.framesDone : 0,
      };
    default:
      return assertNever(event);
  }
}

/** Whether a run is under way, also while it is being stopped. */
export function isRunning(
  state: PropagationState,
): state is Extract<PropagationState, { readonly run: PropagationRun }> {
  return state.status === 'running' || state.status === 'cancelling';
}

/** Frames a second over the whole run so far; 0 before the first frame. */
export function framesPerSecond(run: RunPace): number {
  const elapsedMs = run.lastFrameAtMs - run.startedAtMs;
  return run.framesDone === 0 || elapsedMs <= 0 ? 0 : (run.framesDone * 1000) / elapsedMs;
}

/** Milliseconds still needed at the speed so far; absent before the first frame. */
export function remainingMs(run: RunPace): number | undefined {
  const speed = framesPerSecond(run);
  return speed === 0 ? undefined : ((run.framesTotal - run.framesDone) * 1000) / speed;
}

function started(event: Extract<PropagationEvent, { type: 'started' }>): PropagationState {
  return {
    status: 'running',
    run: {
      direction: event.direction,
      objectIds: event.objectIds,
      framesDone: 0,
      framesTotal: event.framesTotal,
      startedAtMs: event.atMs,
      lastFrameAtMs: event.atMs,
      newestFrame: undefined,
    },
  };
}

function advanced(
  run: PropagationRun,
  event: Extract<PropagationEvent, { type: 'advanced' }>,
): PropagationRun {
  if (event.framesDone <= run.framesDone) return run;
  return {
    ...run,
    framesDone: event.framesDone,
    lastFrameAtMs: event.atMs,
    newestFrame: event.newestFrame ?? run.newestFrame,
  };
}

function ended(
  run: PropagationRun,
  event: Extract<PropagationEvent, { type: 'ended' }>,
): PropagationState {
  const { framesDone, framesTotal } = run;
  const { atMs, framesSaved, rest = [] } = event;
  if (event.isCancelled) return { status: 'aborted', framesDone, framesTotal, rest };
  const elapsedMs = atMs - run.startedAtMs;
  const saved = framesSaved === undefined ? {} : { framesSaved };
  return { status: 'complete', framesDone, elapsedMs, ...saved };
}
