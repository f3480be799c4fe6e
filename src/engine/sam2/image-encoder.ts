import { invariant } from '../../core/assert.ts';
import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { hiera } from './hiera.ts';
import { linear } from './layers.ts';
import { foldLinear } from './folding.ts';
import type { ModelConfig } from './model-config.ts';
import { reorder, type TokenGrid } from './token-grid.ts';
import type { Weights } from './weights.ts';

/** Tokens row by row, channels last. */
export interface ImageEncoderOutput {
  /** `[(S/4)², d/8]` */
  readonly stride4: Value;
  /** `[(S/8)², d/4]` */
  readonly stride8: Value;
  /** `[g², d]` */
  readonly stride16: Value;
}

/**
 * `backbones/image_encoder.py: ImageEncoder` followed by the mask decoder's `conv_s0` and `conv_s1`
 * (`sam2_base.py: forward_image`).
 *
 * The two finest levels of the neck take nothing from above, so each of their 1×1 convolutions and
 * the decoder's are one. The stride-32 level only goes into stride 16 (`scalp: 1`).
 * @param image `[1,3,S,S]`
 */
export function imageEncoder(
  g: GraphBuilder,
  weights: Weights,
  image: Value,
  config: ModelConfig,
): ImageEncoderOutput {
  const trunk = weights.within('image_encoder.trunk');
  const [stage1, stage2, stage3, stage4] = g.scope('trunk', () => hiera(g, trunk, image, config));
  invariant(stage1 && stage2 && stage3 && stage4, 'the trunk has four stages');
  return g.scope('neck', () => ({
    stride4: highResolution(g, weights, stage1, { lateral: 3, decoder: 'conv_s0' }),
    stride8: highResolution(g, weights, stage2, { lateral: 2, decoder: 'conv_s1' }),
    stride16: topDown(g, lateral(g, weights, stage3, 1), lateral(g, weights, stage4, 0)),
  }));
}

function lateral(g: GraphBuilder, weights: Weights, grid: TokenGrid, index: number): TokenGrid {
  const conv = weights.within(`image_encoder.neck.convs.${index}.conv`);
  return reorder(g, { ...grid, tokens: linear(g, conv, grid.tokens) }, grid.side);
}

/** A lateral convolution and the decoder's convolution of its result, as one. */
function highResolution(
  g: GraphBuilder,
  weights: Weights,
  grid: TokenGrid,
  names: { readonly lateral: number; readonly decoder: string },
): Value {
  const { weight, bias } = foldLinear(weights, {
    outer: `sam_mask_decoder.${names.decoder}`,
    inner: `image_encoder.neck.convs.${names.lateral}.conv`,
  });
  const tokens = g.gemm(grid.tokens, weight, { bias, transposeB: true });
  return reorder(g, { ...grid, tokens }, grid.side).tokens;
}

/** `fine` plus `coarse` enlarged twice by repetition: a broadcast over each cell's 2×2 tokens. */
function topDown(g: GraphBuilder, fine: TokenGrid, coarse: TokenGrid): Value {
  const { side } = coarse;
  const channels = Number(coarse.tokens.dims[1]);
  const sum = g.add(
    g.reshape(fine.tokens, [side, 2, side, 2, channels]),
    g.reshape(coarse.tokens, [side, 1, side, 1, channels]),
  );
  return g.reshape(sum, [4 * side * side, channels]);
}
