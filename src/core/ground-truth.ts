import type { FrameMatch } from './frame-match.ts';
import type { Size } from './geometry.ts';
import type { FrameIndex } from './ids.ts';
import type { MaskRle } from './rle.ts';

/**
 * Which entities of a sequence become objects: those of its first frame (VISOR's validation and
 * test sets: `-keep_first_frame_masks_only 1`), or those of any frame (its training set: `0`).
 */
export type EntityRule = 'first-frame' | 'all-frames';

/** A true mask. Truth ids count within a sequence, from 1 to 255; they are no object ids. */
export interface TruthMask {
  readonly truthId: number;
  /** At the ground truth's size, which need not be the clip's. */
  readonly mask: MaskRle;
}

/** An object of a sequence, as its ground truth names it. */
export interface TruthObject {
  readonly truthId: number;
  /** Its entity's name; `Object 3` where the data set names none. */
  readonly name: string;
}

/** An annotated frame that lies on the clip. */
export interface TruthFrame {
  /** The frame's file name without extension, by which scores and submissions name it. */
  readonly stem: string;
  readonly frame: FrameIndex;
  /** Those to be seen, ascending. */
  readonly truthIds: readonly number[];
}

/** One sequence of a ground truth, laid onto the open clip. Its masks are in the decode worker. */
export interface TruthSequence {
  readonly name: string;
  /** Of all its masks. */
  readonly size: Size;
  /** By ascending id. */
  readonly objects: readonly TruthObject[];
  /** In the order of time; those of `match.rows` that lie on the clip. */
  readonly frames: readonly TruthFrame[];
  /** What lies where and what does not, with problems that the user must see. */
  readonly match: FrameMatch;
  /** Frames that the conversion leaves out as the official one does; a sentence each. */
  readonly dropped: readonly string[];
}
