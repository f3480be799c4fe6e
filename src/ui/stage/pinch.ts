import { viewPoint, type ViewPoint } from '../../core/geometry.ts';

/** Two fingers on the stage. */
export type FingerPair = readonly [ViewPoint, ViewPoint];

/** What two fingers did between two moments: the video goes with them. */
export interface PinchStep {
  /** Where the fingers' middle is now. */
  readonly anchor: ViewPoint;
  readonly factor: number;
  readonly dx: number;
  readonly dy: number;
}

/** The zoom and the way of two fingers between two moments. */
export function pinchBetween(before: FingerPair, after: FingerPair): PinchStep {
  const [from, to] = [middle(before), middle(after)];
  return {
    anchor: to,
    // Fingers that touch each other have no distance to scale by.
    factor: distance(after) / Math.max(distance(before), 1),
    dx: to.x - from.x,
    dy: to.y - from.y,
  };
}

/** The zoom of one turn of the wheel; a trackpad's pinch comes as finer steps with Ctrl held. */
export function wheelZoom(deltaY: number, isPinch: boolean): number {
  return Math.exp(-deltaY * (isPinch ? 0.01 : 0.0015));
}

function middle([a, b]: FingerPair): ViewPoint {
  return viewPoint((a.x + b.x) / 2, (a.y + b.y) / 2);
}

function distance([a, b]: FingerPair): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
