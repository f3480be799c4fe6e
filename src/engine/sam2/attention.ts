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
  /** `[B·Lq, width]`, B objects one after another. */
  readonly queries: Value;
  /** `[B·Lk, width]` */
  readonly keys: Value;
  /** `[B·Lk, width]` */
  readonly values: Value;
  readonly heads: number;
  /** B, each of which attends to its own tokens; 1 unless given. More make all extents static. */
  readonly objects?: number;
}

/** `transformer.py: Attention`: `[B·Lq, width]`. */
export function attention(g: GraphBuilder, weights: Weights, inputs: MultiHeadInputs): Value {
  const { queries, keys, values, heads, objects = 1 } = inputs;
  const [inner = 0] = weights.shape('q_proj.weight');
  const scale = 1 / Math.sqrt(inner / heads);
  const split = { heads, objects };
  const q = separateHeads(g, linear(g, weights.within('q_proj'), queries, { scale }), split);
  const k = keysByHead(g, weights.within('k_proj'), keys, split);
  const v = separateHeads(g, linear(g, weights.within('v_proj'), values), split);
  const attended = scaledDotProductAttention(g, {
    queries: q,
    keysTransposed: k,
    values: v,
    expectedSymbols: { P: 16 },
  });
  return linear(g, weights.within('out_proj'), recombineHeads(g, attended, split));
}

interface HeadSplit {
  readonly heads: number;
  readonly objects: number;
}

/** `[L, in]` to keys `[heads, c, L]`, or `[B·L, in]` to `[B, heads, c, L]`. */
function keysByHead(
  g: GraphBuilder,
  projection: Weights,
  x: Value,
  { heads, objects }: HeadSplit,
): Value {
  const [inner = 0] = projection.shape('bias');
  if (objects === 1) {
    const transposed = linearTransposed(g, projection, x);
    return g.reshape(transposed, [heads, inner / heads, transposed.dims[1] ?? 0]);
  }
  // A product gives the transpose of one object's keys, or of all; not of each.
  const dims = [objects, Number(x.dims[0]) / objects, heads, inner / heads];
  return g.transpose(g.reshape(linear(g, projection, x), dims), [0, 2, 3, 1]);
}

/** `[L, heads·c]` to `[heads, L, c]`, or `[B·L, heads·c]` to `[B, heads, L, c]`. */
function separateHeads(g: GraphBuilder, x: Value, { heads, objects }: HeadSplit): Value {
  const [tokens = 0, width = 0] = x.dims;
  const channels = Number(width) / heads;
  if (objects === 1) {
    if (heads === 1) return g.reshape(x, [1, tokens, width]);
    return g.transpose(g.reshape(x, [tokens, heads, channels]), [1, 0, 2]);
  }
  const dims = [objects, Number(tokens) / objects, heads, channels];
  return g.transpose(g.reshape(x, dims), [0, 2, 1, 3]);
}

/** The way back, to `[L, heads·c]` or `[B·L, heads·c]`. */
function recombineHeads(g: GraphBuilder, x: Value, { heads, objects }: HeadSplit): Value {
  const [tokens = 0, channels = 0] = x.dims.slice(-2);
  const width = heads * Number(channels);
  if (objects === 1) {
    return g.reshape(heads === 1 ? x : g.transpose(x, [1, 0, 2]), [tokens, width]);
  }
  return g.reshape(g.transpose(x, [0, 2, 1, 3]), [objects * Number(tokens), width]);
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
