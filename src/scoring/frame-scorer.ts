import type { Size } from '../core/geometry.ts';
import { StudioError } from '../core/errors.ts';
import type { FrameCounts, IdPlane, ObjectCounts } from '../core/scores.ts';
import { BoundaryMap } from './boundary-map.ts';
import { BoundaryMatcher } from './boundary-matcher.ts';
import { boundaryRadius } from './boundary-radius.ts';
import { IdRuns } from './id-runs.ts';
import { countRegions } from './region-counts.ts';

/** What DAVIS and its kin give to pixels that nobody could assign. */
export const VOID_ID = 255;

interface FrameScoreOptions {
  /** Leaves out, on both sides, the pixels that are `VOID_ID` in the ground truth. */
  readonly ignoresVoid?: boolean;
}

/**
 * Counts what J and F of every object of a frame are made of. Its memory, the runs and the
 * boundaries of one frame, is used again for the next.
 */
export class FrameScorer {
  readonly #truth = new IdRuns();
  readonly #prediction = new IdRuns();
  readonly #truthBoundary = new BoundaryMap();
  readonly #predictionBoundary = new BoundaryMap();
  #size: Size = { width: 0, height: 0 };
  #matcher: BoundaryMatcher | undefined;

  /** @throws StudioError `file-invalid` when the planes differ in size */
  count(
    truth: IdPlane,
    prediction: IdPlane,
    { ignoresVoid = false }: FrameScoreOptions = {},
  ): FrameCounts {
    refuseOtherSize(truth, prediction);
    const [scoredTruth, scoredPrediction] = ignoresVoid
      ? [withoutVoid(truth, truth), withoutVoid(prediction, truth)]
      : [truth, prediction];
    this.#truth.read(scoredTruth);
    this.#prediction.read(scoredPrediction);
    const regions = countRegions(this.#truth, this.#prediction);
    this.#truthBoundary.trace(this.#truth);
    this.#predictionBoundary.trace(this.#prediction);
    const matcher = this.#matcherFor(truth);
    const objects: ObjectCounts[] = [];
    for (let objectId = 1; objectId < regions.truth.length; objectId++) {
      const truthPixels = regions.truth[objectId] ?? 0;
      const predictionPixels = regions.prediction[objectId] ?? 0;
      if (truthPixels + predictionPixels === 0) continue;
      objects.push({
        objectId,
        truthPixels,
        predictionPixels,
        sharedPixels: regions.shared[objectId] ?? 0,
        ...this.#matchBoundaries(objectId, matcher),
      });
    }
    return { objects };
  }

  #matchBoundaries(objectId: number, matcher: BoundaryMatcher) {
    const truth = this.#truthBoundary.of(objectId);
    const prediction = this.#predictionBoundary.of(objectId);
    return {
      truthBoundary: truth.length,
      predictionBoundary: prediction.length,
      truthMatched: matcher.countMatched(truth, prediction),
      predictionMatched: matcher.countMatched(prediction, truth),
    };
  }

  #matcherFor({ width, height }: Size): BoundaryMatcher {
    const isOther = this.#size.width !== width || this.#size.height !== height;
    if (this.#matcher === undefined || isOther) {
      this.#size = { width, height };
      this.#matcher = new BoundaryMatcher(this.#size, boundaryRadius(this.#size));
    }
    return this.#matcher;
  }
}

function refuseOtherSize(truth: Size, prediction: Size): void {
  if (truth.width === prediction.width && truth.height === prediction.height) return;
  throw new StudioError(
    'file-invalid',
    `The prediction has ${prediction.width} × ${prediction.height} pixels, the ground truth ` +
      `${truth.width} × ${truth.height}.`,
    { hint: 'Scores depend on the size; predict at the size of the ground truth.' },
  );
}

function withoutVoid(plane: IdPlane, truth: IdPlane): IdPlane {
  const ids = plane.ids.map((id, at) => (truth.ids[at] === VOID_ID ? 0 : id));
  return { width: plane.width, height: plane.height, ids };
}
