import type { Value } from '../graph/graph.ts';
import type { GraphBuilder, NormedSum, NormOptions } from '../graph/graph-builder.ts';
import { isSameShape } from '../graph/shape.ts';
import type { Weights } from './weights.ts';

/** `nn.LayerNorm` in the transformers: PyTorch's default. */
export const LAYER_NORM_EPSILON = 1e-5;
/** Hiera's LayerNorm, and every `sam2_utils.py: LayerNorm2d`. */
export const HIERA_NORM_EPSILON = 1e-6;

interface LinearOptions {
  /** Only these rows of the weight: the outputs `[start, start + count)`. */
  readonly rows?: readonly [start: number, count: number];
  /** Multiplies the result. */
  readonly scale?: number;
}

/** `nn.Linear`, and a 1×1 convolution of tokens: `[n, in]` to `[n, out]`. */
export function linear(
  g: GraphBuilder,
  weights: Weights,
  x: Value,
  options: LinearOptions = {},
): Value {
  const { weight, bias } = linearWeights(weights, options.rows);
  return g.gemm(x, weight, { bias, transposeB: true, scale: options.scale ?? 1 });
}

/** Over the channels of tokens. */
export function layerNorm(
  g: GraphBuilder,
  weights: Weights,
  x: Value,
  epsilon = LAYER_NORM_EPSILON,
): Value {
  return g.layerNorm(x, normOptions(weights, epsilon));
}

/** Tokens as a sum that the next norm computes. */
export interface PendingSum {
  /** `[B·n,c]` */
  readonly x: Value;
  /** `[B·n,c]`, or `[n,c]` for each of B objects. */
  readonly added: Value;
}

/** The sum and its norm over the channels, both `[B·n,c]`. */
export function normedSum(
  g: GraphBuilder,
  weights: Weights,
  { x, added }: PendingSum,
  epsilon = LAYER_NORM_EPSILON,
): NormedSum {
  const options = normOptions(weights, epsilon);
  if (isSameShape(x.dims, added.dims)) return g.skipLayerNorm(x, added, options);
  const { sum, normed } = g.skipLayerNorm(byObject(g, x, added), added, options);
  return { sum: g.reshape(sum, x.dims), normed: g.reshape(normed, x.dims) };
}

/** `sam2_utils.py: MLP`, with the activation between its layers. */
export function mlp(
  g: GraphBuilder,
  weights: Weights,
  x: Value,
  { layers, activation }: { readonly layers: number; readonly activation: 'relu' | 'gelu' },
): Value {
  let y = x;
  for (let i = 0; i < layers; i++) {
    y = linear(g, weights.within(`layers.${i}`), y);
    if (i < layers - 1) y = g[activation](y);
  }
  return y;
}

/** Channels last: `[n,c,h,w]` to `[n,h,w,c]`. */
export function channelsLast(g: GraphBuilder, x: Value): Value {
  return g.transpose(x, [0, 2, 3, 1]);
}

/** Tokens of n square grids as images: `[n·side², c]` to `[n,c,side,side]`. */
export function tokensToImage(g: GraphBuilder, tokens: Value, side: number): Value {
  const [rows, channels = 0] = tokens.dims;
  const grids = Number(rows) / side ** 2;
  return g.transpose(g.reshape(tokens, [grids, side, side, channels]), [0, 3, 1, 2]);
}

/** Images as tokens, row by row, one image after another: `[n,c,h,w]` to `[n·h·w, c]`. */
export function imageToTokens(g: GraphBuilder, image: Value): Value {
  const [grids, channels = 0, height, width] = image.dims;
  const rows = Number(grids) * Number(height) * Number(width);
  return g.reshape(channelsLast(g, image), [rows, channels]);
}

/** `x + shared`, where x holds the tokens of B objects, `[B·n,c]`, and `shared` is `[n,c]`. */
export function addToEach(g: GraphBuilder, x: Value, shared: Value): Value {
  if (isSameShape(x.dims, shared.dims)) return g.add(x, shared);
  return g.reshape(g.add(byObject(g, x, shared), shared), x.dims);
}

/** The same tokens for each of B objects, `[n,c]` to `[B·n,c]`. */
export function repeatRows(g: GraphBuilder, x: Value, objects: number): Value {
  if (objects === 1) return x;
  const rows = Number(x.dims[0]);
  // Not by a concatenation, for which a GPU compiles a program for each number of objects.
  return g.gather(
    x,
    g.constant(Int32Array.from({ length: objects * rows }, (_, row) => row % rows)),
  );
}

/**
 * A convolution, LayerNorm2d over its channels, GELU: `[n,c,h,w]` to `[n,c',h',w']`. The norm is
 * written channels last, where it is LayerNormalization.
 */
export function convNormGelu(
  g: GraphBuilder,
  { conv, norm, kernel = conv.get('weight') }: ConvNormGelu,
  x: Value,
  geometry: { readonly stride: number; readonly padding: number },
): Value {
  const y = channelsLast(g, g.conv(x, kernel, conv.get('bias'), geometry));
  const activated = g.gelu(layerNorm(g, norm, y, HIERA_NORM_EPSILON));
  return g.transpose(activated, [0, 3, 1, 2]);
}

/** What `convNormGelu` takes its weights from. */
interface ConvNormGelu {
  readonly conv: Weights;
  readonly norm: Weights;
  /** In place of the convolution's own. */
  readonly kernel?: Value;
}

/** `[B·n,c]` as `[B,n,c]`, where `shared` is `[n,c]`. */
function byObject(g: GraphBuilder, x: Value, shared: Value): Value {
  const [tokens = 0, channels = 0] = shared.dims;
  return g.reshape(x, [Number(x.dims[0]) / Number(tokens), tokens, channels]);
}

function normOptions(weights: Weights, epsilon: number): NormOptions {
  return { scale: weights.get('weight'), bias: weights.get('bias'), epsilon };
}

function linearWeights(weights: Weights, rows: LinearOptions['rows']) {
  const [out = 0, width = 0] = weights.shape('weight');
  const [start, count] = rows ?? [0, out];
  return {
    weight: weights.run('weight', [count, width], start * width),
    bias: weights.run('bias', [count], start),
  };
}
