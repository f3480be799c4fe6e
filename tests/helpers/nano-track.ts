import type { TrackStep } from './track-steps.ts';

/** What the reference predictor did with the bundled model on a real clip. */
export interface NanoTrack {
  readonly clip: string;
  readonly origin: {
    readonly frames: readonly string[];
    /** Whether frame paths start at the samples or at the folder of the tracks. */
    readonly relative_to: 'samples' | 'this file';
  };
  /** Height, width. */
  readonly size: readonly [number, number];
  readonly image_size: number;
  readonly steps: readonly TrackStep[];
}
