import { fullOf } from '../../src/engine/kernels/cross-attention/bank-rows.ts';
import type { AttentionOperands } from '../../src/engine/kernels/cross-attention/cross-attention.ts';
import { seededFloats } from './seeded-random.ts';

/** Operands of an attention with their extents. */
export interface AttentionCase extends AttentionOperands<Float32Array<ArrayBuffer>> {
  readonly extents: { readonly queries: number; readonly keys: number; readonly keyWidth: number };
}

/** Width of the values. */
const VALUE_WIDTH = 64;

/**
 * Operands that are a function of the seed.
 * @param scale of queries and keys, so that scores are within `scale²·keyWidth`
 */
export function buildAttention(
  extents: AttentionCase['extents'],
  { seed = 1, scale = 1 }: { readonly seed?: number; readonly scale?: number } = {},
): AttentionCase {
  const { queries, keys, keyWidth } = extents;
  return {
    extents,
    queries: seededFloats(seed, queries * keyWidth, scale),
    keys: seededFloats(seed + 1, keys * keyWidth, scale),
    values: seededFloats(seed + 2, keys * VALUE_WIDTH),
    rows: fullOf(keys),
  };
}

/** The same with whole numbers from −8 to 8, whose scores float32 holds exactly. */
export function buildWholeAttention(extents: AttentionCase['extents'], seed = 1): AttentionCase {
  const { queries, keys, ...rest } = buildAttention(extents, { seed, scale: 8 });
  return { ...rest, queries: queries.map(Math.round), keys: keys.map(Math.round) };
}

/** The same attention in a bank with room for more: `pointers` of the keys lie behind a gap. */
export function withRoom(
  { queries, keys, values, extents }: AttentionCase,
  { pointers, gap, behind }: { readonly [part in 'pointers' | 'gap' | 'behind']: number },
): AttentionCase {
  const memories = extents.keys - pointers;
  const spread = (data: Float32Array, width: number) => {
    const roomy = new Float32Array(data.length + (gap + behind) * width).fill(NaN);
    roomy.set(data.subarray(0, memories * width));
    roomy.set(data.subarray(memories * width), (memories + gap) * width);
    return roomy;
  };
  return {
    extents,
    queries,
    keys: spread(keys, extents.keyWidth),
    values: spread(values, VALUE_WIDTH),
    rows: { memories, pointersFrom: memories + gap, pointers },
  };
}

/** `softmax(q·kᵀ)·v` by its definition, with all scores of a query at once, in double precision. */
export function naiveAttention({ queries, keys, values, extents }: AttentionCase): Float64Array {
  const { keyWidth } = extents;
  const attended = new Float64Array(extents.queries * VALUE_WIDTH);
  for (let query = 0; query < extents.queries; query++) {
    const scores = Array.from({ length: extents.keys }, (_, key) => {
      let score = 0;
      for (let i = 0; i < keyWidth; i++) {
        score += (queries[query * keyWidth + i] ?? NaN) * (keys[key * keyWidth + i] ?? NaN);
      }
      return score;
    });
    const largest = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - largest));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (const [key, weight] of weights.entries()) {
      for (let i = 0; i < VALUE_WIDTH; i++) {
        const at = query * VALUE_WIDTH + i;
        const value = values[key * VALUE_WIDTH + i] ?? NaN;
        attended[at] = (attended[at] ?? 0) + (weight / sum) * value;
      }
    }
  }
  return attended;
}
