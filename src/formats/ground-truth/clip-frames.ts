import type { Size } from '../../core/geometry.ts';

/** The frames of an open clip, as far as a ground truth must know them. */
export interface ClipFrames extends Size {
  /** File or folder name. */
  readonly name: string;
  readonly frameCount: number;
  /** Presentation timestamps in microseconds, ascending. */
  readonly timestampsUs: ArrayLike<number>;
  /** Each frame's file name without folders, for clips made of pictures. */
  readonly frameNames?: readonly string[];
}
