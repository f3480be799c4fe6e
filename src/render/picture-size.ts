import type { Size } from '../core/geometry.ts';
import type { VideoLook } from '../protocol/export-format.ts';

interface PictureRequest {
  /** The clip's. */
  readonly size: Size;
  readonly look: VideoLook;
  /** Neither side of a frame is longer; absent: the clip's own size. */
  readonly maxSidePx?: number;
}

/** How large the pictures of a video are. */
export interface PictureSize extends Size {
  /** Pixels of the picture for each pixel of the clip. */
  readonly scale: number;
}

/**
 * The clip's size, or as much smaller as is asked; two frames wide where they stand side by side.
 * Sizes made smaller are even, since most encoders take no others.
 */
export function pictureSize({ size, look, maxSidePx }: PictureRequest): PictureSize {
  const frames = look.kind === 'side-by-side' ? 2 : 1;
  const scale = Math.min(1, (maxSidePx ?? Infinity) / Math.max(size.width, size.height));
  if (scale === 1) return { width: size.width * frames, height: size.height, scale };
  return {
    width: evenPx(size.width * scale) * frames,
    height: evenPx(size.height * scale),
    scale,
  };
}

function evenPx(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
