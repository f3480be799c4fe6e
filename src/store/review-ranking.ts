import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import { riskyFrames, type FrameRisk } from './review-risks.ts';
import type { ReviewSlice } from './review-slice.ts';
import { CHUNK_FRAMES } from './summary-chunk.ts';
import type { SummaryTrack } from './summary-track.ts';
import type { Tracklet } from './tracklets-slice.ts';

/** A stretch of frames on which masks of one object are worth a look. */
export interface ReviewItem {
  readonly objectId: ObjectId;
  /** The riskiest of the stretch, the first of equals. */
  readonly frame: FrameIndex;
  /** The stretch is `[first, end)`. */
  readonly first: FrameIndex;
  readonly end: FrameIndex;
  /** Of `frame`, 0..1. */
  readonly risk: number;
  /** Why, in words, the strongest first; never empty. */
  readonly reasons: readonly string[];
  /** Tells the mask of `frame` from the one that takes its place. */
  readonly revision: number;
}

/** Stretches of all objects, riskiest first; those of equal risk by frame, then by object. */
export function rankedItems(items: readonly Tracklet[]): readonly ReviewItem[] {
  let ranked = rankings.get(items);
  if (ranked === undefined) {
    ranked = items.flatMap((tracklet) => itemsOf(tracklet)).sort(byRisk);
    rankings.set(items, ranked);
  }
  return ranked;
}

/** Those of them that the user has not marked as reviewed, in the same order. */
export function openItems(
  items: readonly Tracklet[],
  { reviewed }: ReviewSlice,
): readonly ReviewItem[] {
  const found = openOnes.get(items);
  if (found?.reviewed === reviewed) return found.open;
  const open = rankedItems(items).filter((item) => reviewed[reviewKey(item)] !== item.revision);
  openOnes.set(items, { reviewed, open });
  return open;
}

/** Under which an item is marked as reviewed. */
export function reviewKey({ objectId, frame }: Pick<ReviewItem, 'objectId' | 'frame'>): string {
  return `${objectId}/${frame}`;
}

// A list is asked for by everything that shows a part of it, but changes seldom.
const rankings = new WeakMap<readonly Tracklet[], readonly ReviewItem[]>();
const openOnes = new WeakMap<
  readonly Tracklet[],
  { readonly reviewed: ReviewSlice['reviewed']; readonly open: readonly ReviewItem[] }
>();
const stretches = new WeakMap<SummaryTrack, readonly Omit<ReviewItem, 'objectId'>[]>();

function itemsOf({ id, summaries }: Tracklet): ReviewItem[] {
  let own = stretches.get(summaries);
  if (own === undefined) {
    own = stretchesOf(riskyFrames(summaries)).map((risks) => itemOf(risks, summaries));
    stretches.set(summaries, own);
  }
  return own.map((item) => ({ ...item, objectId: id }));
}

/** Runs of frames that follow each other. */
function stretchesOf(risks: readonly FrameRisk[]): [FrameRisk, ...FrameRisk[]][] {
  const runs: [FrameRisk, ...FrameRisk[]][] = [];
  for (const risk of risks) {
    const run = runs.at(-1);
    if (run?.at(-1)?.frame === risk.frame - 1) run?.push(risk);
    else runs.push([risk]);
  }
  return runs;
}

function itemOf(
  risks: readonly [FrameRisk, ...FrameRisk[]],
  track: SummaryTrack,
): Omit<ReviewItem, 'objectId'> {
  const peak = risks.reduce((best, one) => (one.risk > best.risk ? one : best));
  const chunk = track.chunks[Math.floor(peak.frame / CHUNK_FRAMES)];
  return {
    frame: frameIndex(peak.frame),
    first: frameIndex(risks[0].frame),
    end: frameIndex(risks[0].frame + risks.length),
    risk: peak.risk,
    reasons: peak.reasons,
    revision: chunk?.revision[peak.frame % CHUNK_FRAMES] ?? 0,
  };
}

function byRisk(a: ReviewItem, b: ReviewItem): number {
  return b.risk - a.risk || a.frame - b.frame || a.objectId - b.objectId;
}
