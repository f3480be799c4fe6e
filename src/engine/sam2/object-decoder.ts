import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { mlp } from './layers.ts';
import { upscale } from './mask-decoder.ts';
import { densePositionEncoding } from './prompt-encoder.ts';
import { promptlessTokens } from './promptless-tokens.ts';
import { bestMultimask, NO_OBJECT_SCORE, POINTER_PROJECTION } from './sam-heads.ts';
import { FIRST_MASK_ROW, OUTPUT_TOKENS, tokenHeads } from './token-heads.ts';
import { twoWayTransformer } from './two-way-transformer.ts';
import type { Weights } from './weights.ts';

/** A frame on which B objects are looked for. */
export interface ObjectDecoderInputs {
  /** `[B·g²,d]`, the frame with each object's memory, one object after another. */
  readonly conditioned: Value;
  /** `[(S/4)²,d/8]`, the same for all objects, as is `stride8`. */
  readonly stride4: Value;
  /** `[(S/8)²,d/4]` */
  readonly stride8: Value;
}

/** What tracking takes from the decoder for each object. */
export interface DecodedObjects {
  /** `[B,1,S/4,S/4]`, −1024 where the object is not visible. */
  readonly maskLogits: Value;
  /** `[B,1]`, 0..1 */
  readonly iou: Value;
  /** `[B,d]`, `no_obj_ptr` where the object is not visible. */
  readonly objectPointer: Value;
  /** `[B,1]` logit, > 0 where the object is visible. */
  readonly objectScore: Value;
}

/**
 * `sam2_base.py: _forward_sam_heads` with `mask_decoder.py: MaskDecoder.predict_masks` for objects
 * that nothing was said of on this frame, which is what tracking asks: the prompt is constant, and
 * of masks 1 to 3 the best by IoU is output. It is chosen before its logits are computed, so the
 * others' never are.
 */
export function decodeObjects(
  g: GraphBuilder,
  weights: Weights,
  inputs: ObjectDecoderInputs,
): DecodedObjects {
  const decoder = weights.within('sam_mask_decoder');
  const { queries, keys, objects } = attendBothWays(g, weights, inputs);
  const embedding = upscale(g, decoder, keys, inputs);
  const outputs = g.slice(queries, { axis: 1, start: 0, end: OUTPUT_TOKENS });
  const { ious, objectScore, kernels } = tokenHeads(g, decoder, outputs);
  const best = bestMultimask(g, ious, (mask) => rowsOfMask(g, mask, objects));
  const choose = (rows: Value) => g.gather(rows, g.reshape(best.index, [objects]));
  const logits = maskLogits(g, { embedding, kernels: choose(kernels), objects });
  const isVisible = g.greater(objectScore, g.scalar(0));
  const [, , width = 0] = outputs.dims;
  const token = choose(g.reshape(outputs, [objects * OUTPUT_TOKENS, width]));
  const pointer = mlp(g, weights.within('obj_ptr_proj'), token, POINTER_PROJECTION);
  return {
    maskLogits: g.where(
      g.reshape(isVisible, [objects, 1, 1, 1]),
      logits,
      g.scalar(NO_OBJECT_SCORE),
    ),
    iou: best.iou,
    objectPointer: g.where(isVisible, pointer, weights.get('no_obj_ptr')),
    objectScore,
  };
}

/** The embedding `[B·(S/4)²,d/8]` under each object's own kernel `[B,d/8]`: `[B,1,S/4,S/4]`. */
function maskLogits(
  g: GraphBuilder,
  {
    embedding,
    kernels,
    objects,
  }: { readonly embedding: Value; readonly kernels: Value; readonly objects: number },
): Value {
  const [rows = 0, channels = 0] = embedding.dims;
  const pixels = Number(rows) / objects;
  const logits = g.matMul(
    g.reshape(embedding, [objects, pixels, channels]),
    g.reshape(kernels, [objects, channels, 1]),
  );
  const side = Math.sqrt(pixels);
  return g.reshape(logits, [objects, 1, side, side]);
}

/** Without a prompt: two points that are none, and no mask. `[B,T,d]` queries, `[B·g²,d]` keys. */
function attendBothWays(
  g: GraphBuilder,
  weights: Weights,
  { conditioned, stride8 }: ObjectDecoderInputs,
) {
  const decoder = weights.within('sam_mask_decoder');
  const prompts = weights.within('sam_prompt_encoder');
  const [rows = 0, width = 0] = conditioned.dims;
  const grid = Number(stride8.dims[0]) / 4;
  const objects = Number(rows) / grid;
  const { tokens, constantQueries } = promptlessTokens(weights);
  const { queries, keys } = g.scope('transformer', () =>
    twoWayTransformer(g, decoder.within('transformer'), {
      tokens,
      constantQueries,
      image: g.add(conditioned, prompts.get('no_mask_embed.weight')),
      imagePosition: densePositionEncoding(prompts, Math.sqrt(grid)),
      objects,
    }),
  );
  return { queries: g.reshape(queries, [objects, tokens.dims[0] ?? 0, width]), keys, objects };
}

/** int32 `[B,1]`: the rows of a mask's tokens among those of all objects. */
function rowsOfMask(g: GraphBuilder, mask: number, objects: number): Value {
  const row = (_: unknown, object: number) => object * OUTPUT_TOKENS + FIRST_MASK_ROW + mask;
  return g.constant(Int32Array.from({ length: objects }, row), [objects, 1]);
}
