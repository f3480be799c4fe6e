import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { WorkChange } from './work-change.ts';

/** A step of the user's work. */
export interface HistoryStep {
  /** As users read it after “Undo: ”. */
  readonly name: string;
  /** Whether it changed masks beyond those of its prompts, so that the engine must start over. */
  readonly isBulk: boolean;
  /** Where its prompts are, if they are in one place. */
  readonly place?: { readonly objectId: ObjectId; readonly frame: FrameIndex };
  /**
   * What undoing it makes of the work; where it is undone, what redoing it does. Of the newest step
   * it is known only when the next one begins.
   */
  readonly change: WorkChange;
}

/**
 * What was done, and what of it was undone. The decode worker keeps what each step changed of the
 * masks, under the same numbers.
 */
export interface HistorySlice {
  /** Number of the first of `steps`. */
  readonly firstStep: number;
  /** Number of the first that is undone, or of the next one. */
  readonly nextStep: number;
  /** Oldest first, without gaps. */
  readonly steps: readonly HistoryStep[];
}

/** A step that changed nothing yet. */
export const NO_CHANGE: WorkChange = { objects: [], prompts: [] };

/** Nothing done yet. */
export const INITIAL_HISTORY: HistorySlice = { firstStep: 1, nextStep: 1, steps: [] };

/** Steps that can be undone; older ones fall off. */
export const MOST_STEPS = 200;

/** What would be undone; absent when there is nothing. */
export function undoableStep({
  firstStep,
  nextStep,
  steps,
}: HistorySlice): HistoryStep | undefined {
  return steps[nextStep - 1 - firstStep];
}

/** What would be redone; absent when there is nothing. */
export function redoableStep({
  firstStep,
  nextStep,
  steps,
}: HistorySlice): HistoryStep | undefined {
  return steps[nextStep - firstStep];
}

/** The history with a new step, which takes the place of the undone ones. */
export function withStep(slice: HistorySlice, step: HistoryStep): HistorySlice {
  const { firstStep, nextStep, steps } = slice;
  const all = [...steps.slice(0, nextStep - firstStep), step];
  const dropped = Math.max(0, all.length - MOST_STEPS);
  return {
    firstStep: firstStep + dropped,
    nextStep: nextStep + 1,
    steps: all.slice(dropped),
  };
}

/** The history as if its newest step had never been; undone ones fall away. */
export function withoutNewest({ firstStep, nextStep, steps }: HistorySlice): HistorySlice {
  const left = Math.max(0, nextStep - 1 - firstStep);
  return { firstStep, nextStep: firstStep + left, steps: steps.slice(0, left) };
}

/** The history with the change of one step replaced. */
export function withChangeOf(
  slice: HistorySlice,
  number: number,
  change: WorkChange,
): HistorySlice {
  const at = number - slice.firstStep;
  const steps = slice.steps.map((step, index) => (index === at ? { ...step, change } : step));
  return { ...slice, steps };
}
