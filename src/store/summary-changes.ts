import type { FrameIndex } from '../core/ids.ts';
import { CHUNK_FRAMES } from './summary-chunk.ts';
import type { SummaryTrack } from './summary-track.ts';

type Chunk = SummaryTrack['chunks'][number];

/**
 * Tells where masks were put, replaced or removed between two versions of a track. Costs next to
 * nothing for chunks that both share.
 * @param frames ascending; only these are looked at
 * @param visit gets positions in `frames`, ascending
 */
export function forEachChange(
  [before, after]: readonly [before: SummaryTrack, after: SummaryTrack],
  frames: readonly FrameIndex[],
  visit: (position: number) => void,
): void {
  if (before === after) return;
  const chunkCount = Math.max(before.chunks.length, after.chunks.length);
  for (let index = 0; index < chunkCount; index++) {
    const [old, now] = [before.chunks[index], after.chunks[index]];
    if (old === now) continue;
    const start = index * CHUNK_FRAMES;
    for (let at = firstAtOrAfter(frames, start); at < frames.length; at++) {
      const place = (frames[at] ?? 0) - start;
      if (place >= CHUNK_FRAMES) break;
      if (isOtherMask(old, now, place)) visit(at);
    }
  }
}

/** Position of the first frame that is not before `frame`. */
function firstAtOrAfter(frames: readonly FrameIndex[], frame: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] ?? 0) < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isOtherMask(old: Chunk, now: Chunk, at: number): boolean {
  const [had, has] = [(old?.origin[at] ?? 0) !== 0, (now?.origin[at] ?? 0) !== 0];
  return had !== has || (has && old?.revision[at] !== now?.revision[at]);
}
