import type { Value } from '../graph/graph.ts';
import type { GraphBuilder, RotaryAngles } from '../graph/graph-builder.ts';
import type { SymbolBindings } from '../graph/shape.ts';
import { scaledDotProductAttention } from './attention.ts';
import { linear, normedSum, type PendingSum } from './layers.ts';
import {
  attendToFrame,
  type BankQuestion,
  CROSS_ATTENTION,
  positionedInput,
  takeUpAnswer,
} from './memory-attention-layer.ts';
import type { ModelConfig } from './model-config.ts';
import { rotate, rotaryTables } from './rotary.ts';
import type { Weights } from './weights.ts';

/** A full bank: `num_maskmem` memories and `max_obj_ptrs_in_encoder` pointers. */
const FULL_BANK: SymbolBindings = { N: 7, K: 16 };

/** Tokens of the bank that take rotary positions, or those that do not. */
export interface BankTokens {
  /** `[n,64]`, the values. */
  readonly tokens: Value;
  /** `[n,64]`, tokens plus their positions: the keys. */
  readonly positioned: Value;
}

/** What a frame attends to. */
export interface Bank {
  /** Whole memories one after another, `[N·g²,64]`. */
  readonly spatial: BankTokens;
  /** Pointer tokens, `[K·d/64,64]`; they take no rotary positions. */
  readonly pointers?: BankTokens;
}

/** What all layers share. */
interface Shared {
  readonly rotary: RotaryAngles;
  readonly bank: Bank;
  /** `[T,64]` */
  readonly values: Value;
}

/**
 * `memory_attention.py: MemoryAttention`, without batch, as far as the frame alone goes: the same for
 * every bank.
 * @param weights of `memory_attention`
 * @param current `[g²,d]`, the frame row by row
 */
export function askBank(g: GraphBuilder, weights: Weights, current: Value): BankQuestion {
  const [tokens, width] = current.dims.map(Number);
  const rotary = rotaryTables(weights, Math.sqrt(tokens ?? 0), width ?? 0);
  const input = positionedInput(weights, current);
  return g.scope('layers.0', () => attendToFrame(g, weights.within('layers.0'), input, rotary));
}

/**
 * The rest of it: the features conditioned on the memory bank, `[g²,d]`.
 * @param weights of `memory_attention`
 */
export function answerFrame(
  g: GraphBuilder,
  weights: Weights,
  { question, bank }: { readonly question: BankQuestion; readonly bank: Bank },
  { memoryAttentionLayers }: ModelConfig,
): Value {
  const [tokens, width] = question.x.dims.map(Number);
  const rotary = rotaryTables(weights, Math.sqrt(tokens ?? 0), width ?? 0);
  const shared: Shared = { rotary, bank, values: bankValues(g, bank) };
  const end = (layer: string, asked: BankQuestion) =>
    g.scope(layer, () => endLayer(g, weights.within(layer), asked, shared));
  let ended = end('layers.0', question);
  for (let i = 1; i < memoryAttentionLayers; i++) {
    const [layer, input] = [`layers.${i}`, ended];
    const asked = g.scope(layer, () => attendToFrame(g, weights.within(layer), input, rotary));
    ended = end(layer, asked);
  }
  return normedSum(g, weights.within('norm'), ended).normed;
}

/** All tokens of the bank as values, `[T,64]`. */
export function bankValues(g: GraphBuilder, { spatial, pointers }: Bank): Value {
  return pointers ? g.concat([spatial.tokens, pointers.tokens], 0) : spatial.tokens;
}

/** `memory_attention.py: MemoryAttentionLayer` from its attention to the bank on. */
function endLayer(
  g: GraphBuilder,
  weights: Weights,
  { x, queries }: BankQuestion,
  shared: Shared,
): PendingSum {
  const module = weights.within(CROSS_ATTENTION);
  const attended = g.scope(CROSS_ATTENTION, () => attendToBank(g, module, queries, shared));
  return takeUpAnswer(g, weights, { x, attended });
}

/** `transformer.py: RoPEAttention` of the frame to the bank, without its projections: `[g²,64]`. */
function attendToBank(
  g: GraphBuilder,
  weights: Weights,
  queries: Value,
  { rotary, bank, values }: Shared,
): Value {
  const { spatial, pointers } = bank;
  const projected = { projection: 'k_proj', x: spatial.positioned, rotary, isScaled: false };
  const [, , width = 0] = queries.dims;
  const spatialKeys = g.reshape(rotate(g, weights, projected), [
    spatial.tokens.dims[0] ?? 0,
    width,
  ]);
  const keys =
    pointers === undefined
      ? spatialKeys
      : g.concat([spatialKeys, linear(g, weights.within('k_proj'), pointers.positioned)], 0);
  return scaledDotProductAttention(g, {
    queries: g.reshape(queries, queries.dims.slice(1)),
    keys,
    values,
    expectedSymbols: FULL_BANK,
  });
}
