import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { MaskAgreement, MaskSummary } from '../core/prompts.ts';
import {
  CHUNK_FRAMES,
  copyChunk,
  entryOf,
  IMPORTED,
  isUnseen,
  KEPT,
  NO_MASK,
  PROMPT,
  summaryIn,
  TRACKED,
  writeAgreement,
  writeEntry,
  type ChunkEntry,
  type FrameSummary,
  type MaskOrigin,
  type PageSummary,
  type SummaryChunk,
} from './summary-chunk.ts';

/**
 * One object's summaries over the clip: 30 bytes a frame, in chunks that are shared between
 * versions, so that a batch of tracked frames copies only the chunks it falls in. Immutable.
 */
export interface SummaryTrack {
  readonly chunks: readonly (SummaryChunk | undefined)[];
  /** Frames with a mask, empty masks included. */
  readonly coveredFrames: number;
  /** Frames on which the model says that the object is absent. */
  readonly absentFrames: number;
}

/** No mask on any frame. */
export const EMPTY_TRACK: SummaryTrack = { chunks: [], coveredFrames: 0, absentFrames: 0 };

/** The frame's summary; absent where there is no mask. */
export function summaryAt(
  track: SummaryTrack | undefined,
  frame: number,
): FrameSummary | undefined {
  const chunk = track?.chunks[Math.floor(frame / CHUNK_FRAMES)];
  return chunk && summaryIn(chunk, frame % CHUNK_FRAMES);
}

/** Whether the frame has a mask, be it an empty one. */
export function hasMask(track: SummaryTrack | undefined, frame: number): boolean {
  return (track?.chunks[Math.floor(frame / CHUNK_FRAMES)]?.origin[frame % CHUNK_FRAMES] ?? 0) !== 0;
}

/** Tells the mask of a frame from the one that takes its place; 0 where there was none yet. */
export function revisionAt(track: SummaryTrack | undefined, frame: number): number {
  return track?.chunks[Math.floor(frame / CHUNK_FRAMES)]?.revision[frame % CHUNK_FRAMES] ?? 0;
}

/** A track with the summaries put in, replacing earlier ones of the same frames. */
export function withSummaries(
  track: SummaryTrack,
  summaries: readonly PageSummary[],
): SummaryTrack {
  return edit(track, (editor) => {
    for (const summary of summaries) editor.write(summary.frame, entryOf(summary));
  });
}

/** A track without the summaries of these frames. */
export function withoutFrames(track: SummaryTrack, frames: readonly number[]): SummaryTrack {
  return edit(track, (editor) => {
    for (const frame of frames) editor.write(frame, NO_MASK);
  });
}

/**
 * A track in which masks are noted to agree so well with tracking in the other direction; frames
 * without a mask are passed over.
 */
export function withAgreements(
  track: SummaryTrack,
  found: readonly Pick<MaskAgreement, 'frame' | 'iou'>[],
): SummaryTrack {
  const chunks = [...track.chunks];
  const own = new Set<number>();
  for (const { frame, iou } of found) {
    const index = Math.floor(frame / CHUNK_FRAMES);
    const at = frame % CHUNK_FRAMES;
    let chunk = chunks[index];
    if (chunk === undefined || (chunk.origin[at] ?? 0) === 0) continue;
    if (!own.has(index)) chunk = chunks[index] = copyChunk(chunk);
    own.add(index);
    writeAgreement(chunk, at, iou);
  }
  return { ...track, chunks };
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
      ...(summary.centroid === undefined ? {} : { centroid: summary.centroid }),
      ...(summary.objectScoreLogit === undefined
        ? {}
        : { objectScoreLogit: summary.objectScoreLogit }),
      ...(summary.predictedIou === undefined ? {} : { predictedIou: summary.predictedIou }),
      origin: summary.origin === 'kept' ? 'tracked' : summary.origin,
      ...(summary.direction === undefined ? {} : { direction: summary.direction }),
      ...(summary.oppositeIou === undefined ? {} : { oppositeIou: summary.oppositeIou }),
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
    hasImported ||= code === IMPORTED;
    hasAbsence ||= isUnseen(chunk, at);
  }
  return { hasMask, hasAbsence, hasImported };
}

function edit(
  track: SummaryTrack,
  change: (editor: { write(frame: number, entry: ChunkEntry): void }) => void,
): SummaryTrack {
  const chunks = [...track.chunks];
  const own = new Set<number>();
  let { coveredFrames, absentFrames } = track;
  const write = (frame: number, entry: ChunkEntry) => {
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
    writeEntry(chunk, at, entry);
    coveredFrames += entry.code === 0 ? 0 : 1;
    absentFrames += isUnseen(chunk, at) ? 1 : 0;
  };
  change({ write });
  return { chunks, coveredFrames, absentFrames };
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
