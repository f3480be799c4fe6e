import { frameIndex, type FrameIndex } from '../../core/ids.ts';
import type { GifFormat } from '../../protocol/export-format.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import { frameEndUs, frameStartUs } from '../frame-times.ts';

/** A frame of the clip that is a picture of the GIF. */
export interface GifFrame {
  readonly frame: FrameIndex;
  /** How long it is shown, in hundredths of a second, which is all that a GIF can say. */
  readonly hundredths: number;
}

type GifRange = Pick<GifFormat, 'first' | 'last' | 'framesPerSecond'>;

/** Players take anything shorter as a tenth of a second. */
const SHORTEST_HUNDREDTHS = 2;
/** Timestamps are whole microseconds, so that a frame may seem to begin just after its moment. */
const SLACK_US = 1000;

/**
 * What is on screen at each tick of the GIF's clock, from the first frame's beginning to the last
 * one's end; a frame that is on screen at several is one picture, shown as long. Rounding does not
 * add up: no picture is half a hundredth off its place.
 */
export function gifFrames(video: VideoInfo, range: GifRange): readonly GifFrame[] {
  const { first, last, framesPerSecond } = range;
  const startUs = frameStartUs(video, first);
  const endUs = frameEndUs(video, last);
  const starts: { readonly frame: FrameIndex; readonly at: number }[] = [];
  let frame: FrameIndex = first;
  const timeOf = (tick: number) => startUs + (tick * 1e6) / framesPerSecond + SLACK_US;
  for (let tick = 0; tick === 0 || timeOf(tick) < endUs; tick++) {
    const nowUs = timeOf(tick);
    while (frame < last && frameEndUs(video, frame) <= nowUs) frame = frameIndex(frame + 1);
    if (frame !== starts.at(-1)?.frame) {
      starts.push({ frame, at: Math.round((tick * 100) / framesPerSecond) });
    }
  }
  const end = Math.round((endUs - startUs) / 1e4);
  return starts.map((start, i) => ({
    frame: start.frame,
    hundredths: Math.max(SHORTEST_HUNDREDTHS, (starts[i + 1]?.at ?? end) - start.at),
  }));
}
