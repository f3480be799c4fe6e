import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { CandidateIndex, CandidateSummary, PointPrompt } from '../core/prompts.ts';
import type { PreviewStyle } from '../protocol/mask-preview.ts';
import { lonePoint, promptsAt } from './prompts-slice.ts';
import type { StudioState } from './studio-state.ts';

/** What the model's three masks of one point are. */
export interface PointCandidates {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  /** Whose they are, as the prompts hold it. */
  readonly point: PointPrompt;
  readonly items: readonly CandidateSummary[];
}

/** What might be, and is shown in passing. None of it is part of the work. */
export interface PreviewsSlice {
  /** Hovering was too slow or failed, and stays off until the user turns it on again. */
  readonly isPaused: boolean;
  /** On the stage as soon as its mask is there. */
  readonly shown: PreviewStyle | undefined;
  /** Of the point asked about last. */
  readonly candidates: PointCandidates | undefined;
}

/** Nothing shown. */
export const INITIAL_PREVIEWS: PreviewsSlice = {
  isPaused: false,
  shown: undefined,
  candidates: undefined,
};

/** Masks that agree better than this with the best one mean the same. */
const SAME_MASK_IOU = 0.9;

/** The choice that the user has: an ambiguous point of the selected object on the shown frame. */
export interface CandidateChoice extends PointCandidates {
  readonly chosen: CandidateIndex;
}

/** Absent where the prompts mean one thing only. */
export function candidateChoice(state: StudioState): CandidateChoice | undefined {
  const { prompts, previews, tracklets, playback } = state;
  const { candidates } = previews;
  if (candidates === undefined || candidates.objectId !== tracklets.selectedId) return undefined;
  if (candidates.frame !== playback.shownFrame || playback.mode === 'playing') return undefined;
  const here = promptsAt(prompts, candidates.objectId, candidates.frame);
  if (lonePoint(here) !== candidates.point || here?.kind !== 'clicks') return undefined;
  if (candidates.items.every(({ iouWithBest }) => iouWithBest > SAME_MASK_IOU)) return undefined;
  return { ...candidates, chosen: here.candidate ?? bestOf(candidates.items) };
}

function bestOf(items: readonly CandidateSummary[]): CandidateIndex {
  return items.reduce((a, b) => (b.predictedIou > a.predictedIou ? b : a)).candidate;
}
