import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { PropagationRequest } from '../protocol/inference-api.ts';
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
  readonly direction: TrackingDirection;
}

/** What will be run, or why nothing can be. */
export type TrackingPlan =
  | {
      readonly isPossible: true;
      readonly passes: readonly PropagationRequest[];
      readonly objectIds: readonly ObjectId[];
      readonly framesTotal: number;
    }
  | { readonly isPossible: false; readonly reason: string };

/**
 * Tracking starts on the frame that is shown, so that a correction is carried on from where it was
 * made. It starts earlier where prompts changed on the way there, so that nothing stays out of date,
 * and where the model does not know an object yet on the shown frame.
 */
export function planTracking(input: TrackingPlanInput): TrackingPlan {
  const prompted = input.tracklets.filter(
    (tracklet) => promptedFrames(input.prompts, tracklet.id).length > 0,
  );
  if (prompted.length === 0) return { isPossible: false, reason: 'Click an object first.' };
  const objectIds = prompted.map((tracklet) => tracklet.id);
  const last = frameIndex(input.frameCount - 1);
  const passes: PropagationRequest[] = [];
  if (input.direction !== 'reverse') {
    const start = Math.min(...prompted.map((tracklet) => anchorOf(tracklet, input, 'forward')));
    passes.push({ objectIds, start: frameIndex(start), end: last, direction: 'forward' });
  }
  if (input.direction !== 'forward') {
    const start = Math.max(...prompted.map((tracklet) => anchorOf(tracklet, input, 'reverse')));
    passes.push({
      objectIds,
      start: frameIndex(start),
      end: frameIndex(0),
      direction: 'reverse',
    });
  }
  const framesTotal = passes.reduce((sum, pass) => sum + framesOfPass(pass), 0);
  return { isPossible: true, passes, objectIds, framesTotal };
}

/** How many frames of a whole clip a pass computes. */
export function framesOfPass({ start, end }: PropagationRequest): number {
  return Math.abs(end - start) + 1;
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
