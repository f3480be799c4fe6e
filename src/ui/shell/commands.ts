import type { Studio } from '../../store/studio-store.ts';
import { toggleComparison } from '../ground-truth/toggle-comparison.ts';
import { goToNextWorst, seekToAnnotated } from '../scores/score-navigation.ts';

/** Everything that a key can do. */
export type Command =
  | 'toggle-play'
  | 'step-back'
  | 'step-forward'
  | 'step-back-10'
  | 'step-forward-10'
  | 'first-frame'
  | 'last-frame'
  | 'previous-prompt'
  | 'next-prompt'
  | 'previous-annotated'
  | 'next-annotated'
  | 'next-worst'
  | 'toggle-panel'
  | 'compare-truth'
  | 'compare-outlines'
  | 'compare-errors'
  | 'tool-point'
  | 'toggle-label'
  | 'tool-box'
  | 'tool-hand'
  | 'remove-last-prompt'
  | 'clear-frame-prompts'
  | 'escape'
  | 'add-object'
  | 'previous-object'
  | 'next-object'
  | 'toggle-object'
  | 'track-forward'
  | 'track-both'
  | 'track-backward'
  | 'toggle-masks'
  | 'zoom-in'
  | 'zoom-out'
  | 'zoom-fit'
  | 'zoom-actual'
  | 'pan-left'
  | 'pan-right'
  | 'pan-up'
  | 'pan-down'
  | 'export'
  | 'shortcuts'
  | { readonly selectNumber: number };

const PAN_STEP_PX = 60;
const ZOOM_STEP = 1.25;

/** Carries out what a key asks for. */
export function runCommand(command: Command, { actions, store }: Studio): void {
  const { playback, propagation, prompts, tracklets, view } = actions;
  if (typeof command === 'object') {
    tracklets.selectByNumber(command.selectNumber);
    return;
  }
  const table: Record<Exclude<Command, object>, () => void> = {
    'toggle-play': () => playback.togglePlay(),
    'step-back': () => playback.stepBy(-1),
    'step-forward': () => playback.stepBy(1),
    'step-back-10': () => playback.stepBy(-10),
    'step-forward-10': () => playback.stepBy(10),
    'first-frame': () => playback.seekToEdge('first'),
    'last-frame': () => playback.seekToEdge('last'),
    'previous-prompt': () => playback.seekToPrompt('previous'),
    'next-prompt': () => playback.seekToPrompt('next'),
    'previous-annotated': () => seekToAnnotated({ actions, store }, 'previous'),
    'next-annotated': () => seekToAnnotated({ actions, store }, 'next'),
    'next-worst': () => goToNextWorst({ actions, store }),
    'toggle-panel': () => view.togglePanelTab(),
    'compare-truth': () => toggleComparison('truth', { actions, store }),
    'compare-outlines': () => toggleComparison('outlines', { actions, store }),
    'compare-errors': () => toggleComparison('errors', { actions, store }),
    'tool-point': () => view.choosePointLabel('positive'),
    'toggle-label': () => view.togglePointLabel(),
    'tool-box': () => view.chooseTool('box'),
    'tool-hand': () => view.chooseTool('hand'),
    'remove-last-prompt': () => prompts.removeLast(),
    'clear-frame-prompts': () => prompts.clearFrame(),
    escape: () => escape({ actions, store }),
    'add-object': () => {
      if (store.getState().video.info !== undefined) tracklets.add();
    },
    'previous-object': () => tracklets.selectNeighbour('previous'),
    'next-object': () => tracklets.selectNeighbour('next'),
    'toggle-object': () => {
      const { selectedId } = store.getState().tracklets;
      if (selectedId !== undefined) tracklets.toggleVisibility(selectedId);
    },
    'track-forward': () => void propagation.track('forward', 'all'),
    'track-both': () => void propagation.track('both', 'all'),
    'track-backward': () => void propagation.track('reverse', 'all'),
    'toggle-masks': () => view.toggleMasks(),
    'zoom-in': () => view.zoomAtCentre(ZOOM_STEP),
    'zoom-out': () => view.zoomAtCentre(1 / ZOOM_STEP),
    'zoom-fit': () => view.zoomToFit(),
    'zoom-actual': () => view.zoomToActualSize(),
    'pan-left': () => view.panBy(PAN_STEP_PX, 0),
    'pan-right': () => view.panBy(-PAN_STEP_PX, 0),
    'pan-up': () => view.panBy(0, PAN_STEP_PX),
    'pan-down': () => view.panBy(0, -PAN_STEP_PX),
    export: () => view.openDialog({ kind: 'export' }),
    shortcuts: () => view.openDialog({ kind: 'shortcuts' }),
  };
  table[command]();
}

// One step back for each press: first the tool, then the selection.
function escape({ actions, store }: Pick<Studio, 'actions' | 'store'>): void {
  const { view } = store.getState();
  if (view.tool !== 'point' || view.pointLabel !== 'positive') {
    actions.view.choosePointLabel('positive');
  } else actions.tracklets.select(undefined);
}
