import type { RunPace } from './propagation-state.ts';

/** Masks of an object that are being checked by tracking back. */
export interface CheckRun extends RunPace {
  readonly isCancelling: boolean;
}

/** What the user has looked at of the masks that are worth a look; forgotten with the clip. */
export interface ReviewSlice {
  /**
   * Revision of the mask that was looked at, by `reviewKey`. A mask that is made anew is to be
   * looked at anew.
   */
  readonly reviewed: Readonly<Record<string, number>>;
  /** Absent while nothing is checked. */
  readonly check: CheckRun | undefined;
}

/** Nothing is marked as reviewed, or being checked. */
export const INITIAL_REVIEW: ReviewSlice = { reviewed: {}, check: undefined };
