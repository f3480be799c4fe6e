import type { EncodedPoints } from '../engine-graphs.ts';
import { sharedPrefix } from './prompt-encoding.ts';

/** One run of the mask decoder on a prompted frame. */
export interface ClickCall {
  /** All points up to and with those that were new in this call. */
  readonly pointCount: number;
  /** Whether it saw no memory: the frame was not tracked yet. */
  readonly isInitial: boolean;
}

/** The points of one object on one frame, and the calls that brought them in. */
export interface ClickHistory {
  readonly points: EncodedPoints;
  /** Ascending; the last one has all points. */
  readonly calls: readonly ClickCall[];
}

/** How to get from the mask of earlier points to the mask of the new ones. */
export type ClickPlan =
  /** The points are the same: the mask stands. */
  | { readonly kind: 'keep' }
  /** The points extend the earlier ones: one call that refines the mask. */
  | { readonly kind: 'extend' }
  /**
   * Back to the state before prompting, then the calls whose points have not changed, so that
   * taking a click back gives the mask from before it; then one call for the rest, if any.
   */
  | { readonly kind: 'replay'; readonly calls: readonly ClickCall[]; readonly hasRest: boolean };

/** @param history absent where the frame's mask does not come from clicks */
export function planClicks(history: ClickHistory | undefined, points: EncodedPoints): ClickPlan {
  const pointCount = points.labels.length;
  if (history === undefined) return { kind: 'replay', calls: [], hasRest: true };
  const shared = sharedPrefix(history.points, points);
  if (shared === history.points.labels.length) {
    return { kind: shared === pointCount ? 'keep' : 'extend' };
  }
  const calls = history.calls.filter((call) => call.pointCount <= shared);
  return { kind: 'replay', calls, hasRest: (calls.at(-1)?.pointCount ?? 0) < pointCount };
}
