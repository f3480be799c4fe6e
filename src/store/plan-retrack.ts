import { frameIndex, type FrameIndex } from '../core/ids.ts';
import type { AgreementRule, PropagationRequest } from '../protocol/inference-api.ts';
import { memoryEditAt } from './memory-slice.ts';
import { framesOfPass } from './pass-queue.ts';
import type { TrackingPlan } from './plan-tracking.ts';
import { trackingObstacle } from './plan-run.ts';
import { promptsAt } from './prompts-slice.ts';
import type { StudioState } from './studio-state.ts';
import type { MaskOrigin } from './summary-chunk.ts';
import { summaryAt, type SummaryTrack } from './summary-track.ts';
import { findTracklet, type Tracklet } from './tracklets-slice.ts';

/** A correction has run its course where ten masks in a row are what they were. */
export const RETRACK_UNTIL: AgreementRule = { agreeingFrames: 10, iou: 0.98 };

/** Frames from a first to a last one, both included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * Runs the selected object again outward from each frame on which it was corrected, or whose memory
 * was pinned or dropped, over the frames that were tracked around it, until nothing changes any more.
 * Other objects are left alone.
 */
export function planRetrack(state: StudioState): TrackingPlan {
  const reason = trackingObstacle(state);
  if (reason !== undefined) return { isPossible: false, reason };
  const tracklet = findTracklet(state.tracklets, state.tracklets.selectedId);
  if (tracklet === undefined) return { isPossible: false, reason: 'Select an object first.' };
  const { id, name } = tracklet;
  if (tracklet.isLocked === true) return { isPossible: false, reason: `${name} is locked.` };
  const spans = correctedSpans(tracklet);
  const directionAt = (frame: FrameIndex) => summaryAt(tracklet.summaries, frame)?.direction;
  if (spans.length === 0 || !(id in state.prompts.byObject)) {
    const first = `Correct ${name} on a tracked frame first, or pin or drop its memory there.`;
    return { isPossible: false, reason: first };
  }
  const passes = spans.flatMap(({ frame, span }): PropagationRequest[] => {
    const both = { objectIds: [id], until: RETRACK_UNTIL, goesOnFromMasks: true };
    const isPrompted = promptsAt(state.prompts, id, frame) !== undefined;
    // A decision about its memory changes what other frames attend to, not the frame itself.
    const from = isPrompted ? frame : frameIndex(frame + 1);
    const forward = { start: from, end: frameIndex(span.last), direction: 'forward' } as const;
    // The corrected frame itself is run once, but for the second of the clip: in reverse, nothing
    // can be tracked from the first.
    const start = frame === 1 ? frame : frameIndex(Math.max(frame - 1, 0));
    const reverse = { start, end: frameIndex(span.first), direction: 'reverse' } as const;
    // Only frames tracked after a dropped one attended to it, and they were tracked its way.
    const way =
      memoryEditAt(state.memory, id, frame) === 'dropped' ? directionAt(frame) : undefined;
    const isForward = from <= span.last && way !== 'reverse';
    const isReversed = span.first < frame && way !== 'forward';
    return [
      ...(isForward ? [{ ...both, ...forward }] : []),
      ...(isReversed ? [{ ...both, ...reverse }] : []),
    ];
  });
  if (passes.length === 0) {
    return { isPossible: false, reason: `Nothing of ${name} was tracked beyond that frame.` };
  }
  const framesTotal = passes.reduce((sum, pass) => sum + framesOfPass(pass), 0);
  const takenFrames = spans.map(({ frame }) => frame);
  return { isPossible: true, passes, objectIds: [id], framesTotal, takenFrames };
}

interface CorrectedSpan {
  readonly frame: FrameIndex;
  readonly span: Span;
}

// Asked for at every change of the state, by everything that shows whether there is something to fix.
const known = new WeakMap<Tracklet, readonly CorrectedSpan[]>();

/** The frames on which a tracked object was changed since, with the frames tracked around each. */
function correctedSpans(tracklet: Tracklet): readonly CorrectedSpan[] {
  let spans = known.get(tracklet);
  if (spans === undefined) {
    const { changedFrames, summaries } = tracklet;
    spans = changedFrames.flatMap((frame) => {
      const span = spanAround(summaries, frame);
      return span === undefined ? [] : [{ frame, span }];
    });
    known.set(tracklet, spans);
  }
  return spans;
}

const MADE: readonly MaskOrigin[] = ['tracked', 'kept', 'prompt'];

/** Absent where the frames beside it hold nothing that was tracked. */
function spanAround(summaries: SummaryTrack, frame: FrameIndex): Span | undefined {
  let isTracked = false;
  const reach = (step: 1 | -1): number => {
    for (let at = frame + step; ; at += step) {
      const origin = at < 0 ? undefined : summaryAt(summaries, at)?.origin;
      if (origin === undefined || !MADE.includes(origin)) return at - step;
      isTracked ||= origin !== 'prompt';
    }
  };
  const span = { first: reach(-1), last: reach(1) };
  return isTracked ? span : undefined;
}
