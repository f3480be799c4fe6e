/** By what a frame of the ground truth was found in the clip. */
export type MatchBasis =
  /** The same file name. */
  | 'name'
  /** `frame_mapping.json`. */
  | 'frame-mapping'
  /** The same number in EPIC-KITCHENS' frames, on videos whose numbers are VISOR's. */
  | 'epic-number'
  /** `frames_to_timestamps.json`. */
  | 'timestamps'
  /** VISOR's nominal clock of 60 or 50 ticks a second. */
  | 'visor-clock'
  /** The number at the end of the name is the frame's position, from 0, as in DAVIS. */
  | 'frame-number';

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
