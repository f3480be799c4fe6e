import { redoableStep, undoableStep } from '../../../store/history-slice.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import type { CommandEntry } from './command.ts';
import { noClip, whileTracking } from './obstacles.ts';

/** Going back and forth in the work. */
export const HISTORY_COMMANDS = [
  {
    id: 'undo',
    label: 'Undo',
    chord: { keys: 'Ctrl Z', key: 'z', mod: true },
    words: 'back step history',
    obstacle: (state) => whileTracking(state) ?? nothing(undoableStep, 'undo', state),
    run: ({ actions }) => actions.history.undo(),
  },
  {
    id: 'redo',
    label: 'Redo',
    chord: { keys: 'Ctrl Shift Z', key: 'z', mod: true, shift: true },
    otherChord: { key: 'y', mod: true },
    words: 'again forth step history',
    obstacle: (state) => whileTracking(state) ?? nothing(redoableStep, 'redo', state),
    run: ({ actions }) => actions.history.redo(),
  },
  {
    id: 'start-over',
    label: 'Start over on this clip',
    words: 'new project fresh clear',
    obstacle: (state) => noClip(state) ?? whileTracking(state),
    run: ({ actions }) => void actions.recent.startOver(),
  },
] as const satisfies readonly CommandEntry[];

function nothing(
  stepOf: typeof undoableStep,
  verb: 'undo' | 'redo',
  { history }: StudioState,
): string | undefined {
  return stepOf(history) === undefined ? `There is nothing to ${verb}.` : undefined;
}
