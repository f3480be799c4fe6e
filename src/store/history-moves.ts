import {
  redoableStep,
  undoableStep,
  withChangeOf,
  type HistorySlice,
  type HistoryStep,
} from './history-slice.ts';
import type { StudioState } from './studio-state.ts';
import { inverseOf, withChange } from './work-change.ts';

/** Which way a step is moved. */
export type MoveDirection = 'undo' | 'redo';

/** A step that is to be undone or redone. */
export interface Move {
  readonly direction: MoveDirection;
  readonly number: number;
  readonly step: HistoryStep;
}

/** What undoing or redoing would move; absent when there is nothing. */
export function nextMove(history: HistorySlice, direction: MoveDirection): Move | undefined {
  const isUndo = direction === 'undo';
  const step = isUndo ? undoableStep(history) : redoableStep(history);
  const number = isUndo ? history.nextStep - 1 : history.nextStep;
  return step === undefined ? undefined : { direction, number, step };
}

/** The state with prompts and objects put back, and the step ready to be moved the other way. */
export function moved(state: StudioState, { direction, number, step }: Move): StudioState {
  const back = inverseOf(step.change, state);
  const history = withChangeOf(state.history, number, back);
  return {
    ...withChange(state, step.change),
    history: { ...history, nextStep: direction === 'undo' ? number : number + 1 },
    project: { ...state.project, hasUnsavedWork: true },
  };
}
