import { PLAYBACK_RATES } from '../../../store/playback-slice.ts';
import type { StudioState } from '../../../store/studio-state.ts';
import { gapStartsOf, uncertainStartsOf } from '../../../store/track-jumps.ts';
import { letter, type CommandEntry } from './command.ts';
import { noClip, noObject } from './obstacles.ts';

/** Moving through the clip. */
export const PLAYBACK_COMMANDS = [
  {
    id: 'toggle-play',
    label: 'Play or pause',
    chord: { keys: 'Space', key: ' ' },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.togglePlay(),
  },
  {
    id: 'step-back',
    label: 'One frame back',
    chord: { keys: '←', key: 'arrowleft' },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.stepBy(-1),
  },
  {
    id: 'step-forward',
    label: 'One frame on',
    chord: { keys: '→', key: 'arrowright' },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.stepBy(1),
  },
  {
    id: 'step-back-10',
    label: 'Ten frames back',
    chord: { keys: 'Shift ←', key: 'arrowleft', shift: true },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.stepBy(-10),
  },
  {
    id: 'step-forward-10',
    label: 'Ten frames on',
    chord: { keys: 'Shift →', key: 'arrowright', shift: true },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.stepBy(10),
  },
  {
    id: 'previous-prompt',
    label: 'Previous prompt',
    chord: { keys: '↑', key: 'arrowup' },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.seekToPrompt('previous'),
  },
  {
    id: 'next-prompt',
    label: 'Next prompt',
    chord: { keys: '↓', key: 'arrowdown' },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.seekToPrompt('next'),
  },
  {
    id: 'previous-uncertain',
    label: 'Previous uncertain frame',
    chord: { keys: 'Shift ↑', key: 'arrowup', shift: true },
    words: 'confidence score iou jump',
    obstacle: nothingUncertain,
    run: ({ actions }) => actions.playback.seekToUncertain('previous'),
  },
  {
    id: 'next-uncertain',
    label: 'Next uncertain frame',
    chord: { keys: 'Shift ↓', key: 'arrowdown', shift: true },
    words: 'confidence score iou jump',
    obstacle: nothingUncertain,
    run: ({ actions }) => actions.playback.seekToUncertain('next'),
  },
  {
    id: 'previous-gap',
    label: 'Previous gap in the object’s masks',
    chord: { keys: 'Ctrl ↑', key: 'arrowup', mod: true },
    words: 'missing untracked jump',
    obstacle: noGap,
    run: ({ actions }) => actions.playback.seekToGap('previous'),
  },
  {
    id: 'next-gap',
    label: 'Next gap in the object’s masks',
    chord: { keys: 'Ctrl ↓', key: 'arrowdown', mod: true },
    words: 'missing untracked jump',
    obstacle: noGap,
    run: ({ actions }) => actions.playback.seekToGap('next'),
  },
  {
    id: 'first-frame',
    label: 'First frame',
    chord: { keys: 'Home', key: 'home' },
    words: 'start beginning',
    obstacle: noClip,
    run: ({ actions }) => actions.playback.seekToEdge('first'),
  },
  {
    id: 'last-frame',
    label: 'Last frame',
    chord: { keys: 'End', key: 'end' },
    obstacle: noClip,
    run: ({ actions }) => actions.playback.seekToEdge('last'),
  },
  {
    id: 'toggle-loop',
    label: 'Play once or in a loop',
    words: 'repeat',
    obstacle: noClip,
    run: ({ actions }) => actions.playback.toggleLoop(),
  },
  ...(PLAYBACK_RATES.map((rate) => ({
    id: `rate-${rate}` as const,
    label: `Play at ${rate} × speed`,
    words: 'slow fast rate',
    obstacle: noClip,
    run: ({ actions }) => actions.playback.setRate(rate),
  })) satisfies readonly CommandEntry[]),
  {
    id: 'mark-in',
    label: 'Track from this frame on: in mark',
    chord: letter('I'),
    words: 'range start set',
    obstacle: noClip,
    run: ({ actions }) => actions.playback.mark('in'),
  },
  {
    id: 'mark-out',
    label: 'Track up to this frame: out mark',
    // O, the other half of the usual pair, shows outlines.
    chord: { keys: 'Shift I', key: 'i', shift: true },
    words: 'range end set',
    obstacle: noClip,
    run: ({ actions }) => actions.playback.mark('out'),
  },
  {
    id: 'clear-marks',
    label: 'Take the in and out marks away',
    words: 'range clear whole clip',
    obstacle: (state) =>
      noClip(state) ?? (state.playback.range === undefined ? 'There are no marks.' : undefined),
    run: ({ actions }) => actions.playback.clearMarks(),
  },
  {
    id: 'rate-every-frame',
    label: 'Play every frame, however slow',
    words: 'speed rate all',
    obstacle: noClip,
    run: ({ actions }) => actions.playback.showEveryFrame(),
  },
] as const satisfies readonly CommandEntry[];

function nothingUncertain(state: StudioState): string | undefined {
  const isNone = uncertainStartsOf(state.tracklets).length === 0;
  return noClip(state) ?? (isNone ? 'No mask is uncertain.' : undefined);
}

function noGap(state: StudioState): string | undefined {
  const isNone = gapStartsOf(state.tracklets).length === 0;
  return noObject(state) ?? (isNone ? 'Its masks have no gap.' : undefined);
}
