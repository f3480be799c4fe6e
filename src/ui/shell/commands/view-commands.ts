import { letter, type CommandEntry } from './command.ts';
import { noClip } from './obstacles.ts';

const PAN_STEP_PX = 60;
const ZOOM_STEP = 1.25;

/** What is on the screen and how. */
export const VIEW_COMMANDS = [
  {
    id: 'zoom-in',
    label: 'Zoom in',
    chord: { keys: '+', key: '+' },
    // The same key on many keyboards, without Shift.
    otherChord: { key: '=' },
    obstacle: noClip,
    run: ({ actions }) => actions.view.zoomAtCentre(ZOOM_STEP),
  },
  {
    id: 'zoom-out',
    label: 'Zoom out',
    chord: { keys: '−', key: '-' },
    obstacle: noClip,
    run: ({ actions }) => actions.view.zoomAtCentre(1 / ZOOM_STEP),
  },
  {
    id: 'zoom-fit',
    label: 'Fit the frame',
    chord: letter('F'),
    words: 'zoom whole',
    obstacle: noClip,
    run: ({ actions }) => actions.view.zoomToFit(),
  },
  {
    id: 'zoom-actual',
    label: 'Actual size',
    chord: letter('Z'),
    words: 'zoom 100 %',
    obstacle: noClip,
    run: ({ actions }) => actions.view.zoomToActualSize(),
  },
  {
    id: 'pan-left',
    label: 'Look left',
    chord: { keys: 'Alt ←', key: 'arrowleft', alt: true },
    obstacle: noClip,
    run: ({ actions }) => actions.view.panBy(PAN_STEP_PX, 0),
  },
  {
    id: 'pan-right',
    label: 'Look right',
    chord: { keys: 'Alt →', key: 'arrowright', alt: true },
    obstacle: noClip,
    run: ({ actions }) => actions.view.panBy(-PAN_STEP_PX, 0),
  },
  {
    id: 'pan-up',
    label: 'Look up',
    chord: { keys: 'Alt ↑', key: 'arrowup', alt: true },
    obstacle: noClip,
    run: ({ actions }) => actions.view.panBy(0, PAN_STEP_PX),
  },
  {
    id: 'pan-down',
    label: 'Look down',
    chord: { keys: 'Alt ↓', key: 'arrowdown', alt: true },
    obstacle: noClip,
    run: ({ actions }) => actions.view.panBy(0, -PAN_STEP_PX),
  },
  {
    id: 'toggle-masks',
    label: 'Hide or show all masks',
    chord: letter('M'),
    words: 'visible',
    obstacle: noClip,
    run: ({ actions }) => actions.view.toggleMasks(),
  },
  {
    id: 'timeline-fit',
    label: 'Show the whole clip on the timeline',
    words: 'zoom fit',
    obstacle: noClip,
    run: ({ actions }) => actions.view.fitTimeline(),
  },
  {
    id: 'theme-system',
    label: 'Theme like the system',
    words: 'colours appearance',
    run: ({ actions }) => actions.view.chooseTheme('system'),
  },
  {
    id: 'theme-light',
    label: 'Light theme',
    words: 'colours appearance',
    run: ({ actions }) => actions.view.chooseTheme('light'),
  },
  {
    id: 'theme-dark',
    label: 'Dark theme',
    words: 'colours appearance',
    run: ({ actions }) => actions.view.chooseTheme('dark'),
  },
  {
    id: 'export',
    label: 'Export…',
    chord: { keys: 'Ctrl E', key: 'e', mod: true },
    words: 'save download',
    obstacle: noClip,
    run: ({ actions }) => actions.view.openDialog({ kind: 'export' }),
  },
  {
    id: 'shortcuts',
    label: 'Keyboard shortcuts',
    chord: { keys: '?', key: '?' },
    words: 'help keys sheet',
    run: ({ actions }) => actions.view.openDialog({ kind: 'shortcuts' }),
  },
  {
    id: 'palette',
    label: 'Search actions',
    chord: { keys: 'Ctrl K', key: 'k', mod: true },
    isKeyOnly: true,
    run: ({ actions }) => actions.view.openDialog({ kind: 'palette' }),
  },
] as const satisfies readonly CommandEntry[];
