import { candidateChoice } from '../../../store/previews-slice.ts';
import { promptsAt } from '../../../store/prompts-slice.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import { pickMaskFile } from '../../objects/pick-mask-file.ts';
import { letter, type CommandEntry, type Page } from './command.ts';
import { noClip, noObject } from './obstacles.ts';

const BRUSH_STEP = 1.2;

/** Saying on the stage what belongs to the object. */
export const PROMPT_COMMANDS = [
  {
    id: 'aim',
    label: 'Aim with the arrow keys',
    chord: letter('A'),
    words: 'keyboard pointer crosshair point click stage',
    obstacle: noClip,
    run: ({ actions, store }) => {
      if (noClip(store.getState()) === undefined) actions.view.aim(true);
    },
  },
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
    id: 'tool-brush',
    label: 'Paint onto the mask',
    chord: letter('D'),
    words: 'tool brush draw',
    obstacle: noClip,
    run: ({ actions }) => actions.view.chooseTool('brush'),
  },
  {
    id: 'tool-eraser',
    label: 'Erase from the mask',
    chord: letter('S'),
    words: 'tool eraser rubber remove',
    obstacle: noClip,
    run: ({ actions }) => actions.view.chooseTool('eraser'),
  },
  {
    id: 'tool-lasso',
    label: 'Draw around what belongs to it',
    chord: letter('L'),
    words: 'tool lasso polygon freehand',
    obstacle: noClip,
    run: ({ actions }) => actions.view.chooseTool('lasso'),
  },
  {
    id: 'smaller-brush',
    label: 'Smaller brush',
    chord: { keys: '{', key: '{' },
    words: 'size eraser',
    obstacle: noClip,
    run: ({ actions }) => actions.view.scaleBrush(1 / BRUSH_STEP),
  },
  {
    id: 'larger-brush',
    label: 'Larger brush',
    chord: { keys: '}', key: '}' },
    words: 'size eraser',
    obstacle: noClip,
    run: ({ actions }) => actions.view.scaleBrush(BRUSH_STEP),
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
    id: 'next-candidate',
    label: 'Another mask of the point',
    chord: letter('C'),
    words: 'candidate ambiguous choose multimask',
    obstacle: noChoice,
    run: ({ actions }) => actions.previews.cycleCandidate(),
  },
  {
    id: 'candidate-1',
    label: 'First mask of the point',
    chord: { keys: 'Alt 1', key: '1', alt: true },
    words: 'candidate choose',
    obstacle: noChoice,
    run: ({ actions }) => actions.previews.chooseCandidate(0),
  },
  {
    id: 'candidate-2',
    label: 'Second mask of the point',
    chord: { keys: 'Alt 2', key: '2', alt: true },
    words: 'candidate choose',
    obstacle: noChoice,
    run: ({ actions }) => actions.previews.chooseCandidate(1),
  },
  {
    id: 'candidate-3',
    label: 'Third mask of the point',
    chord: { keys: 'Alt 3', key: '3', alt: true },
    words: 'candidate choose',
    obstacle: noChoice,
    run: ({ actions }) => actions.previews.chooseCandidate(2),
  },
  {
    id: 'use-mask-file',
    label: 'Use a mask file as prompt…',
    words: 'png import picture',
    obstacle: noObject,
    run: ({ actions }) => pickMaskFile(actions.maskFile),
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
    words: 'delete remove points box mask',
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

function noChoice(state: StudioState): string | undefined {
  const isNone = candidateChoice(state) === undefined;
  return noObject(state) ?? (isNone ? 'No point here has several masks.' : undefined);
}

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
