import type { FrameIndex } from '../core/ids.ts';
import type { VideoInfo } from '../protocol/media-api.ts';

type Times = Pick<VideoInfo, 'timestampsUs' | 'frameRate'>;

/** How long a clip of one frame shows it. */
const STILL_US = 1_000_000;

/** When a frame begins, in microseconds of the clip. */
export function frameStartUs({ timestampsUs }: Times, frame: FrameIndex): number {
  return timestampsUs[frame] ?? 0;
}

/** When a frame ends. The last frame of a clip lasts as long as frames do in the median. */
export function frameEndUs(times: Times, frame: FrameIndex): number {
  const { timestampsUs, frameRate } = times;
  const usualUs = Number.isFinite(frameRate) && frameRate > 0 ? 1e6 / frameRate : STILL_US;
  return timestampsUs[frame + 1] ?? frameStartUs(times, frame) + usualUs;
}
