import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { attention } from './attention.ts';
import { addToEach, layerNorm, mlp, repeatRows } from './layers.ts';
import type { Weights } from './weights.ts';

/** `sam2_base.py: _build_sam_heads` */
const [DEPTH, HEADS] = [2, 8];

/** What B objects start from. */
export interface TwoWayInputs {
  /** `[T,d]` output tokens and prompts, the same for all objects. */
  readonly tokens: Value;
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
    queries: addToEach(g, streams.queries, tokens),
    keys: addToEach(g, streams.keys, imagePosition),
    values: streams.keys,
    heads: HEADS,
    objects,
  });
  const queries = layerNorm(g, weights.within('norm_final_attn'), g.add(streams.queries, final));
  return { queries, keys: streams.keys };
}

/** `sam/transformer.py: TwoWayAttentionBlock`; the first one's queries are the tokens. */
function twoWayAttentionBlock(
  g: GraphBuilder,
  weights: Weights,
  { queries, keys }: Streams,
  { inputs, isFirst }: { readonly inputs: TwoWayInputs; readonly isFirst: boolean },
): Streams {
  const { tokens, imagePosition, objects = 1 } = inputs;
  const attend = (module: string, q: Value, k: Value, values: Value) =>
    attention(g, weights.within(module), { queries: q, keys: k, values, heads: HEADS, objects });
  const norm = (module: string, x: Value) => layerNorm(g, weights.within(module), x);
  const positioned = (q: Value) => addToEach(g, q, tokens);

  let q = isFirst
    ? repeatRows(g, firstQueries(g, weights, tokens), objects)
    : norm(
        'norm1',
        g.add(queries, attend('self_attn', positioned(queries), positioned(queries), queries)),
      );

  // The image is the same for both directions of this block.
  const positionedKeys = addToEach(g, keys, imagePosition);
  q = g.add(q, attend('cross_attn_token_to_image', positioned(q), positionedKeys, keys));
  q = norm('norm2', q);

  q = g.add(q, mlp(g, weights.within('mlp'), q, { layers: 2, activation: 'relu' }));
  q = norm('norm3', q);

  const seen = attend('cross_attn_image_to_token', positionedKeys, positioned(q), q);
  return { queries: q, keys: norm('norm4', g.add(keys, seen)) };
}

/**
 * What the tokens make of each other, once for all objects: `skip_first_layer_pe`. Where nothing was
 * said of them it is constant; of that ONNX Runtime computes the projections when it loads the graph, and
 * the attention and what follows from it on each run.
 */
function firstQueries(g: GraphBuilder, weights: Weights, tokens: Value): Value {
  const module = weights.within('self_attn');
  const seen = attention(g, module, {
    queries: tokens,
    keys: tokens,
    values: tokens,
    heads: HEADS,
  });
  return layerNorm(g, weights.within('norm1'), seen);
}
