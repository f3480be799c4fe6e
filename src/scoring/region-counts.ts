import { invariant } from '../core/assert.ts';
import type { IdPlane } from '../core/scores.ts';

const IDS = 256;

/** Pixels of each id in two planes of one size, and those that both give to it. */
export interface RegionCounts {
  readonly truth: Uint32Array;
  readonly prediction: Uint32Array;
  readonly shared: Uint32Array;
}

/** Each array has 256 entries, by id. */
export function countRegions(truth: IdPlane, prediction: IdPlane): RegionCounts {
  const counts = {
    truth: new Uint32Array(IDS),
    prediction: new Uint32Array(IDS),
    shared: new Uint32Array(IDS),
  };
  const [truthIds, predictionIds] = [truth.ids, prediction.ids];
  invariant(truthIds.length === predictionIds.length, 'planes differ in size');
  const add = (truthId: number, predictionId: number, run: number) => {
    counts.truth[truthId] = (counts.truth[truthId] ?? 0) + run;
    counts.prediction[predictionId] = (counts.prediction[predictionId] ?? 0) + run;
    if (truthId === predictionId) counts.shared[truthId] = (counts.shared[truthId] ?? 0) + run;
  };
  let start = 0;
  let [truthId, predictionId] = [truthIds[0] ?? 0, predictionIds[0] ?? 0];
  for (let at = 0; at < truthIds.length; at++) {
    if (truthIds[at] === truthId && predictionIds[at] === predictionId) continue;
    add(truthId, predictionId, at - start);
    start = at;
    truthId = truthIds[at] ?? 0;
    predictionId = predictionIds[at] ?? 0;
  }
  add(truthId, predictionId, truthIds.length - start);
  return counts;
}
