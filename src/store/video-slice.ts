import type { VideoInfo } from '../protocol/media-api.ts';

export type { VideoInfo } from '../protocol/media-api.ts';

/** The clip. A failed opening leaves the clip in use as it was. */
export interface VideoSlice {
  /** Counts the clips opened; replies that belong to an earlier one are dropped. */
  readonly generation: number;
  readonly info: VideoInfo | undefined;
  /** Name of the file that is being opened. */
  readonly openingName: string | undefined;
}

/** No clip. */
export const INITIAL_VIDEO: VideoSlice = {
  generation: 0,
  info: undefined,
  openingName: undefined,
};
