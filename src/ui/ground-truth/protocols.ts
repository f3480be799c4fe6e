import type { ScoreProtocol } from '../../core/scores.ts';

/** Whose rules scores can follow, each with what is special about it. */
export const PROTOCOLS: readonly {
  readonly value: ScoreProtocol;
  readonly label: string;
  readonly meaning: string;
}[] = [
  {
    value: 'visor',
    label: 'VISOR',
    meaning: 'All frames but the first; objects of the first.',
  },
  {
    value: 'davis',
    label: 'DAVIS 2017',
    meaning: 'Without first and last frame; objects of the first.',
  },
  {
    value: 'sav',
    label: 'SA-V',
    meaning: 'Without first and last; objects from where they show.',
  },
  {
    value: 'sav-all-frames',
    label: 'SA-V, all frames',
    meaning: 'All frames; objects from where they first show.',
  },
];
