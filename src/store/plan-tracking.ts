import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { PropagationRequest } from '../protocol/inference-api.ts';
import { framesOfPass } from './pass-queue.ts';
import type { FrameRange } from './playback-slice.ts';
import { promptedFrames, type PromptsSlice } from './prompts-slice.ts';
import { nearestRemembered } from './summary-track.ts';
import type { Tracklet } from './tracklets-slice.ts';

/** `both`: forward to the end, then in reverse to the start. */
export type TrackingDirection = 'forward' | 'reverse' | 'both';

interface TrackingPlanInput {
  readonly tracklets: readonly Tracklet[];
  readonly prompts: PromptsSlice;
  readonly currentFrame: FrameIndex;
  readonly frameCount: number;
  /** Frames that tracking stays within; the whole clip where absent. */
  readonly range?: FrameRange | undefined;
  readonly direction: TrackingDirection;
}

/** What will be run, or why nothing can be. */
export type TrackingPlan =
  | {
      readonly isPossible: true;
      readonly passes: readonly PropagationRequest[];
      readonly objectIds: readonly ObjectId[];
      readonly framesTotal: number;
      /** The changes of prompts that it takes in; all those of its objects where absent. */
      readonly takenFrames?: readonly FrameIndex[];
    }
  | { readonly isPossible: false; readonly reason: string };

/**
 * Tracking starts on the frame that is shown, so that a correction is carried on from where it was
 * made. It starts earlier where prompts changed on the way there, so that nothing stays out of date,
 * and where the model does not know an object yet on the shown frame. Within a range it starts on
 * the range's nearest frame to that, or to the shown frame where what would be started from lies
 * ahead of the range.
 */
export function planTracking(input: TrackingPlanInput): TrackingPlan {
  const prompted = input.tracklets.filter(
    (tracklet) => promptedFrames(input.prompts, tracklet.id).length > 0,
  );
  if (prompted.length === 0) return { isPossible: false, reason: 'Click an object first.' };
  const objectIds = prompted.map((tracklet) => tracklet.id);
  const { range } = input;
  const { first, last } = range ?? { first: 0, last: input.frameCount - 1 };
  const passes: PropagationRequest[] = [];
  if (input.direction !== 'reverse') {
    const starts = prompted.map((tracklet) => startWithin(tracklet, input, 'forward'));
    const start = frameIndex(Math.min(...starts));
    passes.push({ objectIds, start, end: frameIndex(last), direction: 'forward' });
  }
  if (input.direction !== 'forward') {
    const starts = prompted.map((tracklet) => startWithin(tracklet, input, 'reverse'));
    const start = frameIndex(Math.max(...starts));
    passes.push({ objectIds, start, end: frameIndex(first), direction: 'reverse' });
  }
  const framesTotal = passes.reduce((sum, pass) => sum + framesOfPass(pass), 0);
  const taken = range === undefined ? {} : { takenFrames: changesWithin(prompted, range) };
  return { isPossible: true, passes, objectIds, framesTotal, ...taken };
}

/** What changed beyond a range is still to be tracked. */
function changesWithin(
  tracklets: readonly Tracklet[],
  { first, last }: FrameRange,
): readonly FrameIndex[] {
  const changed = tracklets.flatMap(({ changedFrames }) => changedFrames);
  return [...new Set(changed)].filter((frame) => frame >= first && frame <= last);
}

function startWithin(
  tracklet: Tracklet,
  input: TrackingPlanInput,
  direction: 'forward' | 'reverse',
): number {
  const anchor = anchorOf(tracklet, input, direction);
  if (input.range === undefined) return anchor;
  const { first, last } = input.range;
  const isAhead = direction === 'forward' ? anchor > last : anchor < first;
  return Math.min(Math.max(isAhead ? input.currentFrame : anchor, first), last);
}

function anchorOf(
  tracklet: Tracklet,
  input: TrackingPlanInput,
  direction: 'forward' | 'reverse',
): FrameIndex {
  const { currentFrame } = input;
  const isForward = direction === 'forward';
  const changed = isForward
    ? tracklet.changedFrames.find((frame) => frame <= currentFrame)
    : tracklet.changedFrames.findLast((frame) => frame >= currentFrame);
  if (changed !== undefined) return changed;
  const side = isForward ? 'before' : 'after';
  const remembered = nearestRemembered(tracklet.summaries, currentFrame, side);
  if (remembered !== undefined) return remembered;
  const prompted = promptedFrames(input.prompts, tracklet.id);
  const nearest = isForward
    ? (prompted.findLast((frame) => frame <= currentFrame) ?? prompted[0])
    : (prompted.find((frame) => frame >= currentFrame) ?? prompted.at(-1));
  return nearest ?? currentFrame;
}
