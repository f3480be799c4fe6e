import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { MaskSummary } from '../core/prompts.ts';

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
  /** Logit; absent for imported masks. */
  readonly objectScoreLogit: number | undefined;
  /** 0..1; absent for imported masks. */
  readonly predictedIou: number | undefined;
  /** Whether the model says that the object is not in this frame. */
  readonly isAbsent: boolean;
}

/**
 * One object's summaries over the clip: 17 bytes a frame, in chunks that are shared between
 * versions, so that a batch of tracked frames copies only the chunks it falls in. Immutable.
 */
export interface SummaryTrack {
  readonly chunks: readonly (SummaryChunk | undefined)[];
  /** Frames with a mask, empty masks included. */
  readonly coveredFrames: number;
  /** Frames on which the model says that the object is absent. */
  readonly absentFrames: number;
}

/** The summaries of `CHUNK_FRAMES` frames; never changed once it is in a track. */
export interface SummaryChunk {
  /** 0 none, else 1 + position in `ORIGINS`. */
  readonly origin: Uint8Array;
  readonly areaPx: Uint32Array;
  /** NaN: absent. */
  readonly scoreLogit: Float32Array;
  /** NaN: absent. */
  readonly predictedIou: Float32Array;
  /** Tells one mask of the frame from the next, whose numbers may be the same. */
  readonly revision: Uint32Array;
}

/** How many frames a chunk holds. */
export const CHUNK_FRAMES = 512;
const ORIGINS = ['prompt', 'tracked', 'imported', 'kept'] as const;
const PROMPT = 1 + ORIGINS.indexOf('prompt');
const TRACKED = 1 + ORIGINS.indexOf('tracked');
const KEPT = 1 + ORIGINS.indexOf('kept');

/** Summaries written on this page, over all tracks: a number for each mask. */
let revisions = 0;

/** No mask on any frame. */
export const EMPTY_TRACK: SummaryTrack = { chunks: [], coveredFrames: 0, absentFrames: 0 };

/** The frame's summary; absent where there is no mask. */
export function summaryAt(
  track: SummaryTrack | undefined,
  frame: number,
): FrameSummary | undefined {
  const chunk = track?.chunks[Math.floor(frame / CHUNK_FRAMES)];
  const at = frame % CHUNK_FRAMES;
  const code = chunk?.origin[at] ?? 0;
  const origin = ORIGINS[code - 1];
  if (chunk === undefined || origin === undefined) return undefined;
  return {
    origin,
    areaPx: chunk.areaPx[at] ?? 0,
    objectScoreLogit: numberOrUndefined(chunk.scoreLogit[at]),
    predictedIou: numberOrUndefined(chunk.predictedIou[at]),
    isAbsent: isUnseen(chunk, at),
  };
}

/** Whether the frame has a mask, be it an empty one. */
export function hasMask(track: SummaryTrack | undefined, frame: number): boolean {
  return (track?.chunks[Math.floor(frame / CHUNK_FRAMES)]?.origin[frame % CHUNK_FRAMES] ?? 0) !== 0;
}

/** A summary of any origin that the page knows. */
export type PageSummary = Omit<MaskSummary, 'origin'> & { readonly origin: MaskOrigin };

/** A track with the summaries put in, replacing earlier ones of the same frames. */
export function withSummaries(
  track: SummaryTrack,
  summaries: readonly PageSummary[],
): SummaryTrack {
  return edit(track, (editor) => {
    for (const summary of summaries) {
      editor.write(summary.frame, {
        code: 1 + ORIGINS.indexOf(summary.origin),
        areaPx: summary.areaPx,
        scoreLogit: summary.objectScoreLogit ?? Number.NaN,
        predictedIou: summary.predictedIou ?? Number.NaN,
      });
    }
  });
}

/** A track without the summaries of these frames. */
export function withoutFrames(track: SummaryTrack, frames: readonly number[]): SummaryTrack {
  return edit(track, (editor) => {
    for (const frame of frames) {
      editor.write(frame, { code: 0, areaPx: 0, scoreLogit: Number.NaN, predictedIou: Number.NaN });
    }
  });
}

/** The summary of a mask that the model in use does not remember. */
export function asKept(summary: MaskSummary): PageSummary {
  return summary.origin === 'tracked' ? { ...summary, origin: 'kept' } : summary;
}

/** A track whose tracked frames are marked `kept`: their masks stay, the model's memory is gone. */
export function withForgottenMemory(track: SummaryTrack): SummaryTrack {
  const chunks = track.chunks.map((chunk) =>
    chunk === undefined || !chunk.origin.includes(TRACKED)
      ? chunk
      : { ...chunk, origin: chunk.origin.map((code) => (code === TRACKED ? KEPT : code)) },
  );
  return { ...track, chunks };
}

/** Frames with a mask of one of these origins, ascending. */
export function framesOf(track: SummaryTrack, origins: readonly MaskOrigin[]): FrameIndex[] {
  const frames: FrameIndex[] = [];
  forEachSummary(track, (frame, summary) => {
    if (origins.includes(summary.origin)) frames.push(frame);
  });
  return frames;
}

/**
 * The frame nearest to `from`, itself included, whose mask the model in use remembers; absent when
 * there is none in that direction.
 */
export function nearestRemembered(
  track: SummaryTrack,
  from: FrameIndex,
  direction: 'before' | 'after',
): FrameIndex | undefined {
  const step = direction === 'before' ? -1 : 1;
  const end = track.chunks.length * CHUNK_FRAMES;
  const first = direction === 'before' ? Math.min(from, end - 1) : from;
  for (let frame: number = first; frame >= 0 && frame < end; frame += step) {
    const code = track.chunks[Math.floor(frame / CHUNK_FRAMES)]?.origin[frame % CHUNK_FRAMES] ?? 0;
    if (code === PROMPT || code === TRACKED) return frameIndex(frame);
  }
  return undefined;
}

/** The track as messages to the export worker, frames ascending. */
export function toMaskSummaries(objectId: ObjectId, track: SummaryTrack): MaskSummary[] {
  const summaries: MaskSummary[] = [];
  forEachSummary(track, (frame, summary) => {
    summaries.push({
      objectId,
      frame,
      areaPx: summary.areaPx,
      ...(summary.objectScoreLogit === undefined
        ? {}
        : { objectScoreLogit: summary.objectScoreLogit }),
      ...(summary.predictedIou === undefined ? {} : { predictedIou: summary.predictedIou }),
      origin: summary.origin === 'kept' ? 'tracked' : summary.origin,
    });
  });
  return summaries;
}

/** What the frames `[first, end)` hold, for drawing many frames as one mark. */
export interface RangeContent {
  readonly hasMask: boolean;
  readonly hasAbsence: boolean;
  readonly hasImported: boolean;
}

const NOTHING: RangeContent = { hasMask: false, hasAbsence: false, hasImported: false };

/** What is on the frames `[first, end)`. */
export function contentOfRange(
  track: SummaryTrack | undefined,
  first: number,
  end: number,
): RangeContent {
  if (track === undefined || track.coveredFrames === 0) return NOTHING;
  let [hasMask, hasAbsence, hasImported] = [false, false, false];
  for (let frame = first; frame < end; frame++) {
    const chunk = track.chunks[Math.floor(frame / CHUNK_FRAMES)];
    const at = frame % CHUNK_FRAMES;
    const code = chunk?.origin[at] ?? 0;
    if (chunk === undefined || code === 0) continue;
    hasMask = true;
    hasImported ||= ORIGINS[code - 1] === 'imported';
    hasAbsence ||= isUnseen(chunk, at);
  }
  return { hasMask, hasAbsence, hasImported };
}

interface Entry {
  readonly code: number;
  readonly areaPx: number;
  readonly scoreLogit: number;
  readonly predictedIou: number;
}

function edit(
  track: SummaryTrack,
  change: (editor: { write(frame: number, entry: Entry): void }) => void,
): SummaryTrack {
  const chunks = [...track.chunks];
  const own = new Set<number>();
  let { coveredFrames, absentFrames } = track;
  const write = (frame: number, entry: Entry) => {
    const index = Math.floor(frame / CHUNK_FRAMES);
    const at = frame % CHUNK_FRAMES;
    let chunk = chunks[index];
    if (chunk === undefined || !own.has(index)) {
      if (chunk === undefined && entry.code === 0) return;
      chunk = copyChunk(chunk);
      while (chunks.length <= index) chunks.push(undefined);
      chunks[index] = chunk;
      own.add(index);
    }
    coveredFrames -= (chunk.origin[at] ?? 0) === 0 ? 0 : 1;
    absentFrames -= isUnseen(chunk, at) ? 1 : 0;
    chunk.origin[at] = entry.code;
    chunk.areaPx[at] = entry.areaPx;
    chunk.scoreLogit[at] = entry.scoreLogit;
    chunk.predictedIou[at] = entry.predictedIou;
    chunk.revision[at] = ++revisions;
    coveredFrames += entry.code === 0 ? 0 : 1;
    absentFrames += isUnseen(chunk, at) ? 1 : 0;
  };
  change({ write });
  return { chunks, coveredFrames, absentFrames };
}

function copyChunk(chunk: SummaryChunk | undefined): SummaryChunk {
  return {
    origin: chunk?.origin.slice() ?? new Uint8Array(CHUNK_FRAMES),
    areaPx: chunk?.areaPx.slice() ?? new Uint32Array(CHUNK_FRAMES),
    scoreLogit: chunk?.scoreLogit.slice() ?? new Float32Array(CHUNK_FRAMES).fill(Number.NaN),
    predictedIou: chunk?.predictedIou.slice() ?? new Float32Array(CHUNK_FRAMES).fill(Number.NaN),
    revision: chunk?.revision.slice() ?? new Uint32Array(CHUNK_FRAMES),
  };
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

function forEachSummary(
  track: SummaryTrack,
  visit: (frame: FrameIndex, summary: FrameSummary) => void,
): void {
  track.chunks.forEach((chunk, index) => {
    if (chunk === undefined) return;
    for (let at = 0; at < CHUNK_FRAMES; at++) {
      const frame = frameIndex(index * CHUNK_FRAMES + at);
      const summary = summaryAt(track, frame);
      if (summary !== undefined) visit(frame, summary);
    }
  });
}

function numberOrUndefined(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
