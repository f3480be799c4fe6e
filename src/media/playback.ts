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

/** About the time between two pictures of a screen. */
const MOST_MADE_GOOD_MS = 17;

/**
 * Shows frames at the clip's own timestamps until the end, or until aborted (which is no error).
 * While a frame takes too long the clock goes on, and the frames that are late by then are left out;
 * where every frame is to be shown the clock waits.
 */
export async function playFrames(
  request: PlaybackRequest,
  host: PlaybackHost,
  signal: AbortSignal,
): Promise<void> {
  do {
    await (request.isEveryFrameShown === true ? playEvery : playOnTime)(request, host, signal);
  } while (request.isLooping && !signal.aborted);
}

async function playOnTime(
  { from, to, rate }: PlaybackRequest,
  host: PlaybackHost,
  signal: AbortSignal,
): Promise<void> {
  const { timestampsUs, frameRate } = host.info;
  const firstUs = timestampsUs[from] ?? 0;
  const endUs = timestampsUs[to + 1] ?? (timestampsUs[to] ?? 0) + 1e6 / frameRate;
  await host.show(from);
  const startMs = host.now();
  let shown: number = from;
  while (!signal.aborted) {
    const timeUs = firstUs + (host.now() - startMs) * 1000 * rate;
    const due = lastFrameUntil(timestampsUs, timeUs, shown, to);
    if (due !== shown) {
      await host.show(frameIndex(due));
      shown = due;
    } else if (timeUs < endUs) {
      await host.nextTick();
    } else return;
  }
}

/** Each frame stays for its own time at least; a late one delays all that come after it. */
async function playEvery(
  { from, to, rate }: PlaybackRequest,
  host: PlaybackHost,
  signal: AbortSignal,
): Promise<void> {
  const { timestampsUs, frameRate } = host.info;
  let dueMs = host.now();
  for (let frame: number = from; frame <= to && !signal.aborted; frame++) {
    await host.show(frameIndex(frame));
    const startUs = timestampsUs[frame] ?? 0;
    const lengthUs = (timestampsUs[frame + 1] ?? startUs + 1e6 / frameRate) - startUs;
    // A tick's delay is made good, a frame's is not: it would rush those after it.
    dueMs = Math.max(dueMs, host.now() - MOST_MADE_GOOD_MS) + lengthUs / 1000 / rate;
    while (host.now() < dueMs && !signal.aborted) await host.nextTick();
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
