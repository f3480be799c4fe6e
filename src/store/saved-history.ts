import type { PackContents } from '../protocol/media-api.ts';
import { NO_CHANGE, type HistorySlice, type HistoryStep } from './history-slice.ts';

/** Which steps the decode worker knows. */
export type PackSteps = Pick<PackContents, 'firstStep' | 'nextStep' | 'endStep'>;

/** A saved history and what brings page and decode worker to the same step. */
export interface AgreedHistory {
  readonly history: HistorySlice;
  /** Steps that the page must undo by itself: their masks are undone already. */
  readonly stepsToUndo: number;
  /** The step that the decode worker must begin, since it has not heard of it. */
  readonly stepToBegin: number | undefined;
  /** The last of the steps that the decode worker must forget. */
  readonly stepToDrop: number | undefined;
}

/** Masks changed, but what else did was not saved any more. */
const UNKNOWN_STEP: HistoryStep = { name: 'last change', isBulk: true, change: NO_CHANGE };

/**
 * Page and decode worker save apart, so that after a crash one may know of a step that the other
 * has not heard of. Nothing that either knows is given up: masks of a step that the page does not
 * know stay, and can be undone by themselves.
 */
export function agreedHistory(saved: HistorySlice, pack: PackSteps): AgreedHistory {
  const firstStep = Math.max(saved.firstStep, pack.firstStep);
  const isNewToPack = pack.endStep < saved.nextStep;
  const isAhead = pack.nextStep > saved.nextStep;
  const nextStep = isAhead ? pack.nextStep : saved.nextStep;
  const savedEnd = saved.firstStep + saved.steps.length;
  // Undone steps are of use only while nothing came in their place.
  const endStep = isNewToPack || isAhead ? nextStep : Math.min(savedEnd, pack.endStep);
  const steps = Array.from({ length: Math.max(0, endStep - firstStep) }, (_, at) => {
    const number = firstStep + at;
    const isKnown = number < saved.nextStep || !isAhead;
    return (isKnown ? saved.steps[number - saved.firstStep] : undefined) ?? UNKNOWN_STEP;
  });
  return {
    history: { firstStep, nextStep, steps },
    stepsToUndo: isNewToPack ? 0 : nextStep - Math.min(nextStep, pack.nextStep),
    stepToBegin: isNewToPack ? nextStep - 1 : undefined,
    stepToDrop: firstStep > pack.firstStep ? firstStep - 1 : undefined,
  };
}
