import { invariant } from '../../../core/assert.ts';
import type { AttentionPlan } from './attention-plan.ts';
import { VALUE_WIDTH } from './attention-variant.ts';
import { type BankRows, checkRows, rowCount, rowOf } from './bank-rows.ts';

/** Operands of one attention with one head, row by row. */
export interface AttentionOperands<Tensor> {
  /** `[N,keyWidth]`, with rotary positions and divided by √keyWidth already. */
  readonly queries: Tensor;
  /** `[R,keyWidth]`, R ≥ M; those of mask memories with rotary positions already. */
  readonly keys: Tensor;
  /** `[R,64]` */
  readonly values: Tensor;
  /** The M of those R rows that are attended to. */
  readonly rows: BankRows;
}

/** What one split of the keys leaves of one query. */
interface PartialAttention {
  /** Largest score. */
  readonly maximum: number;
  /** Sum of `exp(score − maximum)`. */
  readonly weightSum: number;
  /** `[64]`, the values summed with those weights. */
  readonly valueSums: Float64Array;
}

/**
 * `softmax(q·kᵀ)·v`, `[N,64]`, without a matrix of scores: each split of the keys is gone through
 * tile by tile with a running maximum, and the splits are merged. Twin of `GpuCrossAttention`, in
 * double precision.
 * @returns a new array, the caller's
 */
export function crossAttention(
  operands: AttentionOperands<Float32Array>,
  plan: AttentionPlan,
): Float32Array<ArrayBuffer> {
  const { queries, keys, keyWidth, splits } = plan;
  invariant(operands.queries.length === queries * keyWidth, 'queries do not fill N × keyWidth');
  const room = operands.values.length / VALUE_WIDTH;
  invariant(operands.keys.length === room * keyWidth, 'there must be a key for each value');
  checkRows(operands.rows, room);
  invariant(rowCount(operands.rows) === keys, 'the plan is for another number of keys');
  const attended = new Float32Array(queries * VALUE_WIDTH);
  for (let query = 0; query < queries; query++) {
    const parts = Array.from({ length: splits }, (_, split) =>
      attendToSplit(operands, plan, { query, split }),
    );
    attended.set(mergeParts(parts), query * VALUE_WIDTH);
  }
  return attended;
}

function attendToSplit(
  operands: AttentionOperands<Float32Array>,
  { keys, keyWidth, keyTile, keysPerSplit }: AttentionPlan,
  { query, split }: { readonly query: number; readonly split: number },
): PartialAttention {
  const end = Math.min((split + 1) * keysPerSplit, keys);
  const valueSums = new Float64Array(VALUE_WIDTH);
  let [maximum, weightSum] = [-Infinity, 0];
  for (let from = split * keysPerSplit; from < end; from += keyTile) {
    const tile = { query, from, to: Math.min(from + keyTile, end) };
    const scores = tileScores(operands, keyWidth, tile);
    const larger = Math.max(maximum, ...scores);
    const factor = Math.exp(maximum - larger);
    weightSum *= factor;
    for (let i = 0; i < VALUE_WIDTH; i++) valueSums[i] = (valueSums[i] ?? 0) * factor;
    for (const [i, score] of scores.entries()) {
      const weight = Math.exp(score - larger);
      weightSum += weight;
      addValue(valueSums, operands.values, { row: rowOf(from + i, operands.rows), weight });
    }
    maximum = larger;
  }
  return { maximum, weightSum, valueSums };
}

function tileScores(
  { queries, keys, rows }: AttentionOperands<Float32Array>,
  width: number,
  { query, from, to }: { readonly query: number; readonly from: number; readonly to: number },
): number[] {
  return Array.from({ length: to - from }, (_, i) => {
    const row = rowOf(from + i, rows);
    let score = 0;
    for (let channel = 0; channel < width; channel++) {
      const k = keys[row * width + channel] ?? NaN;
      score += (queries[query * width + channel] ?? NaN) * k;
    }
    return score;
  });
}

function addValue(
  sums: Float64Array,
  values: Float32Array,
  { row, weight }: { readonly row: number; readonly weight: number },
): void {
  for (let i = 0; i < VALUE_WIDTH; i++) {
    sums[i] = (sums[i] ?? 0) + weight * (values[row * VALUE_WIDTH + i] ?? NaN);
  }
}

function mergeParts(parts: readonly PartialAttention[]): Float64Array {
  const maximum = Math.max(...parts.map((part) => part.maximum));
  const merged = new Float64Array(VALUE_WIDTH);
  let weightSum = 0;
  for (const part of parts) {
    const factor = Math.exp(part.maximum - maximum);
    weightSum += part.weightSum * factor;
    for (const [i, sum] of part.valueSums.entries()) merged[i] = (merged[i] ?? 0) + sum * factor;
  }
  return merged.map((sum) => sum / weightSum);
}
