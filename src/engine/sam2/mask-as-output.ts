import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { embedMask } from './prompt-encoder.ts';
import { antialiasMatrix } from './resampling.ts';
import type { Weights } from './weights.ts';

/** `sam2_base.py: _use_mask_as_output`, `out_scale` and `out_bias` */
export const [MASK_SCALE, MASK_BIAS] = [20, -10];
/** Model pixels for each low-resolution logit. */
const REDUCTION = 4;

/** A mask that is output as it is. */
export interface MaskAsOutput {
  /** `[1,1,S/4,S/4]` */
  readonly lowResMaskLogits: Value;
  /** `[g²,d]`, the prompt for the decoder that makes the pointer. */
  readonly densePrompt: Value;
}

/**
 * `sam2_base.py: _use_mask_as_output`: the logits a mask stands for, and the dense prompt it makes.
 * @param mask `[1,1,S,S]`, 0 or 1
 */
export function maskAsOutput(g: GraphBuilder, weights: Weights, mask: Value): MaskAsOutput {
  const size = Number(mask.dims[2]);
  const side = size / REDUCTION;
  const reduce = weights.derive({
    operation: `antialiased reduction of ${size} by ${REDUCTION}`,
    names: [],
    dims: [side, size],
    compute: () => antialiasMatrix(size, REDUCTION),
  });
  const rows = g.matMul(reduce, g.reshape(mask, [size, size]));
  const reduced = g.gemm(rows, reduce, { transposeB: true });
  const logits = g.add(g.multiply(reduced, g.scalar(MASK_SCALE)), g.scalar(MASK_BIAS));
  const downsample = weights.within('mask_downsample');
  const prompt = g.conv(mask, downsample.get('weight'), downsample.get('bias'), {
    stride: REDUCTION,
  });
  return {
    lowResMaskLogits: g.reshape(logits, [1, 1, side, side]),
    densePrompt: embedMask(g, weights.within('sam_prompt_encoder'), prompt),
  };
}
