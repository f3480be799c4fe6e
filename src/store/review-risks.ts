import { riskOf, riskSignals } from './review-signals.ts';
import { CHUNK_FRAMES, isUnseen, type SummaryChunk } from './summary-chunk.ts';
import { summaryAt, type SummaryTrack } from './summary-track.ts';

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
    const facts = { ...summary, usualAreaPx: usualArea(track, frame) };
    const risk = riskOf(facts);
    if (risk < LEAST_RISK) continue;
    const told = riskSignals(facts).filter((one, at) => at === 0 || one.risk >= LEAST_REASON);
    risks.push({ frame, risk, reasons: told.map(({ reason }) => reason) });
  }
  return risks;
}

/** Made once, since every mask needs it for a moment. */
const areas = new Float64Array(NEIGHBOURS);

/** Median area of the masks just before; absent where there are too few. */
function usualArea(track: SummaryTrack, frame: number): number | undefined {
  let count = 0;
  for (let before = Math.max(frame - NEIGHBOURS, 0); before < frame; before++) {
    const chunk = track.chunks[Math.floor(before / CHUNK_FRAMES)];
    const at = before % CHUNK_FRAMES;
    if (chunk === undefined || chunk.origin[at] === 0 || isUnseen(chunk, at)) continue;
    insertSorted(chunk.areaPx[at] ?? 0, count++);
  }
  if (count < FEWEST_NEIGHBOURS) return undefined;
  const upper = areas[count >> 1] ?? 0;
  return count % 2 === 1 ? upper : (upper + (areas[(count >> 1) - 1] ?? 0)) / 2;
}

/** Puts a number in its place among the first `count` of `areas`. */
function insertSorted(value: number, count: number): void {
  let at = count;
  for (; at > 0 && (areas[at - 1] ?? 0) > value; at--) areas[at] = areas[at - 1] ?? 0;
  areas[at] = value;
}
