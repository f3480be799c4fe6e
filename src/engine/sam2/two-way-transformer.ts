import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { attention, type PositionedTokens } from './attention.ts';
import { addToEach, layerNorm, mlp, normedSum, repeatRows } from './layers.ts';
import type { Weights } from './weights.ts';

/** `sam2_base.py: _build_sam_heads` */
const DEPTH = 2;
/** Of all attentions of the mask decoder. */
export const HEADS = 8;

/** What B objects start from. */
export interface TwoWayInputs {
  /** `[T,d]` output tokens and prompts, the same for all objects. */
  readonly tokens: Value;
  /**
   * `[T,d]`, what the tokens make of each other in the first block, where they are constant. What their
   * projections add as positions is constant then too.
   */
  readonly constantQueries?: Value;
  /** `[B·g²,d]`, one object after another. */
  readonly image: Value;
  /** `[g²,d]` position encoding of the image. */
  readonly imagePosition: Value;
  /** B; 1 unless given. */
  readonly objects?: number;
}

interface Streams {
  readonly queries: Value;
  readonly keys: Value;
}

/**
 * `sam/transformer.py: TwoWayTransformer`: tokens and image attend to each other.
 * @returns queries `[B·T,d]` and keys `[B·g²,d]`
 */
export function twoWayTransformer(
  g: GraphBuilder,
  weights: Weights,
  inputs: TwoWayInputs,
): Streams {
  const { tokens, image, imagePosition, objects = 1 } = inputs;
  let streams: Streams = { queries: tokens, keys: image };
  for (let i = 0; i < DEPTH; i++) {
    const layer = weights.within(`layers.${i}`);
    const before = streams;
    streams = g.scope(`layers.${i}`, () =>
      twoWayAttentionBlock(g, layer, before, { inputs, isFirst: i === 0 }),
    );
  }
  const final = attention(g, weights.within('final_attn_token_to_image'), {
    queries: positionedQueries(g, inputs, streams.queries),
    keys: { x: addToEach(g, streams.keys, imagePosition) },
    values: streams.keys,
    heads: HEADS,
    objects,
  });
  const residual = { x: streams.queries, added: final };
  const { normed } = normedSum(g, weights.within('norm_final_attn'), residual);
  return { queries: normed, keys: streams.keys };
}

/** The queries with the tokens as their positions. */
function positionedQueries(
  g: GraphBuilder,
  { tokens, constantQueries }: TwoWayInputs,
  queries: Value,
): PositionedTokens {
  return constantQueries === undefined
    ? { x: addToEach(g, queries, tokens) }
    : { x: queries, position: tokens };
}

/** `sam/transformer.py: TwoWayAttentionBlock`; the first one's queries are the tokens. */
function twoWayAttentionBlock(
  g: GraphBuilder,
  weights: Weights,
  { queries, keys }: Streams,
  { inputs, isFirst }: { readonly inputs: TwoWayInputs; readonly isFirst: boolean },
): Streams {
  const { imagePosition, objects = 1 } = inputs;
  const attend = (module: string, q: PositionedTokens, k: PositionedTokens, values: Value) =>
    attention(g, weights.within(module), { queries: q, keys: k, values, heads: HEADS, objects });
  const add = (norm: string, x: Value, added: Value) =>
    normedSum(g, weights.within(norm), { x, added }).normed;
  const positioned = (q: Value) => positionedQueries(g, inputs, q);

  let q = isFirst
    ? repeatRows(g, firstQueries(g, weights, inputs), objects)
    : add('norm1', queries, attend('self_attn', positioned(queries), positioned(queries), queries));

  // The image is the same for both directions of this block.
  const positionedKeys = { x: addToEach(g, keys, imagePosition) };
  q = add('norm2', q, attend('cross_attn_token_to_image', positioned(q), positionedKeys, keys));
  q = add('norm3', q, mlp(g, weights.within('mlp'), q, { layers: 2, activation: 'relu' }));
  const seen = attend('cross_attn_image_to_token', positionedKeys, positioned(q), q);
  return { queries: q, keys: add('norm4', keys, seen) };
}

/** What the tokens make of each other, once for all objects: `skip_first_layer_pe`. */
function firstQueries(
  g: GraphBuilder,
  weights: Weights,
  { tokens, constantQueries }: TwoWayInputs,
): Value {
  if (constantQueries !== undefined) return constantQueries;
  const same = { x: tokens };
  const seen = attention(g, weights.within('self_attn'), {
    queries: same,
    keys: same,
    values: tokens,
    heads: HEADS,
  });
  return layerNorm(g, weights.within('norm1'), seen);
}
