import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { addArrays, foldLinear, type LinearPair } from './folding.ts';
import {
  addToEach,
  convNormGelu,
  HIERA_NORM_EPSILON,
  imageToTokens,
  layerNorm,
  linear,
  tokensToImage,
} from './layers.ts';
import { MASK_DOWNSAMPLER_CHANNELS } from './state-dict.ts';
import type { Weights } from './weights.ts';

/** `sam2.1_hiera_*.yaml: sigmoid_scale_for_mem_enc`, `sigmoid_bias_for_mem_enc` */
const [SIGMOID_SCALE, SIGMOID_BIAS] = [20, -10];
/** `sam2.1_hiera_*.yaml: mask_downsampler`, kernel 3 */
const DOWNSAMPLER_GEOMETRY = { stride: 2, padding: 1 };
const DOWNSAMPLER_LAYERS = MASK_DOWNSAMPLER_CHANNELS.length - 1;
const MASK_PROJECTION = `mask_downsampler.encoder.${3 * DOWNSAMPLER_LAYERS}`;
/** `sam2.1_hiera_*.yaml: fuser`, kernel 7 */
const FUSER_PADDING = 3;
const [FIRST_FUSER_LAYER, LAST_FUSER_LAYER] = ['fuser.layers.0', 'fuser.layers.1'];
/** `memory_encoder.py: MemoryEncoder.out_proj` of what the fuser's last block adds to its tokens. */
const MEMORY_PROJECTION: LinearPair = {
  outer: 'memory_encoder.out_proj',
  inner: `memory_encoder.${LAST_FUSER_LAYER}.pwconv2`,
  scale: `memory_encoder.${LAST_FUSER_LAYER}.gamma`,
};
/** `sam2_base.py: no_obj_embed_spatial`, of SAM 2.1 */
const ABSENCE = 'no_obj_embed_spatial';

/** A frame and the masks of B objects that were found on it. */
export interface MemoryEncoderInputs {
  /** `[g²,d]`, without memory. */
  readonly stride16: Value;
  /** `[B,1,S,S]` */
  readonly maskLogits: Value;
  /** `[B,1]` */
  readonly objectScoreLogits: Value;
  /**
   * int32 `[1]`; 1: the frame was prompted, and the mask counts as it is shown. Absent: it was
   * tracked.
   */
  readonly isMaskFromPoints?: Value;
}

/** `sam2_base.py: _encode_new_memory`: memories `[B·g²,64]`, one after another. */
export function encodeNewMemory(
  g: GraphBuilder,
  weights: Weights,
  inputs: MemoryEncoderInputs,
): Value {
  const encoder = weights.within('memory_encoder');
  // 20·p − 10, but for the 20, which the first convolution has.
  const mask = g.add(maskProbability(g, inputs), g.scalar(SIGMOID_BIAS / SIGMOID_SCALE));
  const fused = fuse(g, encoder, inputs.stride16, mask);
  const side = Math.sqrt(Number(inputs.stride16.dims[0]));
  const hidden = g.scope(LAST_FUSER_LAYER, () =>
    cxHidden(g, encoder.within(LAST_FUSER_LAYER), fused, side),
  );
  const rows = biasOfObjects(g, weights, inputs.objectScoreLogits);
  // The projection of the last block's sum is that of its two terms, 64 channels each and not d.
  const isOneRow = rows.dims.length === 1 || rows.dims[0] === 1;
  const passed = g.gemm(fused, linearMatrix(encoder, 'out_proj'), {
    ...(isOneRow && { bias: rows }),
    transposeB: true,
  });
  const { weight } = foldLinear(weights, MEMORY_PROJECTION);
  const memory = g.gemm(hidden, weight, { bias: passed, transposeB: true });
  return isOneRow ? memory : addToObjects(g, memory, rows);
}

/** What is added to all tokens of an object: `[c]` if the same to all objects, else `[B,c]`. */
function biasOfObjects(g: GraphBuilder, weights: Weights, objectScoreLogits: Value): Value {
  const { bias } = foldLinear(weights, MEMORY_PROJECTION);
  if (!weights.has(ABSENCE)) return bias;
  const isVisible = g.greater(objectScoreLogits, g.scalar(0));
  return g.where(
    isVisible,
    bias,
    foldLinear(weights, { ...MEMORY_PROJECTION, added: ABSENCE }).bias,
  );
}

/** 0…1, or 0 and 1 of a mask that counts as it is shown. */
function maskProbability(
  g: GraphBuilder,
  { maskLogits, isMaskFromPoints }: MemoryEncoderInputs,
): Value {
  if (isMaskFromPoints === undefined) return g.sigmoid(maskLogits);
  const binary = g.cast(g.greater(maskLogits, g.scalar(0)), 'float32');
  const isBinary = g.greater(isMaskFromPoints, g.constant(Int32Array.of(0)));
  return g.where(isBinary, binary, g.sigmoid(maskLogits));
}

/** Adds a row of `[B,c]` to all tokens of its object, `[B·n,c]`. */
function addToObjects(g: GraphBuilder, tokens: Value, rows: Value): Value {
  const [objects = 0, channels = 0] = rows.dims;
  const apart = g.reshape(tokens, [objects, Number(tokens.dims[0]) / Number(objects), channels]);
  return g.reshape(g.add(apart, g.reshape(rows, [objects, 1, channels])), tokens.dims);
}

/**
 * `memory_encoder.py: MemoryEncoder` with `skip_mask_sigmoid`, up to the fuser's first block.
 * @param mask to be multiplied by `SIGMOID_SCALE`
 */
function fuse(g: GraphBuilder, encoder: Weights, stride16: Value, mask: Value): Value {
  const side = Math.sqrt(Number(stride16.dims[0]));
  const masks = g.scope('mask_downsampler', () =>
    maskDownSampler(g, encoder.within('mask_downsampler.encoder'), mask),
  );
  const x = projectSum(g, encoder, masks, stride16);
  return g.scope(FIRST_FUSER_LAYER, () => cxBlock(g, encoder.within(FIRST_FUSER_LAYER), x, side));
}

/** The last projections of masks and of the frame, added: tokens `[B·g²,d]`. */
function projectSum(g: GraphBuilder, encoder: Weights, masks: Value, stride16: Value): Value {
  const [maskLayer, frameLayer] = [MASK_PROJECTION, 'pix_feat_proj'];
  const bias = encoder.derive({
    operation: 'sum',
    names: [`${maskLayer}.bias`, `${frameLayer}.bias`],
    dims: encoder.shape(`${maskLayer}.bias`),
    compute: addArrays,
  });
  const matrix = (layer: string) => linearMatrix(encoder, layer);
  const frame = g.gemm(stride16, matrix(frameLayer), { bias, transposeB: true });
  if (masks.dims[0] === frame.dims[0]) {
    return g.gemm(masks, matrix(maskLayer), { bias: frame, transposeB: true });
  }
  return addToEach(g, g.gemm(masks, matrix(maskLayer), { transposeB: true }), frame);
}

/** The weight of a 1×1 convolution as that of a linear layer, `[out, in]`. */
function linearMatrix(weights: Weights, layer: string): Value {
  const [out = 0, width = 0] = weights.shape(`${layer}.weight`);
  return weights.get(`${layer}.weight`, [out, width]);
}

/** `memory_encoder.py: MaskDownSampler` but for its last projection: `[B,1,S,S]` to `[B·g²,d]`. */
function maskDownSampler(g: GraphBuilder, weights: Weights, mask: Value): Value {
  let x = mask;
  for (let i = 0; i < DOWNSAMPLER_LAYERS; i++) {
    const [conv, norm] = [weights.within(`${3 * i}`), weights.within(`${3 * i + 1}`)];
    const kernel = i === 0 ? timesSigmoidScale(conv) : conv.get('weight');
    x = convNormGelu(g, { conv, norm, kernel }, x, DOWNSAMPLER_GEOMETRY);
  }
  return imageToTokens(g, x);
}

function timesSigmoidScale(conv: Weights): Value {
  return conv.derive({
    operation: `times ${SIGMOID_SCALE}`,
    names: ['weight'],
    dims: conv.shape('weight'),
    compute: (kernel = new Float32Array()) => kernel.map((value) => value * SIGMOID_SCALE),
  });
}

/** `memory_encoder.py: CXBlock` on tokens, its layer scale folded into the last projection. */
function cxBlock(g: GraphBuilder, weights: Weights, x: Value, side: number): Value {
  const scaled = g.gemm(cxHidden(g, weights, x, side), scaledRows(weights, 'pwconv2.weight'), {
    bias: scaledRows(weights, 'pwconv2.bias'),
    transposeB: true,
  });
  return g.add(x, scaled);
}

/** What `CXBlock` makes of its tokens before `pwconv2`. */
function cxHidden(g: GraphBuilder, weights: Weights, x: Value, side: number): Value {
  const conv = weights.within('dwconv');
  const [channels = 0] = conv.shape('bias');
  const image = g.conv(tokensToImage(g, x, side), conv.get('weight'), conv.get('bias'), {
    padding: FUSER_PADDING,
    groups: channels,
  });
  const tokens = imageToTokens(g, image);
  const normed = layerNorm(g, weights.within('norm'), tokens, HIERA_NORM_EPSILON);
  return g.gelu(linear(g, weights.within('pwconv1'), normed));
}

/** Rows multiplied by `gamma`. */
function scaledRows(weights: Weights, name: string): Value {
  const dims = weights.shape(name);
  const rowLength = dims.slice(1).reduce((product, dim) => product * dim, 1);
  return weights.derive({
    operation: 'rows scaled',
    names: [name, 'gamma'],
    dims,
    compute: (rows = new Float32Array(), gamma = new Float32Array()) =>
      rows.map((value, i) => value * (gamma[Math.floor(i / rowLength)] ?? 0)),
  });
}
