import type { FrameIndex } from '../core/ids.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { BoundedCache } from './bounded-cache.ts';
import type { DecodedFrame } from './decoded-frame.ts';

/** A clip whose frames can be had in any order, by their place in presentation order. */
export interface FrameSource extends Disposable {
  readonly info: VideoInfo;
  /** The bytes that identify the clip: the file, or a folder's files in order; read lazily. */
  readonly content: Blob;
  /**
   * The frame, from the cache or decoded. Shared with the cache: never written to.
   * @throws the signal's reason when aborted
   * @throws StudioError `video-decode-failed` naming the frame; `session-disposed` once disposed
   */
  frame(index: FrameIndex, signal?: AbortSignal): Promise<DecodedFrame>;
  /** Reads many frames beside those who use the clip. The caller disposes the reader. */
  readInPassing(pace: ReadingPace): PassingReader;
}

/** How reading in passing keeps back. */
export interface ReadingPace {
  readonly signal: AbortSignal;
  /** Awaited before each frame, and between the pictures on the way to it. */
  readonly whenFree: () => Promise<void>;
}

/**
 * Reads frames, cheapest in ascending order: the way on is decoded once, and key frames shorten it.
 * It puts nothing into the cache and takes no decoder from anyone, so that reading all of a clip
 * costs those who use it no more than time.
 */
export interface PassingReader extends Disposable {
  /**
   * One frame; call it again when it has come.
   * @throws as `FrameSource.frame` does, and what `whenFree` throws
   */
  frame(index: FrameIndex): Promise<DecodedFrame>;
}

/** How many bytes of decoded frames a clip keeps. */
export const FRAME_CACHE_BYTES = 384 * 1024 * 1024;

/** Decoded frames by index, bounded by bytes. */
export type FrameCache = BoundedCache<number, DecodedFrame>;

/** An empty cache that keeps at most `budgetBytes`, but the newest frame always. */
export function frameCache(budgetBytes: number): FrameCache {
  return new BoundedCache({ budget: budgetBytes, costOf: ({ data }) => data.byteLength });
}
