import type { CandidateIndex } from '../../../core/prompts.ts';
import { isSameRle } from '../../../core/rle-algebra.ts';
import type { MaskRle } from '../../../core/rle.ts';
import type { EncodedPoints } from '../engine-graphs.ts';
import { sharedPrefix } from './prompt-encoding.ts';

/** One run of the mask decoder on a prompted frame. */
export interface ClickCall {
  /** All points up to and with those that were new in this call. */
  readonly pointCount: number;
  /** Whether it saw no memory: the frame was not tracked yet. */
  readonly isInitial: boolean;
}

/** What was said of one object on one frame by clicks. */
export interface Clicks {
  readonly points: EncodedPoints;
  /** The user's mask that the first call refines, at the video's size. */
  readonly mask?: MaskRle;
  /** Which mask the call with a single point gives; the best where absent. */
  readonly candidate?: CandidateIndex;
}

/** Clicks, and the calls that brought them in. */
export interface ClickHistory extends Clicks {
  /** Ascending; the last one has all points. None where there is only the mask. */
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
   * taking a click back gives the mask from before it; then one call for the rest, if any. A
   * candidate needs the call that it was chosen in.
   */
  | {
      readonly kind: 'replay';
      readonly calls: readonly ClickCall[];
      /** The point counts of the calls that are made anew. */
      readonly rest: readonly number[];
    };

/** @param history absent where the frame's mask does not come from what the user said */
export function planClicks(history: ClickHistory | undefined, clicks: Clicks): ClickPlan {
  const pointCount = clicks.points.labels.length;
  if (history === undefined || !hasSameMask(history, clicks)) return replay([], clicks);
  const shared = sharedPrefix(history.points, clicks.points);
  const isSameChoice = history.candidate === clicks.candidate;
  if (isSameChoice && shared === history.points.labels.length) {
    return { kind: shared === pointCount ? 'keep' : 'extend' };
  }
  return replay(
    history.calls.filter((call) => call.pointCount <= shared),
    clicks,
  );
}

function replay(calls: readonly ClickCall[], { points, candidate }: Clicks): ClickPlan {
  const pointCount = points.labels.length;
  const rest = (calls.at(-1)?.pointCount ?? 0) < pointCount ? [pointCount] : [];
  if (candidate !== undefined && calls.length === 0 && pointCount > 1) rest.unshift(1);
  return { kind: 'replay', calls, rest };
}

function hasSameMask(a: Clicks, b: Clicks): boolean {
  if (a.mask === undefined || b.mask === undefined) return a.mask === b.mask;
  return isSameRle(a.mask, b.mask);
}
