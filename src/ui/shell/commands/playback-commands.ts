import { PLAYBACK_RATES } from '../../../store/playback-slice.ts';
import type { CommandEntry } from './command.ts';
import { noClip } from './obstacles.ts';

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
] as const satisfies readonly CommandEntry[];
