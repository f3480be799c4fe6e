import type { Size } from './geometry.ts';

interface PictureRequest {
  /** The clip's. */
  readonly size: Size;
  /** Frames beside each other in one picture. */
  readonly framesAcross: 1 | 2;
  /** Neither side of a frame is longer; absent: the clip's own size. */
  readonly maxSidePx?: number | undefined;
}

/** How large the pictures of an exported video are. */
export interface PictureSize extends Size {
  /** Pixels of the picture for each pixel of the clip. */
  readonly scale: number;
}

/**
 * Frames at the clip's size, or as much smaller as is asked. Sizes made smaller are even, since
 * most encoders take no others.
 */
export function pictureSize({ size, framesAcross, maxSidePx }: PictureRequest): PictureSize {
  const { width, height } = size;
  const scale = Math.min(1, (maxSidePx ?? Infinity) / Math.max(width, height));
  if (scale === 1) return { width: width * framesAcross, height, scale };
  return { width: evenPx(width * scale) * framesAcross, height: evenPx(height * scale), scale };
}

function evenPx(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
