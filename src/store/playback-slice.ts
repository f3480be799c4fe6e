import { frameIndex, type FrameIndex } from '../core/ids.ts';

/**
 * `following`: the stage shows the newest tracked frame.
 */
export type PlaybackMode = 'paused' | 'playing' | 'following';

/** Frames from a first to a last one, both included. */
export interface FrameRange {
  readonly first: FrameIndex;
  readonly last: FrameIndex;
}

/** Where in the clip the user is, and how it plays. */
export interface PlaybackSlice {
  readonly mode: PlaybackMode;
  /** The frame asked for: where the playhead is. */
  readonly frame: FrameIndex;
  /** The frame on the stage, to which prompts belong. Behind `frame` while seeking. */
  readonly shownFrame: FrameIndex;
  /** 1 is the clip's own speed. */
  readonly rate: number;
  readonly isLooping: boolean;
  /** Between the user's in and out marks; tracking stays within it. Absent: the whole clip. */
  readonly range: FrameRange | undefined;
  /** Rather play slower than leave a frame out. */
  readonly isEveryFrameShown: boolean;
}

/** At the start of a clip. */
export const INITIAL_PLAYBACK: PlaybackSlice = {
  mode: 'paused',
  frame: frameIndex(0),
  shownFrame: frameIndex(0),
  rate: 1,
  isLooping: false,
  range: undefined,
  isEveryFrameShown: false,
};

/** Speeds on offer; 1 is the clip's own. */
export const PLAYBACK_RATES = [0.25, 0.5, 1, 2] as const;

/** The frame index nearest to `value` within the clip. */
export function clampFrame(value: number, frameCount: number): FrameIndex {
  return frameIndex(Math.min(Math.max(Math.round(value), 0), Math.max(frameCount - 1, 0)));
}

/**
 * A range with one of its marks moved to a frame. The other mark gives way to the end of the clip
 * where it would be on the wrong side. Absent where the range is the whole clip.
 */
export function withMark(
  range: FrameRange | undefined,
  mark: 'in' | 'out',
  { frame, frameCount }: { readonly frame: FrameIndex; readonly frameCount: number },
): FrameRange | undefined {
  const [start, end] = [clampFrame(0, frameCount), clampFrame(Infinity, frameCount)];
  const { first, last } = range ?? { first: start, last: end };
  const marked =
    mark === 'in'
      ? { first: frame, last: last < frame ? end : last }
      : { first: first > frame ? start : first, last: frame };
  return marked.first === start && marked.last === end ? undefined : marked;
}

/**
 * The next frame in `frames` after `from`, or the last before it; absent when there is none.
 * @param frames ascending
 */
export function neighbourFrame(
  frames: readonly FrameIndex[],
  from: FrameIndex,
  direction: 'next' | 'previous',
): FrameIndex | undefined {
  return direction === 'next'
    ? frames.find((frame) => frame > from)
    : frames.findLast((frame) => frame < from);
}
