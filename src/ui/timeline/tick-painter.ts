import type { FrameIndex } from '../../core/ids.ts';
import { pixelsPerFrame, xOfFrame, type TimelineScale } from './timeline-geometry.ts';

/** Frames to mark, ascending, in one colour. */
interface Ticks {
  readonly frames: readonly FrameIndex[];
  readonly color: string;
  /** Stay as strong when they are too many to be told apart. */
  readonly isStrong?: boolean;
}

/** Where ticks are painted. Lengths are CSS pixels. */
interface TickStrip {
  readonly scale: TimelineScale;
  readonly top: number;
  readonly height: number;
}

const TICK_PX = 2;
/** Of ticks that flow into one band, which would be as heavy as what is tracked. */
const BAND_ALPHA = 0.4;

/** A tick at the middle of each frame; those that would cover each other are drawn once. */
export function paintTicks(
  context: CanvasRenderingContext2D,
  { frames, color, isStrong = false }: Ticks,
  { scale, top, height }: TickStrip,
): void {
  const alpha = context.globalAlpha;
  const spacingPx = pixelsPerFrame(scale) * meanSpacing(frames);
  if (!isStrong && spacingPx < 2 * TICK_PX) context.globalAlpha = alpha * BAND_ALPHA;
  context.fillStyle = color;
  let lastX = -Infinity;
  for (const frame of frames) {
    const x = Math.round(xOfFrame(frame, scale));
    if (x < 0 || x > scale.width || x - lastX < 1) continue;
    lastX = x;
    context.fillRect(x - TICK_PX / 2, top, Math.min(TICK_PX, Math.max(spacingPx, 1)), height);
  }
  context.globalAlpha = alpha;
}

/** Frames from one to the next. */
function meanSpacing(frames: readonly FrameIndex[]): number {
  const [first, last] = [frames[0], frames.at(-1)];
  if (first === undefined || last === undefined || frames.length < 2) return Infinity;
  return (last - first) / (frames.length - 1);
}
