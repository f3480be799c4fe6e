import { CHUNK_FRAMES, isUnseen, type SummaryChunk } from './summary-chunk.ts';
import type { SummaryTrack } from './summary-track.ts';

/** A mask of less confidence counts as uncertain. */
export const UNCERTAIN_BELOW = 0.5;

/** What of a mask's summary says how sure the model is of it. */
export interface ModelOpinion {
  /** 0..1 */
  readonly predictedIou: number | undefined;
  /** Logit. */
  readonly objectScoreLogit: number | undefined;
  readonly isAbsent: boolean;
}

/**
 * How sure the model is of a mask, 0..1: the least of what it says of its shape, which is the
 * predicted IoU, and of the object's being there or not. Absent where no model made the mask.
 */
export function confidenceOf(opinion: ModelOpinion): number | undefined {
  const { objectScoreLogit, isAbsent } = opinion;
  // The shape of what is not there says nothing.
  const iou = isAbsent ? undefined : opinion.predictedIou;
  const presence = objectScoreLogit === undefined ? undefined : certaintyOf(objectScoreLogit);
  if (iou === undefined) return presence;
  const shape = Math.min(Math.max(iou, 0), 1);
  return presence === undefined ? shape : Math.min(shape, presence);
}

/** How far a decision is from a toss-up, 0..1: `|2·sigmoid(logit) − 1|`. */
export function certaintyOf(logit: number): number {
  return Math.tanh(Math.abs(logit) / 2);
}

/** The least confidence on the frames `[first, end)`; NaN where no mask there has one. */
export function leastConfidence(track: SummaryTrack, first: number, end: number): number {
  let least = Number.NaN;
  for (let frame = first; frame < end; frame++) {
    const chunk = track.chunks[Math.floor(frame / CHUNK_FRAMES)];
    const value = chunk && confidencesOf(chunk)[frame % CHUNK_FRAMES];
    if (value !== undefined && (Number.isNaN(least) || value < least)) least = value;
  }
  return least;
}

const counts = new WeakMap<SummaryChunk, number>();

/** Frames whose mask is uncertain. Asked for at every change of the state: each chunk is counted once. */
export function countUncertain(track: SummaryTrack): number {
  let count = 0;
  for (const chunk of track.chunks) {
    if (chunk !== undefined) count += counts.get(chunk) ?? countInChunk(chunk);
  }
  return count;
}

function countInChunk(chunk: SummaryChunk): number {
  let count = 0;
  for (const value of confidencesOf(chunk)) if (value < UNCERTAIN_BELOW) count++;
  counts.set(chunk, count);
  return count;
}

const known = new WeakMap<SummaryChunk, Float32Array>();

/** Of a chunk's frames; NaN where there is none. Chunks never change, so each is counted once. */
export function confidencesOf(chunk: SummaryChunk): Float32Array {
  let values = known.get(chunk);
  if (values === undefined) {
    values = new Float32Array(CHUNK_FRAMES);
    for (let at = 0; at < CHUNK_FRAMES; at++) values[at] = confidenceAt(chunk, at);
    known.set(chunk, values);
  }
  return values;
}

function confidenceAt(chunk: SummaryChunk, at: number): number {
  if ((chunk.origin[at] ?? 0) === 0) return Number.NaN;
  const [iou, logit] = [chunk.predictedIou[at], chunk.scoreLogit[at]];
  const opinion = {
    predictedIou: Number.isNaN(iou) ? undefined : iou,
    objectScoreLogit: Number.isNaN(logit) ? undefined : logit,
    isAbsent: isUnseen(chunk, at),
  };
  return confidenceOf(opinion) ?? Number.NaN;
}
