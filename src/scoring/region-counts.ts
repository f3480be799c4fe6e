import type { IdRuns } from './id-runs.ts';

const IDS = 256;

/** Pixels of each id in two planes of one size, and those that both give to it. */
export interface RegionCounts {
  readonly truth: Uint32Array;
  readonly prediction: Uint32Array;
  readonly shared: Uint32Array;
}

/** Each array has 256 entries, by id. */
export function countRegions(truth: IdRuns, prediction: IdRuns): RegionCounts {
  const shared = new Uint32Array(IDS);
  for (let y = 0; y < truth.height; y++) addShared(shared, truth, prediction, y);
  return { truth: areas(truth), prediction: areas(prediction), shared };
}

function areas({ ends, ids, rowStarts, height }: IdRuns): Uint32Array {
  const areas = new Uint32Array(IDS);
  for (let y = 0; y < height; y++) {
    let start = 0;
    for (let run = rowStarts[y] ?? 0; run < (rowStarts[y + 1] ?? 0); run++) {
      const id = ids[run] ?? 0;
      const end = ends[run] ?? 0;
      areas[id] = (areas[id] ?? 0) + end - start;
      start = end;
    }
  }
  return areas;
}

function addShared(shared: Uint32Array, truth: IdRuns, prediction: IdRuns, y: number): void {
  let truthRun = truth.rowStarts[y] ?? 0;
  let predictionRun = prediction.rowStarts[y] ?? 0;
  for (let x = 0; x < truth.width;) {
    const [truthEnd, predictionEnd] = [
      truth.ends[truthRun] ?? 0,
      prediction.ends[predictionRun] ?? 0,
    ];
    const end = Math.min(truthEnd, predictionEnd);
    const id = truth.ids[truthRun] ?? 0;
    if (id === prediction.ids[predictionRun]) shared[id] = (shared[id] ?? 0) + end - x;
    if (truthEnd === end) truthRun++;
    if (predictionEnd === end) predictionRun++;
    x = end;
  }
}
