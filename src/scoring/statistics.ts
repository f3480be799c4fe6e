import type { MetricScore } from '../core/scores.ts';
import { pairwiseMean } from './pairwise-mean.ts';

const RECALL_THRESHOLD = 0.5;
const QUARTERS = 4;
/** What keeps halves from being rounded to the even neighbour, in the official code. */
const ROUNDING_NUDGE = 1e-10;

/**
 * Mean, recall and decay of one object over its scored frames.
 *
 * The official code keeps the edges of the quarters as 8-bit numbers. From 257 frames on they
 * overflow: the last quarter is then empty (NaN) or lies somewhere else. `decay` repeats that,
 * `correctedDecay` does not.
 * Source: davis2017-evaluation `utils.py: db_statistics`.
 * @param values at least one
 */
export function statistics(values: Float64Array): MetricScore {
  const edges = quarterEdges(values.length);
  return {
    mean: pairwiseMean(values),
    recall: values.filter((value) => value > RECALL_THRESHOLD).length / values.length,
    decay: decayBetween(
      values,
      edges.map((edge) => edge % 256),
    ),
    correctedDecay: decayBetween(values, edges),
  };
}

/** Means over objects of each object's statistics. One NaN makes the mean NaN, as officially. */
export function pooledStatistics(scores: readonly MetricScore[]): MetricScore {
  const mean = (key: keyof MetricScore) =>
    pairwiseMean(Float64Array.from(scores, (score) => score[key]));
  return {
    mean: mean('mean'),
    recall: mean('recall'),
    decay: mean('decay'),
    correctedDecay: mean('correctedDecay'),
  };
}

/** Indices at which the quarters begin, and the last one's end; both ends are inclusive. */
function quarterEdges(count: number): readonly number[] {
  const step = (count - 1) / QUARTERS;
  return Array.from({ length: QUARTERS + 1 }, (_, i) => {
    const exact = i === QUARTERS ? count : i * step + 1;
    return roundHalfToEven(exact + ROUNDING_NUDGE) - 1;
  });
}

function decayBetween(values: Float64Array, edges: readonly number[]): number {
  const [firstStart = 0, firstEnd = 0, , lastStart = 0, lastEnd = 0] = edges;
  const first = pairwiseMean(values.subarray(firstStart, firstEnd + 1));
  const last = pairwiseMean(values.subarray(lastStart, lastEnd + 1));
  return first - last;
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
