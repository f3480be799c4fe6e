import { FewNumbers } from './few-numbers.ts';
import { CHUNK_FRAMES, isUnseen, type SummaryChunk } from './summary-chunk.ts';
import type { SummaryTrack } from './summary-track.ts';

/** How an object came into a frame from where it was seen last. */
export interface Motion {
  /** Between the two centroids. */
  readonly movedPx: number;
  /** 1: it was seen on the frame before. */
  readonly frames: number;
  /** Median over its last steps, in pixels a frame. */
  readonly usualPx: number;
  /** Side of a square of the area that it had when it was seen last. */
  readonly sizePx: number;
}

/** Longest absence over which two places of an object are compared: it may be anywhere after more. */
const LONGEST_GAP = 5;
/** Steps whose median is the usual speed: a wrong one among them, or two, do not move it. */
const STEPS = 5;
/** With fewer steps nothing is known of how fast the object is; a prompt may be on a fast one. */
const FEWEST_STEPS = 2;
/** Objects below 8 × 8 pixels are taken as that large: their centroid trembles by some pixels. */
const LEAST_SIZE_PX = 8;
/** A hand that speeds up doubles its speed from one frame to the next; rarely more. */
const SPEED_UP = 2;

/** Made once, since every mask needs it for a moment. */
const speeds = new FewNumbers(STEPS);

/**
 * Absent where the object is not seen on the frame, was not seen shortly before, or has not been
 * seen often enough for its speed to be known.
 * @param from frames before this are of another scene
 */
export function motionInto(track: SummaryTrack, frame: number, from: number): Motion | undefined {
  const here = chunkSeenAt(track, frame);
  const last = here && lastSeen(track, frame, from);
  if (here === undefined || last === undefined) return undefined;
  speeds.clear();
  for (let later = last; speeds.count < STEPS;) {
    const earlier = lastSeen(track, later, from);
    if (earlier === undefined) break;
    speeds.add(distance(track, earlier, later) / (later - earlier));
    later = earlier;
  }
  if (speeds.count < FEWEST_STEPS) return undefined;
  const areaPx = chunkSeenAt(track, last)?.areaPx[last % CHUNK_FRAMES] ?? 0;
  return {
    movedPx: distance(track, last, frame),
    frames: frame - last,
    usualPx: speeds.median,
    sizePx: Math.max(Math.sqrt(areaPx), LEAST_SIZE_PX),
  };
}

/**
 * How many of its own sides an object moved beyond what its usual speed explains, sped up at that;
 * 0 or less where that explains all. At 1 a square shares nothing with where it was.
 */
export function unexplainedSides({ movedPx, frames, usualPx, sizePx }: Motion): number {
  return (movedPx - SPEED_UP * usualPx * frames) / sizePx;
}

/** The frame before `frame` on which the object was seen; absent where that is too long ago. */
function lastSeen(track: SummaryTrack, frame: number, from: number): number | undefined {
  const first = Math.max(frame - LONGEST_GAP, from, 0);
  for (let at = frame - 1; at >= first; at--) {
    if (chunkSeenAt(track, at) !== undefined) return at;
  }
  return undefined;
}

/** The frame's chunk, where the object is seen on the frame and it is known where. */
function chunkSeenAt(track: SummaryTrack, frame: number): SummaryChunk | undefined {
  const chunk = track.chunks[Math.floor(frame / CHUNK_FRAMES)];
  const at = frame % CHUNK_FRAMES;
  if (chunk === undefined || (chunk.origin[at] ?? 0) === 0 || isUnseen(chunk, at)) return undefined;
  return Number.isNaN(chunk.centroidX[at] ?? Number.NaN) ? undefined : chunk;
}

function distance(track: SummaryTrack, a: number, b: number): number {
  return Math.hypot(
    coordinate(track, a, 'centroidX') - coordinate(track, b, 'centroidX'),
    coordinate(track, a, 'centroidY') - coordinate(track, b, 'centroidY'),
  );
}

function coordinate(track: SummaryTrack, frame: number, axis: 'centroidX' | 'centroidY'): number {
  const chunk = track.chunks[Math.floor(frame / CHUNK_FRAMES)];
  return chunk?.[axis][frame % CHUNK_FRAMES] ?? 0;
}
