import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { evaluateDim, type SymbolBindings } from '../graph/shape.ts';
import { linear, linearTransposed } from './layers.ts';
import type { Weights } from './weights.ts';

/**
 * Bytes of one matrix of scores. Well under 128 MiB, the least that WebGPU lets a shader bind, so
 * that a bank somewhat fuller than `expectedSymbols` still fits.
 */
const SCORE_BYTES = 64 * 2 ** 20;
const FLOAT_BYTES = 4;

/** Scope of the nodes of `scaledDotProductAttention`: what a kernel of one's own would replace. */
export const ATTENTION_SCOPE = 'scaled_dot_product_attention';

/** What attends to what; the batch axes agree. Scores are not scaled: fold that into `queries`. */
export interface AttentionInputs {
  /** `[…, L, c]` */
  readonly queries: Value;
  /** `[…, c, T]` */
  readonly keysTransposed: Value;
  /** `[…, T, c']` */
  readonly values: Value;
  /** For symbolic extents, values as large as they usually get; they decide the size of a chunk. */
  readonly expectedSymbols?: SymbolBindings;
}

/**
 * `softmax(q·k)·v`, `[…, L, c']`. Where the scores would be too large, the queries are taken in
 * chunks, each over all keys, which changes nothing in the result.
 */
export function scaledDotProductAttention(g: GraphBuilder, inputs: AttentionInputs): Value {
  const { queries, keysTransposed, values } = inputs;
  const chunks = queryChunks(inputs);
  return g.scope(ATTENTION_SCOPE, () => {
    const results = chunks.map(([start, end]) => {
      const chunk = chunks.length === 1 ? queries : g.slice(queries, { axis: -2, start, end });
      return g.matMul(g.softmax(g.matMul(chunk, keysTransposed)), values);
    });
    const [only] = results;
    return only !== undefined && results.length === 1 ? only : g.concat(results, -2);
  });
}

/** Tokens of an attention with several heads, each head seeing a run of the channels. */
export interface MultiHeadInputs {
  /** `[Lq, width]` */
  readonly queries: Value;
  /** `[Lk, width]` */
  readonly keys: Value;
  /** `[Lk, width]` */
  readonly values: Value;
  readonly heads: number;
}

/** `transformer.py: Attention` without batch: `[Lq, width]`. */
export function attention(g: GraphBuilder, weights: Weights, inputs: MultiHeadInputs): Value {
  const { queries, keys, values, heads } = inputs;
  const [inner = 0] = weights.shape('q_proj.weight');
  const scale = 1 / Math.sqrt(inner / heads);
  const q = linear(g, weights.within('q_proj'), queries, { scale });
  const k = linearTransposed(g, weights.within('k_proj'), keys);
  const v = linear(g, weights.within('v_proj'), values);
  const attended = scaledDotProductAttention(g, {
    queries: separateHeads(g, q, heads),
    keysTransposed: g.reshape(k, [heads, inner / heads, k.dims[1] ?? 0]),
    values: separateHeads(g, v, heads),
    expectedSymbols: { P: 16 },
  });
  return linear(g, weights.within('out_proj'), recombineHeads(g, attended));
}

/** `[L, heads·c]` to `[heads, L, c]`. */
function separateHeads(g: GraphBuilder, x: Value, heads: number): Value {
  const [tokens = 0, width = 0] = x.dims;
  if (heads === 1) return g.reshape(x, [1, tokens, width]);
  return g.transpose(g.reshape(x, [tokens, heads, Number(width) / heads]), [1, 0, 2]);
}

/** `[heads, L, c]` to `[L, heads·c]`. */
function recombineHeads(g: GraphBuilder, x: Value): Value {
  const [heads = 0, tokens = 0, width = 0] = x.dims;
  const byToken = heads === 1 ? x : g.transpose(x, [1, 0, 2]);
  return g.reshape(byToken, [tokens, Number(heads) * Number(width)]);
}

function queryChunks(inputs: AttentionInputs): [start: number, end: number][] {
  const { queries, keysTransposed, expectedSymbols = {} } = inputs;
  const extent = (value: Value, axis: number) =>
    evaluateDim(value.dims.at(axis) ?? 0, expectedSymbols);
  const batch = queries.dims.slice(0, -2).reduce<number>((total, dim) => total * Number(dim), 1);
  const [rows, keys] = [extent(queries, -2), extent(keysTransposed, -1)];
  const most = Math.max(Math.floor(SCORE_BYTES / (batch * keys * FLOAT_BYTES)), 1);
  const size = Math.ceil(rows / Math.ceil(rows / most));
  const starts = Array.from({ length: Math.ceil(rows / size) }, (_, i) => i * size);
  return starts.map((start) => [start, Math.min(start + size, rows)]);
}
