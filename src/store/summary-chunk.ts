import { videoPoint, type VideoPoint } from '../core/geometry.ts';
import type { MaskSummary, TrackedDirection } from '../core/prompts.ts';
import { AGREES_FROM } from './agreement.ts';

/**
 * Where a mask came from. `kept`: tracked by an engine or a model that is gone; the mask is on the
 * stage, but the model in use remembers nothing of it.
 */
export type MaskOrigin = 'prompt' | 'tracked' | 'imported' | 'kept';

/** What the page knows of one object on one frame. */
export interface FrameSummary {
  readonly origin: MaskOrigin;
  /** Object pixels at the video's size. */
  readonly areaPx: number;
  /** Mean of the centres of the object's pixels; absent for empty masks. */
  readonly centroid: VideoPoint | undefined;
  /** Logit; absent for imported masks. */
  readonly objectScoreLogit: number | undefined;
  /** 0..1; absent for imported masks. */
  readonly predictedIou: number | undefined;
  /** In which it was tracked; absent where it was not, or where that was not noted. */
  readonly direction: TrackedDirection | undefined;
  /** IoU, 0..1, with what tracking in the other direction gave; absent where that is not known. */
  readonly oppositeIou: number | undefined;
  /** Whether the model says that the object is not in this frame. */
  readonly isAbsent: boolean;
}

/** A summary of any origin that the page knows. */
export type PageSummary = Omit<MaskSummary, 'origin'> & { readonly origin: MaskOrigin };

/** The summaries of `CHUNK_FRAMES` frames; never changed once it is in a track. */
export interface SummaryChunk {
  /** 0 none, else 1 + position in `ORIGINS`. */
  readonly origin: Uint8Array;
  readonly areaPx: Uint32Array;
  /** NaN: absent. */
  readonly centroidX: Float32Array;
  /** NaN: absent. */
  readonly centroidY: Float32Array;
  /** NaN: absent. */
  readonly scoreLogit: Float32Array;
  /** NaN: absent. */
  readonly predictedIou: Float32Array;
  /** 0 unknown or not tracked, else 1 + position in `DIRECTIONS`. */
  readonly direction: Uint8Array;
  /** NaN: absent. */
  readonly oppositeIou: Float32Array;
  /** Tells one mask of the frame from the next, whose numbers may be the same. */
  readonly revision: Uint32Array;
}

/** How many frames a chunk holds. */
export const CHUNK_FRAMES = 512;
const ORIGINS = ['prompt', 'tracked', 'imported', 'kept'] as const;
const DIRECTIONS = ['forward', 'reverse'] as const;
/** The code of a mask that prompts gave. */
export const PROMPT = 1 + ORIGINS.indexOf('prompt');
/** The code of a tracked mask. */
export const TRACKED = 1 + ORIGINS.indexOf('tracked');
/** The code of an imported mask. */
export const IMPORTED = 1 + ORIGINS.indexOf('imported');
/** The code of a mask that a model tracked which remembers nothing of it. */
export const KEPT = 1 + ORIGINS.indexOf('kept');

/** Summaries written on this page, over all tracks: a number for each mask. */
let revisions = 0;

/** The summary at a place of a chunk; absent where there is no mask. */
export function summaryIn(chunk: SummaryChunk, at: number): FrameSummary | undefined {
  const origin = ORIGINS[(chunk.origin[at] ?? 0) - 1];
  if (origin === undefined) return undefined;
  return {
    origin,
    areaPx: chunk.areaPx[at] ?? 0,
    centroid: centroidIn(chunk, at),
    objectScoreLogit: numberOrUndefined(chunk.scoreLogit[at]),
    predictedIou: numberOrUndefined(chunk.predictedIou[at]),
    direction: DIRECTIONS[(chunk.direction[at] ?? 0) - 1],
    oppositeIou: numberOrUndefined(chunk.oppositeIou[at]),
    isAbsent: isUnseen(chunk, at),
  };
}

/** What is written of a frame: as in a chunk. */
export interface ChunkEntry {
  readonly code: number;
  readonly areaPx: number;
  readonly centroidX: number;
  readonly centroidY: number;
  readonly scoreLogit: number;
  readonly predictedIou: number;
  readonly direction: number;
  readonly oppositeIou: number;
}

/** What is written where there is no mask. */
export const NO_MASK: ChunkEntry = {
  code: 0,
  areaPx: 0,
  centroidX: Number.NaN,
  centroidY: Number.NaN,
  scoreLogit: Number.NaN,
  predictedIou: Number.NaN,
  direction: 0,
  oppositeIou: Number.NaN,
};

/** A summary as it is written. */
export function entryOf(summary: PageSummary): ChunkEntry {
  const { centroid, direction } = summary;
  return {
    code: 1 + ORIGINS.indexOf(summary.origin),
    areaPx: summary.areaPx,
    centroidX: centroid?.x ?? Number.NaN,
    centroidY: centroid?.y ?? Number.NaN,
    scoreLogit: summary.objectScoreLogit ?? Number.NaN,
    predictedIou: summary.predictedIou ?? Number.NaN,
    direction: direction === undefined ? 0 : 1 + DIRECTIONS.indexOf(direction),
    oppositeIou: summary.oppositeIou ?? Number.NaN,
  };
}

/** Writes into a chunk that is not in a track yet. */
export function writeEntry(chunk: SummaryChunk, at: number, entry: ChunkEntry): void {
  chunk.origin[at] = entry.code;
  chunk.areaPx[at] = entry.areaPx;
  chunk.centroidX[at] = entry.centroidX;
  chunk.centroidY[at] = entry.centroidY;
  chunk.scoreLogit[at] = entry.scoreLogit;
  chunk.predictedIou[at] = entry.predictedIou;
  chunk.direction[at] = entry.direction;
  chunk.oppositeIou[at] = entry.oppositeIou;
  chunk.revision[at] = ++revisions;
}

/** A chunk to write into; an empty one without one to copy. */
export function copyChunk(chunk: SummaryChunk | undefined): SummaryChunk {
  return {
    origin: chunk?.origin.slice() ?? new Uint8Array(CHUNK_FRAMES),
    areaPx: chunk?.areaPx.slice() ?? new Uint32Array(CHUNK_FRAMES),
    centroidX: chunk?.centroidX.slice() ?? unknown(),
    centroidY: chunk?.centroidY.slice() ?? unknown(),
    scoreLogit: chunk?.scoreLogit.slice() ?? unknown(),
    predictedIou: chunk?.predictedIou.slice() ?? unknown(),
    direction: chunk?.direction.slice() ?? new Uint8Array(CHUNK_FRAMES),
    oppositeIou: chunk?.oppositeIou.slice() ?? unknown(),
    revision: chunk?.revision.slice() ?? new Uint32Array(CHUNK_FRAMES),
  };
}

/** Notes how well a mask agrees with tracking in the other direction. */
export function writeAgreement(chunk: SummaryChunk, at: number, iou: number): void {
  chunk.oppositeIou[at] = iou;
  // What was marked as reviewed is to be listed again where this speaks against it.
  if (iou < AGREES_FROM) chunk.revision[at] = ++revisions;
}

/**
 * Whether the frame has a mask and the object is not in it. A mask without a score, such as an
 * imported one, is absent where it is empty.
 */
export function isUnseen(chunk: SummaryChunk, at: number): boolean {
  if ((chunk.origin[at] ?? 0) === 0) return false;
  const score = chunk.scoreLogit[at] ?? Number.NaN;
  return Number.isNaN(score) ? (chunk.areaPx[at] ?? 0) === 0 : score <= 0;
}

function unknown(): Float32Array<ArrayBuffer> {
  return new Float32Array(CHUNK_FRAMES).fill(Number.NaN);
}

function centroidIn(chunk: SummaryChunk, at: number): VideoPoint | undefined {
  const [x = Number.NaN, y = Number.NaN] = [chunk.centroidX[at], chunk.centroidY[at]];
  return Number.isNaN(x) ? undefined : videoPoint(x, y);
}

function numberOrUndefined(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
