import type { FrameIndex } from './ids.ts';

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

/** How the size of the masks and that of the clip go together. */
export type SizeRelation =
  | 'same'
  /** The same picture at another resolution, but for the rounding of its sides. */
  | 'scaled'
  | 'different';

/** A line of the table: where a frame of the ground truth lies, or why nowhere. */
export type MatchRow =
  | {
      readonly stem: string;
      readonly frame: FrameIndex;
      readonly basis: MatchBasis;
      /** Of the clip's frame minus the time looked for; absent where no time was. */
      readonly distanceUs?: number;
    }
  | { readonly stem: string; readonly reason: string };

/** Something that speaks against the match; the user decides. */
export interface MatchProblem {
  readonly code: 'other-video' | 'other-size' | 'nothing-matched';
  readonly message: string;
  readonly hint: string;
}

/** How a ground truth lies on a clip; nothing in it is a guess. */
export interface FrameMatch {
  /** One for each frame of the ground truth, in its order. */
  readonly rows: readonly MatchRow[];
  readonly matchedCount: number;
  readonly sizes: SizeRelation;
  readonly problems: readonly MatchProblem[];
  /** What the user should know, one sentence each. */
  readonly notices: readonly string[];
}
