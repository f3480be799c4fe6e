import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { attention } from './attention.ts';
import { layerNorm, mlp } from './layers.ts';
import type { Weights } from './weights.ts';

/** `sam2_base.py: _build_sam_heads` */
const [DEPTH, HEADS] = [2, 8];

/** Tokens without batch. */
export interface TwoWayInputs {
  /** `[T,d]` output tokens and prompts. */
  readonly tokens: Value;
  /** `[g²,d]` */
  readonly image: Value;
  /** `[g²,d]` position encoding of the image. */
  readonly imagePosition: Value;
}

interface Streams {
  readonly queries: Value;
  readonly keys: Value;
}

/**
 * `sam/transformer.py: TwoWayTransformer`: tokens and image attend to each other.
 * @returns queries `[T,d]` and keys `[g²,d]`
 */
export function twoWayTransformer(
  g: GraphBuilder,
  weights: Weights,
  inputs: TwoWayInputs,
): Streams {
  const { tokens, image, imagePosition } = inputs;
  let streams: Streams = { queries: tokens, keys: image };
  for (let i = 0; i < DEPTH; i++) {
    const layer = weights.within(`layers.${i}`);
    const before = streams;
    streams = g.scope(`layers.${i}`, () =>
      twoWayAttentionBlock(g, layer, before, { inputs, skipsFirstPosition: i === 0 }),
    );
  }
  const final = attention(g, weights.within('final_attn_token_to_image'), {
    queries: g.add(streams.queries, tokens),
    keys: g.add(streams.keys, imagePosition),
    values: streams.keys,
    heads: HEADS,
  });
  const queries = layerNorm(g, weights.within('norm_final_attn'), g.add(streams.queries, final));
  return { queries, keys: streams.keys };
}

/** `sam/transformer.py: TwoWayAttentionBlock` */
function twoWayAttentionBlock(
  g: GraphBuilder,
  weights: Weights,
  { queries, keys }: Streams,
  options: { readonly inputs: TwoWayInputs; readonly skipsFirstPosition: boolean },
): Streams {
  const { tokens, imagePosition } = options.inputs;
  const attend = (module: string, q: Value, k: Value, values: Value) =>
    attention(g, weights.within(module), { queries: q, keys: k, values, heads: HEADS });
  const norm = (module: string, x: Value) => layerNorm(g, weights.within(module), x);

  let q = queries;
  if (options.skipsFirstPosition) {
    q = attend('self_attn', q, q, q);
  } else {
    const positioned = g.add(q, tokens);
    q = g.add(q, attend('self_attn', positioned, positioned, q));
  }
  q = norm('norm1', q);

  // The image is the same for both directions of this block.
  const positionedKeys = g.add(keys, imagePosition);
  q = g.add(q, attend('cross_attn_token_to_image', g.add(q, tokens), positionedKeys, keys));
  q = norm('norm2', q);

  q = g.add(q, mlp(g, weights.within('mlp'), q, { layers: 2, activation: 'relu' }));
  q = norm('norm3', q);

  const seen = attend('cross_attn_image_to_token', positionedKeys, g.add(q, tokens), q);
  return { queries: q, keys: norm('norm4', g.add(keys, seen)) };
}
