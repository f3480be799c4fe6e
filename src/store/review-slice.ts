/** What the user has looked at of the masks that are worth a look; forgotten with the clip. */
export interface ReviewSlice {
  /**
   * Revision of the mask that was looked at, by `reviewKey`. A mask that is made anew is to be
   * looked at anew.
   */
  readonly reviewed: Readonly<Record<string, number>>;
}

/** Nothing is marked as reviewed. */
export const INITIAL_REVIEW: ReviewSlice = { reviewed: {} };
