import { promptsAt } from '../../../store/prompts-slice.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import { letter, type CommandEntry, type Page } from './command.ts';
import { noClip, noObject } from './obstacles.ts';

/** Saying on the stage what belongs to the object. */
export const PROMPT_COMMANDS = [
  {
    id: 'tool-point',
    label: 'Add with points',
    chord: letter('P'),
    words: 'tool positive click',
    obstacle: noClip,
    run: ({ actions }) => actions.view.choosePointLabel('positive'),
  },
  {
    id: 'toggle-label',
    label: 'Switch between add and take',
    chord: letter('X'),
    words: 'tool negative positive',
    obstacle: noClip,
    run: ({ actions }) => actions.view.togglePointLabel(),
  },
  {
    id: 'tool-box',
    label: 'Box',
    chord: letter('B'),
    words: 'tool rectangle draw',
    obstacle: noClip,
    run: ({ actions }) => actions.view.chooseTool('box'),
  },
  {
    id: 'tool-hand',
    label: 'Move the frame',
    chord: letter('H'),
    words: 'tool hand pan',
    obstacle: noClip,
    run: ({ actions }) => actions.view.chooseTool('hand'),
  },
  {
    id: 'remove-last-prompt',
    label: 'Take back the last point',
    chord: { keys: 'Backspace', key: 'backspace' },
    words: 'delete remove',
    obstacle: noPrompts,
    run: ({ actions }) => actions.prompts.removeLast(),
  },
  {
    id: 'clear-frame-prompts',
    label: 'Clear this frame’s prompts',
    chord: { keys: 'Shift Backspace', key: 'backspace', shift: true },
    words: 'delete remove points box',
    obstacle: noPrompts,
    run: ({ actions }) => actions.prompts.clearFrame(),
  },
  {
    id: 'escape',
    label: 'Cancel the drag, tool, selection',
    chord: { keys: 'Esc', key: 'escape' },
    isKeyOnly: true,
    run: escape,
  },
] as const satisfies readonly CommandEntry[];

function noPrompts(state: StudioState): string | undefined {
  const { prompts, tracklets, playback } = state;
  const here = promptsAt(prompts, tracklets.selectedId, playback.shownFrame);
  return noObject(state) ?? (here === undefined ? 'This frame has no prompts.' : undefined);
}

// One step back for each press: first the tool, then the selection.
function escape({ actions, store }: Page): void {
  const { view } = store.getState();
  if (view.tool !== 'point' || view.pointLabel !== 'positive') {
    actions.view.choosePointLabel('positive');
  } else actions.tracklets.select(undefined);
}
