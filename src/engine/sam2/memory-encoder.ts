import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
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
/** `sam2.1_hiera_*.yaml: fuser` */
const [FUSER_LAYERS, FUSER_PADDING] = [2, 3];

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
  const { stride16, objectScoreLogits } = inputs;
  const probability = maskProbability(g, inputs);
  const mask = g.add(g.multiply(probability, g.scalar(SIGMOID_SCALE)), g.scalar(SIGMOID_BIAS));
  const memory = memoryEncoder(g, weights.within('memory_encoder'), stride16, mask);
  if (!weights.has('no_obj_embed_spatial')) return memory;
  const isVisible = g.greater(objectScoreLogits, g.scalar(0));
  const absence = g.where(isVisible, g.scalar(0), weights.get('no_obj_embed_spatial'));
  return addToObjects(g, memory, absence);
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
  if (objects === 1) return g.add(tokens, rows);
  const apart = g.reshape(tokens, [objects, Number(tokens.dims[0]) / Number(objects), channels]);
  return g.reshape(g.add(apart, g.reshape(rows, [objects, 1, channels])), tokens.dims);
}

/** `memory_encoder.py: MemoryEncoder` with `skip_mask_sigmoid`. */
function memoryEncoder(g: GraphBuilder, weights: Weights, stride16: Value, mask: Value): Value {
  const side = Math.sqrt(Number(stride16.dims[0]));
  const masks = g.scope('mask_downsampler', () =>
    maskDownSampler(g, weights.within('mask_downsampler.encoder'), mask),
  );
  let x = addToEach(g, masks, linear(g, weights.within('pix_feat_proj'), stride16));
  for (let i = 0; i < FUSER_LAYERS; i++) {
    const [name, before] = [`fuser.layers.${i}`, x];
    x = g.scope(name, () => cxBlock(g, weights.within(name), before, side));
  }
  return linear(g, weights.within('out_proj'), x);
}

/** `memory_encoder.py: MaskDownSampler`: `[B,1,S,S]` to tokens `[B·g²,d]`. */
function maskDownSampler(g: GraphBuilder, weights: Weights, mask: Value): Value {
  let x = mask;
  const layers = MASK_DOWNSAMPLER_CHANNELS.length - 1;
  for (let i = 0; i < layers; i++) {
    const layer = { conv: weights.within(`${3 * i}`), norm: weights.within(`${3 * i + 1}`) };
    x = convNormGelu(g, layer, x, DOWNSAMPLER_GEOMETRY);
  }
  return linear(g, weights.within(`${3 * layers}`), imageToTokens(g, x));
}

/** `memory_encoder.py: CXBlock` on tokens, its layer scale folded into the last projection. */
function cxBlock(g: GraphBuilder, weights: Weights, x: Value, side: number): Value {
  const conv = weights.within('dwconv');
  const [channels = 0] = conv.shape('bias');
  const image = g.conv(tokensToImage(g, x, side), conv.get('weight'), conv.get('bias'), {
    padding: FUSER_PADDING,
    groups: channels,
  });
  const tokens = imageToTokens(g, image);
  const normed = layerNorm(g, weights.within('norm'), tokens, HIERA_NORM_EPSILON);
  const hidden = g.gelu(linear(g, weights.within('pwconv1'), normed));
  const scaled = g.gemm(hidden, scaledRows(weights, 'pwconv2.weight'), {
    bias: scaledRows(weights, 'pwconv2.bias'),
    transposeB: true,
  });
  return g.add(x, scaled);
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
