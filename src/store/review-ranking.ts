import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import { cameraCuts, type CameraCut, type CameraCuts } from './camera-cuts.ts';
import { riskyFrames, type FrameRisk } from './review-risks.ts';
import type { ReviewSlice } from './review-slice.ts';
import { revisionAt, type SummaryTrack } from './summary-track.ts';
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
  /** How many objects jumped into `frame` together; absent where the item is of one object. */
  readonly jumpedObjects?: number;
}

/**
 * Stretches of all objects, and cuts, riskiest first; those of equal risk by frame, then by object.
 * A cut is one item, of the object that jumped farthest; no other item holds its frame.
 */
export function rankedItems(items: readonly Tracklet[]): readonly ReviewItem[] {
  let ranked = rankings.get(items);
  if (ranked === undefined) {
    const cuts = cameraCuts(items);
    const ofObjects = items.flatMap((tracklet) => itemsOf(tracklet, cuts));
    const ofCuts = cuts.all.map((cut) => itemOfCut(cut, items));
    ranked = [...ofObjects, ...ofCuts].sort(byRisk);
    rankings.set(items, ranked);
  }
  return ranked;
}

/** Those of them that the user has not marked as reviewed, in the same order. */
export function openItems(
  items: readonly Tracklet[],
  { reviewed }: Pick<ReviewSlice, 'reviewed'>,
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
type Stretch = Omit<ReviewItem, 'objectId'>;
const stretches = new WeakMap<
  SummaryTrack,
  { readonly cuts: CameraCuts; readonly own: readonly Stretch[] }
>();

function itemsOf({ id, summaries }: Tracklet, cuts: CameraCuts): ReviewItem[] {
  let found = stretches.get(summaries);
  if (found?.cuts !== cuts) {
    const own = stretchesOf(riskyFrames(summaries, cuts)).map((risks) => itemOf(risks, summaries));
    found = { cuts, own };
    stretches.set(summaries, found);
  }
  return found.own.map((item) => ({ ...item, objectId: id }));
}

function itemOfCut(cut: CameraCut, items: readonly Tracklet[]): ReviewItem {
  const { frame, objectId, objectCount, risk } = cut;
  const summaries = items.find(({ id }) => id === objectId)?.summaries;
  return {
    objectId,
    frame: frameIndex(frame),
    first: frameIndex(frame),
    end: frameIndex(frame + 1),
    risk,
    reasons: [`${objectCount} objects jumped together, as at a cut`],
    revision: revisionAt(summaries, frame),
    jumpedObjects: objectCount,
  };
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

function itemOf(risks: readonly [FrameRisk, ...FrameRisk[]], track: SummaryTrack): Stretch {
  const peak = risks.reduce((best, one) => (one.risk > best.risk ? one : best));
  return {
    frame: frameIndex(peak.frame),
    first: frameIndex(risks[0].frame),
    end: frameIndex(risks[0].frame + risks.length),
    risk: peak.risk,
    reasons: peak.reasons,
    revision: revisionAt(track, peak.frame),
  };
}

function byRisk(a: ReviewItem, b: ReviewItem): number {
  return b.risk - a.risk || a.frame - b.frame || a.objectId - b.objectId;
}
