import type { SizeRelation } from '../../core/frame-match.ts';
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

/** Of 1920 × 1080 resized to 854 × 480, the sides are less than a pixel from the exact ratio. */
const ROUNDING_PX = 1;

/** Compares sides only; whether it is the same picture nobody can tell from them. */
export function relateSizes(masks: Size, clip: Size): SizeRelation {
  if (masks.width === clip.width && masks.height === clip.height) return 'same';
  const [small, large] = masks.width <= clip.width ? [masks, clip] : [clip, masks];
  const exactHeight = (large.height * small.width) / large.width;
  return Math.abs(exactHeight - small.height) < ROUNDING_PX ? 'scaled' : 'different';
}
