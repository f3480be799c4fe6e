import type { Size } from '../../core/geometry.ts';
import type { ObjectId } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';

/** An object of a ground truth. */
export interface GroundTruthObject {
  readonly id: ObjectId;
  /** Its entity's name; `Object 3` where the data set names none. */
  readonly name: string;
}

/** The true masks of one frame. */
export interface GroundTruthFrame {
  /** The frame's file name without extension. */
  readonly stem: string;
  /** By object id, ascending; an object that is not in it is not to be seen. */
  readonly masks: ReadonlyMap<number, MaskRle>;
}

/** The true masks of a sequence. */
export interface GroundTruthSequence {
  readonly name: string;
  /** Of all masks. */
  readonly size: Size;
  /** By ascending id. */
  readonly objects: readonly GroundTruthObject[];
  /** By stem in the order of code points, which is that of time. Never empty. */
  readonly frames: readonly GroundTruthFrame[];
}
