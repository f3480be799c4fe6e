import { combinedRisk, riskSignals } from './review-signals.ts';
import {
  CHUNK_FRAMES,
  summaryAt,
  type FrameSummary,
  type SummaryChunk,
  type SummaryTrack,
} from './summary-track.ts';

/** A frame whose mask is worth a look. */
export interface FrameRisk {
  readonly frame: number;
  /** 0..1 */
  readonly risk: number;
  /** Why, in words, the strongest first; never empty. */
  readonly reasons: readonly string[];
}

/** Masks of less risk are not worth a look. */
const LEAST_RISK = 0.3;
/** A reason this weak beside a stronger one is not told. */
const LEAST_REASON = 0.2;
/** Frames before, with which a mask is compared. */
const NEIGHBOURS = 5;
/** Fewer masks make no median. */
const FEWEST_NEIGHBOURS = 2;

interface Known {
  /** Its last frames are the neighbours of the first. */
  readonly before: SummaryChunk | undefined;
  readonly risks: readonly FrameRisk[];
}

const known = new WeakMap<SummaryChunk, Known>();

/**
 * Frames of a track that are worth a look, ascending. Frames with prompts are not among them: the
 * user has seen them. Of a track that grew only the new chunks are looked at.
 */
export function riskyFrames(track: SummaryTrack): readonly FrameRisk[] {
  return track.chunks.flatMap((chunk, index) => {
    if (chunk === undefined) return [];
    const before = track.chunks[index - 1];
    const found = known.get(chunk);
    if (found !== undefined && found.before === before) return found.risks;
    const risks = risksOfChunk(track, index);
    known.set(chunk, { before, risks });
    return risks;
  });
}

function risksOfChunk(track: SummaryTrack, index: number): FrameRisk[] {
  const risks: FrameRisk[] = [];
  const start = index * CHUNK_FRAMES;
  for (let frame = start; frame < start + CHUNK_FRAMES; frame++) {
    const summary = summaryAt(track, frame);
    if (summary === undefined || summary.origin === 'prompt') continue;
    const signals = riskSignals({ ...summary, usualAreaPx: usualArea(track, frame) });
    const risk = combinedRisk(signals);
    if (risk < LEAST_RISK) continue;
    const told = signals.filter((signal, at) => at === 0 || signal.risk >= LEAST_REASON);
    risks.push({ frame, risk, reasons: told.map(({ reason }) => reason) });
  }
  return risks;
}

/** Median area of the masks just before; absent where there are too few. */
function usualArea(track: SummaryTrack, frame: number): number | undefined {
  const areas: number[] = [];
  for (let before = Math.max(frame - NEIGHBOURS, 0); before < frame; before++) {
    const summary: FrameSummary | undefined = summaryAt(track, before);
    if (summary !== undefined && !summary.isAbsent) areas.push(summary.areaPx);
  }
  if (areas.length < FEWEST_NEIGHBOURS) return undefined;
  areas.sort((a, b) => a - b);
  const middle = areas.length >> 1;
  const upper = areas[middle] ?? 0;
  return areas.length % 2 === 1 ? upper : (upper + (areas[middle - 1] ?? 0)) / 2;
}
