import type { ObjectCounts } from '../core/scores.ts';

/**
 * J: the Jaccard index of the regions, 0..1; 1 where both are empty.
 * Source: davis2017-evaluation `metrics.py: db_eval_iou`.
 */
export function regionSimilarity(counts: ObjectCounts): number {
  const union = counts.truthPixels + counts.predictionPixels - counts.sharedPixels;
  return union === 0 ? 1 : counts.sharedPixels / union;
}

/**
 * F: harmonic mean of the shares of either boundary that the other one reaches, 0..1. No boundary
 * on both sides is agreement, on one side the contrary; a mask that fills the image has none.
 * Source: davis2017-evaluation `metrics.py: f_measure`.
 */
export function boundaryAccuracy(counts: ObjectCounts): number {
  const { truthBoundary, predictionBoundary } = counts;
  if (truthBoundary === 0 || predictionBoundary === 0) {
    return truthBoundary === predictionBoundary ? 1 : 0;
  }
  return harmonicMean(
    counts.predictionMatched / predictionBoundary,
    counts.truthMatched / truthBoundary,
  );
}

/** Precision and recall of the pixels, and the two in one: what a challenge report calls F. */
export interface PixelScore {
  /** Share of the predicted pixels that are right; undefined where none is predicted. */
  readonly precision: number | undefined;
  /** Share of the object's pixels that are found; undefined where there is no object. */
  readonly recall: number | undefined;
  /** Dice coefficient, never below J; undefined where both masks are empty. */
  readonly dice: number | undefined;
}

/**
 * The formula that reports of the VISOR challenge print as F. It looks at pixels, not at the
 * boundary: it is not the challenge's F and must not be averaged with J into a J&F.
 */
export function pixelScore(counts: ObjectCounts): PixelScore {
  const { truthPixels, predictionPixels, sharedPixels } = counts;
  const sumPixels = truthPixels + predictionPixels;
  return {
    precision: share(sharedPixels, predictionPixels),
    recall: share(sharedPixels, truthPixels),
    dice: share(2 * sharedPixels, sumPixels),
  };
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

/** In the order of operations of the official code, so that the last bit is the same. */
function harmonicMean(precision: number, recall: number): number {
  if (precision + recall === 0) return 0;
  return (2 * precision * recall) / (precision + recall);
}
