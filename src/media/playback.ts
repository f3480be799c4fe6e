import { frameIndex, type FrameIndex } from '../core/ids.ts';
import type { PlaybackRequest, VideoInfo } from '../protocol/media-api.ts';

/** What playing needs from outside; time comes in so that tests can turn the clock. */
export interface PlaybackHost {
  readonly info: Pick<VideoInfo, 'timestampsUs' | 'frameRate'>;
  /** Milliseconds, going up evenly. */
  now(): number;
  /** Resolves when the screen can show something new. */
  nextTick(): Promise<void>;
  /** Decodes the frame and puts it on the stage; resolves when the screen has it. */
  show(frame: FrameIndex): Promise<void>;
}

/**
 * Shows frames at the clip's own timestamps until the end, or until aborted (which is no error).
 * While a frame takes too long the clock goes on, and the frames that are late by then are left out.
 */
export async function playFrames(
  request: PlaybackRequest,
  host: PlaybackHost,
  signal: AbortSignal,
): Promise<void> {
  const { from, to, rate, isLooping } = request;
  const { timestampsUs, frameRate } = host.info;
  const firstUs = timestampsUs[from] ?? 0;
  const endUs = timestampsUs[to + 1] ?? (timestampsUs[to] ?? 0) + 1e6 / frameRate;
  for (;;) {
    await host.show(from);
    const startMs = host.now();
    let shown: number = from;
    for (;;) {
      if (signal.aborted) return;
      const timeUs = firstUs + (host.now() - startMs) * 1000 * rate;
      const due = lastFrameUntil(timestampsUs, timeUs, shown, to);
      if (due !== shown) {
        await host.show(frameIndex(due));
        shown = due;
      } else if (timeUs < endUs) {
        await host.nextTick();
      } else break;
    }
    if (!isLooping) return;
  }
}

/** The last frame from `first` to `last` that is due at `timeUs`; `first` where none is. */
function lastFrameUntil(
  timestampsUs: Float64Array,
  timeUs: number,
  first: number,
  last: number,
): number {
  let due = first;
  while (due < last && (timestampsUs[due + 1] ?? Infinity) <= timeUs) due++;
  return due;
}
