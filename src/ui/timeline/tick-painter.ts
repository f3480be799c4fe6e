import type { FrameIndex } from '../../core/ids.ts';
import { xOfFrame, type TimelineScale } from './timeline-geometry.ts';

/** Frames to mark, ascending, in one colour. */
interface Ticks {
  readonly frames: readonly FrameIndex[];
  readonly color: string;
}

/** Where ticks are painted. Lengths are CSS pixels. */
interface TickStrip {
  readonly scale: TimelineScale;
  readonly top: number;
  readonly height: number;
}

const TICK_PX = 2;

/** A tick at the middle of each frame; those that would cover each other are drawn once. */
export function paintTicks(
  context: CanvasRenderingContext2D,
  { frames, color }: Ticks,
  { scale, top, height }: TickStrip,
): void {
  context.fillStyle = color;
  let lastX = -Infinity;
  for (const frame of frames) {
    const x = Math.round(xOfFrame(frame, scale));
    if (x < 0 || x > scale.width || x - lastX < 1) continue;
    lastX = x;
    context.fillRect(x - TICK_PX / 2, top, TICK_PX, height);
  }
}
