import { frameIndex, type FrameIndex } from '../../core/ids.ts';
import { INSET_PX, pixelsPerFrame, type TimelineScale } from './timeline-geometry.ts';

/** A place of the filmstrip, with the frame that stands for those under it. */
export interface FilmstripSlot {
  readonly frame: FrameIndex;
  /** How many frames lie under it. */
  readonly frames: number;
  /** CSS pixels from the left. */
  readonly x: number;
  /** CSS pixels; a picture's or more. */
  readonly width: number;
}

/**
 * Slots side by side, each a picture wide or a little more. They begin at whole multiples of their
 * length, so that panning meets the same frames again.
 * @param pictureWidth CSS pixels
 */
export function filmstripSlots(
  scale: TimelineScale,
  { frameCount, pictureWidth }: { readonly frameCount: number; readonly pictureWidth: number },
): readonly FilmstripSlot[] {
  const slots: FilmstripSlot[] = [];
  const framePx = pixelsPerFrame(scale);
  const step = Math.max(Math.ceil(pictureWidth / framePx), 1);
  const end = Math.min(scale.first + scale.count, frameCount);
  for (let start = Math.floor(scale.first / step) * step; start < end; start += step) {
    const frames = Math.min(step, frameCount - start);
    slots.push({
      frame: frameIndex(start + (frames >> 1)),
      frames,
      x: INSET_PX + (start - scale.first) * framePx,
      width: frames * framePx,
    });
  }
  return slots;
}
