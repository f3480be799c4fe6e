import type { FrameIndex } from '../../core/ids.ts';
import { differingFrames } from '../../store/differing-frames.ts';
import { contentOfRange, type RangeContent, type SummaryTrack } from '../../store/summary-track.ts';
import { paintConfidence } from './confidence-painter.ts';
import { paintMemoryMarks, type MemoryMarks } from './memory-painter.ts';
import type { PaintColors } from './paint-colors.ts';
import { paintTicks } from './tick-painter.ts';
import { framesOfColumn, xOfFrame, type TimelineScale } from './timeline-geometry.ts';
import type { TruthMarks } from './truth-marks.ts';

/** One object's lane. */
export interface Lane {
  readonly color: string;
  readonly isSelected: boolean;
  readonly isVisible: boolean;
  readonly summaries: SummaryTrack;
  readonly promptFrames: readonly FrameIndex[];
  readonly truth: TruthMarks;
  readonly memory: MemoryMarks;
}

/** All of one drawing. Lengths are CSS pixels. */
export interface LanesPicture {
  readonly lanes: readonly Lane[];
  readonly scale: TimelineScale;
  readonly height: number;
  readonly laneHeight: number;
  readonly scrollTop: number;
  readonly frameCount: number;
  readonly colors: PaintColors;
}

type Context = CanvasRenderingContext2D;

/**
 * Thick where there is a mask, thin where the object is absent, over it a line that tells how sure
 * the model is, a diamond at each prompt, a tick at the lower edge where the ground truth shows the
 * object, one at the upper edge where tracking back gives another mask, a disc or a cross there where a
 * memory was pinned or dropped.
 */
export function paintLanes(context: Context, picture: LanesPicture): void {
  const { lanes, laneHeight, scrollTop, height, scale } = picture;
  context.clearRect(0, 0, scale.width, height);
  const first = Math.max(Math.floor(scrollTop / laneHeight), 0);
  const end = Math.min(Math.ceil((scrollTop + height) / laneHeight), lanes.length);
  for (let at = first; at < end; at++) {
    const lane = lanes[at];
    if (lane !== undefined)
      paintLane(context, lane, { ...picture, top: at * laneHeight - scrollTop });
  }
}

/** Free space above and below a curve. */
const CURVE_MARGIN_PX = 3;

type LanePlace = LanesPicture & { readonly top: number };

function paintLane(context: Context, lane: Lane, place: LanePlace): void {
  const { scale, laneHeight, top, colors } = place;
  if (lane.isSelected) {
    context.fillStyle = colors.selected;
    context.fillRect(0, top, scale.width, laneHeight);
  }
  context.fillStyle = colors.line;
  context.fillRect(0, top + laneHeight - 1, scale.width, 1);
  context.globalAlpha = lane.isVisible ? 1 : 0.35;
  paintCoverage(context, lane, place);
  paintTruth(context, lane, place);
  paintConfidence(context, lane.summaries, {
    scale,
    frameCount: place.frameCount,
    top: top + CURVE_MARGIN_PX,
    height: laneHeight - 1 - 2 * CURVE_MARGIN_PX,
    color: colors.confidence,
    uncertainColor: colors.uncertain,
    edgeColor: colors.markEdge,
  });
  paintDiffering(context, lane, place);
  paintMemoryMarks(context, lane.memory, place);
  paintPrompts(context, lane, place);
  context.globalAlpha = 1;
}

function paintCoverage(context: Context, lane: Lane, place: LanePlace): void {
  const { scale, frameCount } = place;
  let start = 0;
  let kind: CoverageKind = 'none';
  for (let x = 0; x <= scale.width; x++) {
    const [first, end] = framesOfColumn(x, scale);
    const next: CoverageKind =
      x < scale.width && first >= 0 && first < frameCount
        ? coverageOf(contentOfRange(lane.summaries, first, Math.min(end, frameCount)))
        : 'none';
    if (next === kind) continue;
    paintRun(context, { start, end: x, kind, color: lane.color }, place);
    start = x;
    kind = next;
  }
}

type CoverageKind = 'none' | 'mask' | 'imported' | 'absent';

// A column of many frames counts as absent as soon as one of them is: a short absence must show.
function coverageOf(content: RangeContent): CoverageKind {
  if (!content.hasMask) return 'none';
  if (content.hasAbsence) return 'absent';
  return content.hasImported ? 'imported' : 'mask';
}

const THICKNESS: Record<CoverageKind, number> = {
  none: 0,
  mask: 0.44,
  imported: 0.44,
  absent: 0.1,
};

function paintRun(
  context: Context,
  run: { start: number; end: number; kind: CoverageKind; color: string },
  { top, laneHeight }: LanePlace,
): void {
  if (run.kind === 'none' || run.end <= run.start) return;
  const thickness = Math.max(Math.round(laneHeight * THICKNESS[run.kind]), 2);
  const y = Math.round(top + (laneHeight - thickness) / 2);
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha * (run.kind === 'imported' ? 0.5 : 0.9);
  context.fillStyle = run.color;
  context.fillRect(run.start, y, run.end - run.start, thickness);
  context.globalAlpha = alpha;
}

/** Of the lane's height. */
const TRUTH_TICK = 0.22;

function paintTruth(context: Context, lane: Lane, place: LanePlace): void {
  const { scale, top, laneHeight, colors } = place;
  const height = Math.round(laneHeight * TRUTH_TICK);
  const strip = { scale, top: top + laneHeight - 1 - height, height };
  paintTicks(context, { frames: lane.truth.frames, color: colors.truth }, strip);
  // After the others: among many close together a poor one must show.
  const poor = { frames: lane.truth.poorFrames, color: colors.poor, isStrong: true };
  paintTicks(context, poor, strip);
}

function paintDiffering(context: Context, lane: Lane, place: LanePlace): void {
  const { scale, top, laneHeight, colors } = place;
  const height = Math.round(laneHeight * TRUTH_TICK);
  const ticks = {
    frames: differingFrames(lane.summaries),
    color: colors.uncertain,
    isStrong: true,
  };
  paintTicks(context, ticks, { scale, top, height });
}

function paintPrompts(context: Context, lane: Lane, place: LanePlace): void {
  const { scale, top, laneHeight, colors } = place;
  const radius = laneHeight * 0.22;
  context.fillStyle = colors.mark;
  context.strokeStyle = colors.markEdge;
  context.lineWidth = 2;
  let lastX = -Infinity;
  for (const frame of lane.promptFrames) {
    const x = Math.round(xOfFrame(frame, scale));
    // Marks that would cover each other wholly are drawn once.
    if (x < -radius || x > scale.width + radius || x - lastX < 1) continue;
    lastX = x;
    context.beginPath();
    context.moveTo(x, top + laneHeight / 2 - radius);
    context.lineTo(x + radius, top + laneHeight / 2);
    context.lineTo(x, top + laneHeight / 2 + radius);
    context.lineTo(x - radius, top + laneHeight / 2);
    context.closePath();
    context.stroke();
    context.fill();
  }
}
