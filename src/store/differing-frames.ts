import { frameIndex, type FrameIndex } from '../core/ids.ts';
import { AGREES_FROM } from './agreement.ts';
import { CHUNK_FRAMES, type SummaryChunk } from './summary-chunk.ts';
import type { SummaryTrack } from './summary-track.ts';

const known = new WeakMap<SummaryTrack, readonly FrameIndex[]>();

/** Frames whose mask is another one where the object is tracked in the other direction, ascending. */
export function differingFrames(track: SummaryTrack): readonly FrameIndex[] {
  let frames = known.get(track);
  if (frames === undefined) {
    frames = track.chunks.flatMap((chunk, index) =>
      chunk === undefined ? [] : differingIn(chunk, index * CHUNK_FRAMES),
    );
    known.set(track, frames);
  }
  return frames;
}

function differingIn({ oppositeIou }: SummaryChunk, start: number): FrameIndex[] {
  const frames: FrameIndex[] = [];
  // NaN, where it is not known, is not less.
  oppositeIou.forEach((iou, at) => {
    if (iou < AGREES_FROM) frames.push(frameIndex(start + at));
  });
  return frames;
}
