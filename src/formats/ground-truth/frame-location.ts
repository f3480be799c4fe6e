import type { MatchBasis } from '../../core/frame-match.ts';

/** Where a frame of the ground truth lies in the clip, before any manual offset; or why nowhere. */
export type LocatedFrame =
  | {
      readonly basis: MatchBasis;
      readonly frame: number;
      /** The time that was looked for, in microseconds from the start of the video. */
      readonly timeUs?: number;
    }
  | { readonly reason: string };

/** Finds the frame of a stem. */
export type LocateFrame = (stem: string) => LocatedFrame;
