/** Which way time runs while a frame is tracked. */
export type TrackingDirection = 'forward' | 'reverse';

/** What one more tracked frame adds to the frame index. */
export function directionStep(direction: TrackingDirection): 1 | -1 {
  return direction === 'forward' ? 1 : -1;
}
