import { frameIndex, type FrameIndex } from '../core/ids.ts';
import { confidencesOf, UNCERTAIN_BELOW } from './confidence.ts';
import { CHUNK_FRAMES } from './summary-chunk.ts';
import type { SummaryTrack } from './summary-track.ts';
import type { TrackletsSlice } from './tracklets-slice.ts';

/**
 * Where stretches of uncertain masks begin, ascending. Tracking went wrong there at the latest, so
 * it is the frame to correct.
 */
export function uncertainStarts(track: SummaryTrack): FrameIndex[] {
  return startsOf(track, (chunk, at) => {
    const confidence = chunk === undefined ? undefined : confidencesOf(chunk)[at];
    return confidence !== undefined && confidence < UNCERTAIN_BELOW;
  });
}

/** Where stretches without masks begin, ascending, those before the first mask and after the last left out. */
export function gapStarts(track: SummaryTrack): FrameIndex[] {
  const hasMask = (chunk: Chunk, at: number) => (chunk?.origin[at] ?? 0) !== 0;
  const masks = startsOf(track, hasMask);
  const [first, last] = [masks[0], masks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const gaps = startsOf(track, (chunk, at) => !hasMask(chunk, at));
  return gaps.filter((frame) => frame > first && frame < last);
}

/** The same of the selected object, or of all objects where none is selected; ascending. */
export function uncertainStartsOf({ items, selectedId }: TrackletsSlice): FrameIndex[] {
  const frames = items
    .filter(({ id }) => selectedId === undefined || id === selectedId)
    .flatMap(({ summaries }) => uncertainStarts(summaries));
  return [...new Set(frames)].sort((a, b) => a - b);
}

/** Gaps of the selected object, ascending. */
export function gapStartsOf({ items, selectedId }: TrackletsSlice): FrameIndex[] {
  const selected = items.find(({ id }) => id === selectedId);
  return selected === undefined ? [] : gapStarts(selected.summaries);
}

type Chunk = SummaryTrack['chunks'][number];

function startsOf(track: SummaryTrack, isIn: (chunk: Chunk, at: number) => boolean): FrameIndex[] {
  const starts: FrameIndex[] = [];
  let was = false;
  for (let index = 0; index < track.chunks.length; index++) {
    const chunk = track.chunks[index];
    for (let at = 0; at < CHUNK_FRAMES; at++) {
      const is = isIn(chunk, at);
      if (is && !was) starts.push(frameIndex(index * CHUNK_FRAMES + at));
      was = is;
    }
  }
  return starts;
}
