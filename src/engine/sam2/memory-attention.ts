import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { SymbolBindings } from '../graph/shape.ts';
import { scaledDotProductAttention } from './attention.ts';
import { foldLinear } from './folding.ts';
import { layerNorm, linear } from './layers.ts';
import type { ModelConfig } from './model-config.ts';
import { axialRotaryTables, sinePositionTable, transposed } from './position-encoding.ts';
import { type RotaryTables, rotateTransposed, rotate } from './rotary.ts';
import type { Weights } from './weights.ts';

/** How much of the position encoding is added to the input, `memory_attention.py: MemoryAttention`. */
const INPUT_POSITION_FACTOR = 0.1;
/** A full bank: `num_maskmem` memories and `max_obj_ptrs_in_encoder` pointers. */
const FULL_BANK: SymbolBindings = { N: 7, K: 16 };

/** Module, and scope, of the attention to the bank. */
export const CROSS_ATTENTION = 'cross_attn_image';

/** Tokens of the bank that take rotary positions, or those that do not. */
export interface BankTokens {
  /** `[n,64]`, the values. */
  readonly tokens: Value;
  /** `[n,64]`, tokens plus their positions: the keys. */
  readonly positioned: Value;
}

/** The frame and the bank it attends to, without batch. */
export interface MemoryAttentionInputs {
  /** `[g²,d]`, row by row. */
  readonly current: Value;
  /** Whole memories one after another, `[N·g²,64]`. */
  readonly spatial: BankTokens;
  /** Pointer tokens, `[K·d/64,64]`; they take no rotary positions. */
  readonly pointers?: BankTokens;
}

/** What all layers share. */
interface Shared {
  readonly rotary: RotaryTables;
  readonly spatial: Value;
  readonly pointers: Value | undefined;
  /** `[T,64]` */
  readonly values: Value;
}

/**
 * `memory_attention.py: MemoryAttention`, without batch: the current features conditioned on the
 * memory bank, `[g²,d]`.
 * @param weights of `memory_attention`
 */
export function memoryAttention(
  g: GraphBuilder,
  weights: Weights,
  inputs: MemoryAttentionInputs,
  config: ModelConfig,
): Value {
  const { current, spatial, pointers } = inputs;
  const { width } = config;
  const side = Math.sqrt(Number(current.dims[0]));
  const position = weights.derive({
    operation: `sine position ${INPUT_POSITION_FACTOR} of ${side} by ${width}`,
    names: [],
    dims: [side * side, width],
    compute: () => sinePositionTable(side, width, INPUT_POSITION_FACTOR),
  });
  const shared: Shared = {
    rotary: rotaryTables(weights, side, width),
    spatial: spatial.positioned,
    pointers: pointers?.positioned,
    values: pointers ? g.concat([spatial.tokens, pointers.tokens], 0) : spatial.tokens,
  };
  let x = g.add(current, position);
  for (let i = 0; i < config.memoryAttentionLayers; i++) {
    const [name, before] = [`layers.${i}`, x];
    x = g.scope(name, () => memoryAttentionLayer(g, weights.within(name), before, shared));
  }
  return layerNorm(g, weights.within('norm'), x);
}

/** `memory_attention.py: MemoryAttentionLayer` */
function memoryAttentionLayer(
  g: GraphBuilder,
  weights: Weights,
  input: Value,
  shared: Shared,
): Value {
  const norm = (name: string, x: Value) => layerNorm(g, weights.within(name), x);
  const module = (name: string, attend: (weights: Weights) => Value) =>
    g.scope(name, () => attend(weights.within(name)));
  const normed = norm('norm1', input);
  const self = module('self_attn', (own) => selfAttention(g, own, normed, shared.rotary));
  let x = g.add(input, self);
  const queries = norm('norm2', x);
  x = g.add(
    x,
    module(CROSS_ATTENTION, (own) => crossAttention(g, own, queries, shared)),
  );
  const hidden = g.relu(linear(g, weights.within('linear1'), norm('norm3', x)));
  return g.add(x, linear(g, weights.within('linear2'), hidden));
}

/**
 * `transformer.py: RoPEAttention` of the frame to itself. With one head, and rows of attention that
 * sum to 1, the output projection goes into the values: `A·(x·Wvᵀ + bv)·Woᵀ + bo =
 * A·(x·(Wo·Wv)ᵀ + Wo·bv + bo)`.
 */
function selfAttention(g: GraphBuilder, weights: Weights, x: Value, rotary: RotaryTables): Value {
  const { weight, bias } = foldLinear(weights, { outer: 'out_proj', inner: 'v_proj' });
  return scaledDotProductAttention(g, {
    queries: rotate(g, weights, { projection: 'q_proj', x, rotary, isScaled: true }),
    keysTransposed: rotateTransposed(g, weights, { projection: 'k_proj', x, rotary }),
    values: g.gemm(x, weight, { bias, transposeB: true }),
  });
}

/**
 * `transformer.py: RoPEAttention` of the frame to the bank. The values are linear in the 64-wide
 * memory, so attention is applied to the memory itself and value and output projection follow as
 * one: the largest product of the model runs at a quarter of the width.
 */
function crossAttention(g: GraphBuilder, weights: Weights, x: Value, shared: Shared): Value {
  const { rotary, spatial, pointers, values } = shared;
  const spatialKeys = rotateTransposed(g, weights, { projection: 'k_proj', x: spatial, rotary });
  const attended = scaledDotProductAttention(g, {
    queries: rotate(g, weights, { projection: 'q_proj', x, rotary, isScaled: true }),
    keysTransposed:
      pointers === undefined
        ? spatialKeys
        : g.concat([spatialKeys, plainKeys(g, weights, pointers)], 1),
    values,
    expectedSymbols: FULL_BANK,
  });
  const { weight, bias } = foldLinear(weights, { outer: 'out_proj', inner: 'v_proj' });
  return g.gemm(attended, weight, { bias, transposeB: true });
}

function plainKeys(g: GraphBuilder, weights: Weights, x: Value): Value {
  const projection = weights.within('k_proj');
  const [width = 0] = projection.shape('bias');
  const bias = projection.get('bias', [width, 1]);
  return g.gemm(projection.get('weight'), x, { bias, transposeB: true });
}

function rotaryTables(weights: Weights, side: number, width: number): RotaryTables {
  const tokens = side * side;
  const table = (name: 'cos' | 'sin', isTransposed: boolean) =>
    weights.derive({
      operation: `rotary ${name}${isTransposed ? ' transposed' : ''} of ${side} by ${width}`,
      names: [],
      dims: isTransposed ? [width, 1, tokens] : [tokens, width],
      compute: () => {
        const data = axialRotaryTables(side, width)[name];
        return isTransposed ? transposed(data, tokens) : data;
      },
    });
  return {
    cos: table('cos', false),
    sin: table('sin', false),
    cosTransposed: table('cos', true),
    sinTransposed: table('sin', true),
  };
}
