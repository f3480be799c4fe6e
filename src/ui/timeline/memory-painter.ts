import type { FrameIndex } from '../../core/ids.ts';
import type { PaintColors } from './paint-colors.ts';
import { xOfFrame, type TimelineScale } from './timeline-geometry.ts';

/** Where memories were pinned and dropped. */
export interface MemoryMarks {
  readonly pinnedFrames: readonly FrameIndex[];
  readonly droppedFrames: readonly FrameIndex[];
}

/** Where in the canvas a lane's marks go, in CSS pixels. */
interface MarkStrip {
  readonly scale: TimelineScale;
  /** Of the lane. */
  readonly top: number;
  readonly laneHeight: number;
  readonly colors: PaintColors;
}

type Context = CanvasRenderingContext2D;

/** Of the lane's height. */
const MARK_SIZE = 0.2;

/** A disc at the lane's upper edge for a pinned frame, a cross for a dropped one. */
export function paintMemoryMarks(context: Context, marks: MemoryMarks, strip: MarkStrip): void {
  const { colors } = strip;
  const radius = Math.max(strip.laneHeight * MARK_SIZE * 0.75, 2.5);
  eachMark(marks.pinnedFrames, { ...strip, radius }, (x, y) => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    paint(context, 'fill', colors.mark, colors.markEdge);
  });
  eachMark(marks.droppedFrames, { ...strip, radius }, (x, y) => {
    context.beginPath();
    context.moveTo(x - radius, y - radius);
    context.lineTo(x + radius, y + radius);
    context.moveTo(x + radius, y - radius);
    context.lineTo(x - radius, y + radius);
    paint(context, 'stroke', colors.uncertain, colors.markEdge);
  });
}

function paint(context: Context, how: 'fill' | 'stroke', color: string, edge: string): void {
  context.strokeStyle = edge;
  context.lineWidth = how === 'fill' ? 2 : 4;
  context.stroke();
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 2;
  if (how === 'fill') context.fill();
  else context.stroke();
}

function eachMark(
  frames: readonly FrameIndex[],
  { scale, top, radius }: MarkStrip & { readonly radius: number },
  visit: (x: number, y: number) => void,
): void {
  let lastX = -Infinity;
  for (const frame of frames) {
    const x = Math.round(xOfFrame(frame, scale));
    // Marks that would cover each other wholly are drawn once.
    if (x < -radius || x > scale.width + radius || x - lastX < 1) continue;
    lastX = x;
    visit(x, Math.round(top + radius + 2));
  }
}
