import { frameIndex, type FrameIndex } from '../../core/ids.ts';

/**
 * The frames in sight, `[first, first + count)`, over a width in CSS pixels. At both ends an inset
 * is left free, so that marks on the first and the last frame are whole.
 */
export interface TimelineScale {
  readonly first: number;
  readonly count: number;
  readonly width: number;
}

/** Free space at each end, in CSS pixels. */
export const INSET_PX = 14;

/** Where the middle of a frame lies, in CSS pixels from the left. */
export function xOfFrame(frame: number, scale: TimelineScale): number {
  return INSET_PX + (frame - scale.first + 0.5) * pixelsPerFrame(scale);
}

/** CSS pixels from one frame to the next. */
export function pixelsPerFrame(scale: TimelineScale): number {
  return Math.max(scale.width - 2 * INSET_PX, 1) / scale.count;
}

/** The frame under a place, within the clip. */
export function frameAtX(x: number, scale: TimelineScale, frameCount: number): FrameIndex {
  const frame = Math.floor(scale.first + (x - INSET_PX) / pixelsPerFrame(scale));
  return frameIndex(Math.min(Math.max(frame, 0), Math.max(frameCount - 1, 0)));
}

/**
 * The frames `[first, end)` of the pixel column at `x`; at least one, so that none is missed.
 * Beyond the clip's own frames where the column lies in an inset.
 */
export function framesOfColumn(x: number, scale: TimelineScale): readonly [number, number] {
  const step = pixelsPerFrame(scale);
  const first = Math.floor(scale.first + (x - INSET_PX) / step);
  const end = Math.floor(scale.first + (x + 1 - INSET_PX) / step);
  return [first, Math.max(end, first + 1)];
}

/** Frames between two labels of the ruler: 1, 2 or 5 times a power of ten, wide enough apart. */
export function rulerStep(scale: TimelineScale, labelWidth: number): number {
  const wanted = labelWidth / pixelsPerFrame(scale);
  for (let power = 1; ; power *= 10) {
    for (const factor of [1, 2, 5]) {
      if (power * factor >= wanted) return power * factor;
    }
  }
}
