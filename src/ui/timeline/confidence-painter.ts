import { leastConfidence, UNCERTAIN_BELOW } from '../../store/confidence.ts';
import type { SummaryTrack } from '../../store/summary-track.ts';
import { framesOfColumn, type TimelineScale } from './timeline-geometry.ts';

/** Where a curve is painted. Lengths are CSS pixels. */
export interface ConfidenceStrip {
  readonly scale: TimelineScale;
  readonly frameCount: number;
  /** Of confidence 1. */
  readonly top: number;
  /** From there to confidence 0. */
  readonly height: number;
  /** Of the curve, and of it where masks are uncertain. */
  readonly color: string;
  readonly uncertainColor: string;
  /** Around it there, since it crosses what is tracked. */
  readonly edgeColor: string;
}

/** A thin line through each pixel column's least confidence, so that the dip of one frame shows. */
export function paintConfidence(
  context: CanvasRenderingContext2D,
  track: SummaryTrack,
  strip: ConfidenceStrip,
): void {
  const columns = confidenceColumns(track, strip);
  context.lineJoin = 'round';
  context.lineWidth = 1.25;
  context.strokeStyle = strip.color;
  strokeColumns(context, columns, strip);
  const dips = columns.map((value, x) => (isNearDip(columns, x) ? value : Number.NaN));
  for (const [width, color] of [
    [4, strip.edgeColor],
    [2, strip.uncertainColor],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    strokeColumns(context, dips, strip);
  }
}

/** Least confidence of each pixel column; NaN where there is none. */
export function confidenceColumns(
  track: SummaryTrack,
  { scale, frameCount }: Pick<ConfidenceStrip, 'scale' | 'frameCount'>,
): Float32Array {
  const columns = new Float32Array(Math.max(Math.floor(scale.width), 0)).fill(Number.NaN);
  if (track.coveredFrames === 0) return columns;
  for (let x = 0; x < columns.length; x++) {
    const [first, end] = framesOfColumn(x, scale);
    if (end <= 0 || first >= frameCount) continue;
    columns[x] = leastConfidence(track, Math.max(first, 0), Math.min(end, frameCount));
  }
  return columns;
}

// With its neighbours, so that the line of a single column can be seen to go down and up.
function isNearDip(columns: Float32Array, x: number): boolean {
  return [x - 1, x, x + 1].some((at) => (columns[at] ?? 1) < UNCERTAIN_BELOW);
}

function strokeColumns(
  context: CanvasRenderingContext2D,
  columns: Float32Array,
  { top, height }: ConfidenceStrip,
): void {
  context.beginPath();
  let isDown = false;
  for (let x = 0; x < columns.length; x++) {
    const value = columns[x] ?? Number.NaN;
    if (Number.isNaN(value)) {
      isDown = false;
      continue;
    }
    const y = top + (1 - value) * height;
    // A lone column is a dash as wide as itself.
    if (!isDown) context.moveTo(x, y);
    context.lineTo(x + 1, y);
    isDown = true;
  }
  context.stroke();
}
