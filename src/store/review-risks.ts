import { NO_CUTS, type CameraCuts } from './camera-cuts.ts';
import { FewNumbers } from './few-numbers.ts';
import { riskOf, riskSignals } from './review-signals.ts';
import { CHUNK_FRAMES, isUnseen, type SummaryChunk } from './summary-chunk.ts';
import { summaryAt, type SummaryTrack } from './summary-track.ts';
import { motionInto } from './track-motion.ts';

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
/** Frames before, with which a mask's area is compared. */
const NEIGHBOURS = 5;
/** Fewer masks make no median. */
const FEWEST_NEIGHBOURS = 2;

interface Known {
  /** Its last frames are the neighbours of the first. */
  readonly before: SummaryChunk | undefined;
  readonly cuts: CameraCuts;
  readonly risks: readonly FrameRisk[];
}

const known = new WeakMap<SummaryChunk, Known>();

/**
 * Frames of a track that are worth a look, ascending. Frames with prompts are not among them: the
 * user has seen them. Nor are cuts, which are of all objects; masks are not compared across them.
 * Of a track that grew only the new chunks are looked at.
 */
export function riskyFrames(track: SummaryTrack, cuts: CameraCuts = NO_CUTS): readonly FrameRisk[] {
  return track.chunks.flatMap((chunk, index) => {
    if (chunk === undefined) return [];
    const before = track.chunks[index - 1];
    const found = known.get(chunk);
    if (found !== undefined && found.before === before && found.cuts === cuts) return found.risks;
    const risks = risksOfChunk(track, index, cuts);
    known.set(chunk, { before, cuts, risks });
    return risks;
  });
}

function risksOfChunk(track: SummaryTrack, index: number, cuts: CameraCuts): FrameRisk[] {
  const risks: FrameRisk[] = [];
  const start = index * CHUNK_FRAMES;
  for (let frame = start; frame < start + CHUNK_FRAMES; frame++) {
    const summary = summaryAt(track, frame);
    if (summary === undefined || summary.origin === 'prompt' || cuts.isCut(frame)) continue;
    const from = cuts.sceneStart(frame);
    const facts = {
      ...summary,
      usualAreaPx: usualArea(track, frame, from),
      motion: motionInto(track, frame, from),
    };
    const risk = riskOf(facts);
    if (risk < LEAST_RISK) continue;
    const told = riskSignals(facts).filter((one, at) => at === 0 || one.risk >= LEAST_REASON);
    risks.push({ frame, risk, reasons: told.map(({ reason }) => reason) });
  }
  return risks;
}

/** Made once, since every mask needs it for a moment. */
const areas = new FewNumbers(NEIGHBOURS);

/** Median area of the masks just before; absent where there are too few. */
function usualArea(track: SummaryTrack, frame: number, from: number): number | undefined {
  areas.clear();
  for (let before = Math.max(frame - NEIGHBOURS, from); before < frame; before++) {
    const chunk = track.chunks[Math.floor(before / CHUNK_FRAMES)];
    const at = before % CHUNK_FRAMES;
    if (chunk === undefined || chunk.origin[at] === 0 || isUnseen(chunk, at)) continue;
    areas.add(chunk.areaPx[at] ?? 0);
  }
  return areas.count < FEWEST_NEIGHBOURS ? undefined : areas.median;
}
