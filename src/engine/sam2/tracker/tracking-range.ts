import { invariant } from '../../../core/assert.ts';
import { StudioError } from '../../../core/errors.ts';
import { frameIndex, type FrameIndex, type ObjectId } from '../../../core/ids.ts';
import type { ObjectState } from './object-state.ts';
import type { PropagationRange } from './propagation.ts';
import type { TrackingDirection } from './tracking-direction.ts';

/** What to track. */
export interface TrackingRequest {
  /** All objects that have a conditioning frame unless given. */
  readonly objectIds?: readonly ObjectId[];
  /** First frame to compute; the earliest conditioning frame unless given. */
  readonly start?: FrameIndex;
  /** Last frame to compute, cut to the clip; its end (in reverse its start) unless given. */
  readonly end?: FrameIndex;
  readonly direction: TrackingDirection;
  /** See `PropagationRequest.goesOnFromMasks`. */
  readonly goesOnFromMasks?: boolean;
}

/**
 * The objects asked for, or all that have a conditioning frame.
 * @throws StudioError `prompts-missing` when one asked for has none, or no object has one
 */
export function trackableStates(
  all: readonly ObjectState[],
  objectIds: readonly ObjectId[] | undefined,
): readonly ObjectState[] {
  const states = all.filter(
    (state) => state.conditioningFrames.length > 0 && objectIds?.includes(state.objectId) !== false,
  );
  const missing = objectIds?.find((id) => !states.some((state) => state.objectId === id));
  if (missing !== undefined || states.length === 0) throw promptsMissing(missing);
  return states;
}

/** The frames of a request, with the reference's ends where none are given. */
export function rangeOf(
  request: TrackingRequest,
  states: readonly ObjectState[],
  frameCount: number,
): PropagationRange {
  const { direction } = request;
  const last = frameCount - 1;
  const start =
    request.start ?? frameIndex(Math.min(...states.flatMap((state) => state.conditioningFrames)));
  invariant(start <= last, `frame ${start} is past the clip's end`);
  const end = frameIndex(Math.min(request.end ?? (direction === 'forward' ? last : 0), last));
  return { start, end, direction };
}

function promptsMissing(objectId: ObjectId | undefined): StudioError {
  const who = objectId === undefined ? 'No object has a' : `Object ${objectId} has no`;
  return new StudioError('prompts-missing', `${who} prompt to track from.`, {
    hint: 'Click on the object, or draw a box or a mask, on one frame first.',
  });
}
