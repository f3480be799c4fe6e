import type { ScoreLimit } from '../graph/chunk-attention.ts';
import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { divideDim, evaluateDim, type SymbolBindings } from '../graph/shape.ts';
import { linear, repeatRows } from './layers.ts';
import type { Weights } from './weights.ts';

/**
 * Of one matrix of scores, where there is one. Well under 128 MiB, the least that WebGPU lets a shader
 * bind, so that a bank somewhat fuller than expected still fits.
 */
export const SCORE_LIMIT: ScoreLimit = { mostBytes: 64 * 2 ** 20, bindings: { P: 16 } };
const FLOAT_BYTES = 4;

/** Scope of the nodes of attention without its projections: what a kernel of one's own would replace. */
export const ATTENTION_SCOPE = 'scaled_dot_product_attention';

/** What attends to what, with one head, once or n times. Scores are not scaled: fold that into `queries`. */
export interface AttentionInputs {
  /** `[L, c]` or `[n, L, c]` */
  readonly queries: Value;
  /** `[T, c]` or `[n, T, c]` */
  readonly keys: Value;
  /** `[T, c']` or `[n, T, c']` */
  readonly values: Value;
  /** For symbolic extents, values as large as they usually get; they decide the size of a chunk. */
  readonly expectedSymbols?: SymbolBindings;
}

/**
 * `softmax(q·kᵀ)·v`, `[L, c']` or `[n, L, c']`. Where the scores would be too large, the queries are taken in
 * chunks, each over all keys, which changes nothing in the result.
 */
export function scaledDotProductAttention(g: GraphBuilder, inputs: AttentionInputs): Value {
  const { queries, keys, values } = inputs;
  const chunks = queryChunks(inputs);
  return g.scope(ATTENTION_SCOPE, () => {
    const score = scoring(g, keys);
    const results = chunks.map(([start, end]) => {
      const chunk = chunks.length === 1 ? queries : g.slice(queries, { axis: -2, start, end });
      return g.matMul(g.softmax(score(chunk)), values);
    });
    const [only] = results;
    return only !== undefined && results.length === 1 ? only : g.concat(results, -2);
  });
}

/** The product of queries and keys. Of matrices it is one program, of n it needs the keys transposed. */
function scoring(g: GraphBuilder, keys: Value): (queries: Value) => Value {
  if (keys.dims.length === 2) return (queries) => g.gemm(queries, keys, { transposeB: true });
  const transposed = g.transpose(keys, [0, 2, 1]);
  return (queries) => g.matMul(queries, transposed);
}

/** Tokens with what is added to them before they are projected. */
export interface PositionedTokens {
  /** `[B·L, width]`, B objects one after another. */
  readonly x: Value;
  /**
   * `[L, width]`, constant: its projection, which ONNX Runtime computes when it loads the graph, takes
   * the place of the bias, and nothing is added on a run. Absent: x has its positions.
   */
  readonly position?: Value;
}

/** Tokens of an attention with several heads, each head seeing a run of the channels. */
export interface MultiHeadInputs {
  readonly queries: PositionedTokens;
  readonly keys: PositionedTokens;
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
  const project = (projection: string, { x, position }: PositionedTokens) => {
    const module = weights.within(projection);
    const projected =
      position === undefined
        ? linear(g, module, x)
        : g.gemm(x, module.get('weight'), {
            bias: repeatRows(g, linear(g, module, position), objects),
            transposeB: true,
          });
    const tokens = divideDim(x.dims[0] ?? 0, objects) ?? 0;
    return g.reshape(projected, [objects, tokens, inner]);
  };
  const [q, k, v] = [
    project('q_proj', queries),
    project('k_proj', keys),
    project('v_proj', { x: values }),
  ];
  const attended = g.scope(ATTENTION_SCOPE, () =>
    g.multiHeadAttention({ queries: q, keys: k, values: v, heads }),
  );
  return linear(
    g,
    weights.within('out_proj'),
    g.reshape(attended, [queries.x.dims[0] ?? 0, inner]),
  );
}

function queryChunks(inputs: AttentionInputs): readonly QueryRange[] {
  const { queries, keys, expectedSymbols = {} } = inputs;
  const extent = (value: Value, axis: number) =>
    evaluateDim(value.dims.at(axis) ?? 0, expectedSymbols);
  const count = queries.dims.slice(0, -2).reduce<number>((total, dim) => total * Number(dim), 1);
  return queryRanges({ count, queries: extent(queries, -2), keys: extent(keys, -2) });
}

type QueryRange = readonly [start: number, end: number];

/**
 * The queries whose scores are made at once, so that those of all `count` attentions stay under
 * `SCORE_LIMIT`.
 */
export function queryRanges({
  count,
  queries,
  keys,
}: Readonly<Record<'count' | 'queries' | 'keys', number>>): readonly QueryRange[] {
  const most = Math.max(Math.floor(SCORE_LIMIT.mostBytes / (count * keys * FLOAT_BYTES)), 1);
  const size = Math.ceil(queries / Math.ceil(queries / most));
  const starts = Array.from({ length: Math.ceil(queries / size) }, (_, i) => i * size);
  return starts.map((start) => [start, Math.min(start + size, queries)]);
}
