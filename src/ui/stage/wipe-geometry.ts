import type { Size, Viewport } from '../../core/geometry.ts';

/** Where the wipe's line is on the stage, cut to what is in sight. CSS pixels. */
export interface WipeLine {
  readonly x: number;
  readonly top: number;
  readonly height: number;
}

interface WipePlace {
  readonly viewport: Viewport;
  readonly video: Size;
  /** CSS pixels. */
  readonly stage: Size;
}

/**
 * The line at a fraction of the video's width; absent where it lies beside or the video lies above
 * or below the stage.
 */
export function wipeLine(fraction: number, place: WipePlace): WipeLine | undefined {
  const { viewport, video, stage } = place;
  const x = viewport.offsetX + fraction * video.width * viewport.scale;
  const top = Math.max(viewport.offsetY, 0);
  const bottom = Math.min(viewport.offsetY + video.height * viewport.scale, stage.height);
  if (x < 0 || x > stage.width || bottom <= top) return undefined;
  return { x, top, height: bottom - top };
}

/** The fraction of the video's width that lies at `x`, 0 to 1. @param x CSS pixels of the stage */
export function wipeAt(x: number, { viewport, video }: Omit<WipePlace, 'stage'>): number {
  const fraction = (x - viewport.offsetX) / (video.width * viewport.scale);
  return Math.min(Math.max(fraction, 0), 1);
}
