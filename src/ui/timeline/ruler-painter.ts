import type { FrameIndex } from '../../core/ids.ts';
import type { PaintColors } from './paint-colors.ts';
import { paintTicks } from './tick-painter.ts';
import { rulerStep, xOfFrame, type TimelineScale } from './timeline-geometry.ts';

/** Lengths are CSS pixels. */
export interface RulerPicture {
  readonly scale: TimelineScale;
  readonly height: number;
  readonly fontSize: number;
  readonly frameCount: number;
  /** Marked at the top edge; ascending. */
  readonly annotatedFrames: readonly FrameIndex[];
  readonly colors: PaintColors;
}

/** Space for a label and the gap after it, in font sizes. */
const LABEL_WIDTH = 5.5;

/** Of the ruler's height. */
const ANNOTATED_TICK = 0.24;

/**
 * Frame numbers with a long tick each and four short ticks between two of them, from the bottom;
 * annotated frames hang from the top.
 */
export function paintRuler(context: CanvasRenderingContext2D, picture: RulerPicture): void {
  const { scale, height, fontSize, frameCount, colors } = picture;
  context.clearRect(0, 0, scale.width, height);
  if (frameCount === 0) return;
  const step = rulerStep(scale, fontSize * LABEL_WIDTH);
  const minor = step >= 5 ? step / 5 : step;
  context.font = `${fontSize}px ${colors.font}`;
  context.textBaseline = 'middle';
  const end = Math.min(scale.first + scale.count, frameCount);
  for (let frame = Math.floor(scale.first / minor) * minor; frame < end; frame += minor) {
    const x = Math.round(xOfFrame(frame, scale));
    const isLabelled = frame % step === 0;
    context.fillStyle = colors.line;
    context.fillRect(x, height * (isLabelled ? 0.35 : 0.72), 1, height);
    if (!isLabelled) continue;
    context.fillStyle = colors.text;
    context.fillText(String(frame), x + 4, height * 0.54);
  }
  const ticks = { frames: picture.annotatedFrames, color: colors.truth };
  paintTicks(context, ticks, { scale, top: 0, height: Math.round(height * ANNOTATED_TICK) });
}
