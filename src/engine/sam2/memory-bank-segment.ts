import { invariant } from '../../core/assert.ts';
import type { Graph, Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { linear } from './layers.ts';
import { CROSS_ATTENTION } from './memory-attention-layer.ts';
import { type Bank, bankValues } from './memory-attention.ts';
import type { Draft } from './model-graphs.ts';
import { rotaryTables, rotate } from './rotary.ts';
import type { Weights } from './weights.ts';

/** A bank that has pointers. */
type WholeBank = Required<Bank>;

/** The graph from a bank with pointers, which is in the draft already, to its keys and values. */
export function bankSegment(draft: Draft, { spatial, pointers }: Bank): Graph {
  invariant(pointers !== undefined, 'the segment’s bank has room for pointers');
  const { g, config } = draft;
  const bank = { spatial, pointers };
  const isStatic = [spatial, pointers].every(({ tokens }) => typeof tokens.dims[0] === 'number');
  const keysOf = isStatic ? keysTogether(draft, bank) : keysInParts(draft, bank);
  for (let i = 0; i < config.memoryAttentionLayers; i++) {
    const module = draft.weights.within(`memory_attention.layers.${i}.${CROSS_ATTENTION}`);
    g.output(`keys${i}`, keysOf(module));
  }
  g.output('values', bankValues(g, bank));
  return g.build();
}

/** A layer's keys, T rows of d channels, from the weights of its attention to the bank. */
type KeysOf = (module: Weights) => Value;

/** Of any room. */
function keysInParts(draft: Draft, { spatial, pointers }: WholeBank): KeysOf {
  const { g, config, gridSide } = draft;
  const rotary = rotaryTables(draft.weights, gridSide, config.width);
  const x = spatial.positioned;
  return (module) => {
    const turned = rotate(g, module, { projection: 'k_proj', x, rotary, isScaled: false });
    const plain = linear(g, module.within('k_proj'), pointers.positioned);
    return g.concat([g.reshape(turned, [x.dims[0] ?? 0, config.width]), plain], 0);
  };
}

/** All rows as one; those of pointers are turned by the first angles, which are zero. */
function keysTogether(draft: Draft, { spatial, pointers }: WholeBank): KeysOf {
  const { g, config, gridSide } = draft;
  const angles = rotaryTables(draft.weights, gridSide, config.width);
  const positioned = g.concat([spatial.positioned, pointers.positioned], 0);
  const rows = angleRows(g, {
    tokens: gridSide ** 2,
    spatial: Number(spatial.tokens.dims[0]),
    count: Number(positioned.dims[0]),
  });
  return (module) => {
    const projected = linear(g, module.within('k_proj'), positioned);
    const dims = [positioned.dims[0] ?? 0, 1, config.width];
    return g.rotaryEmbedding(g.reshape(projected, dims), { ...angles, rows });
  };
}

/** int64 `[T,1]`: its place in its frame for each token of a memory, the first for the others. */
function angleRows(
  g: GraphBuilder,
  {
    tokens,
    spatial,
    count,
  }: { readonly tokens: number; readonly spatial: number; readonly count: number },
): Value {
  const row = (_: unknown, i: number) => BigInt(i < spatial ? i % tokens : 0);
  return g.constant(BigInt64Array.from({ length: count }, row), [count, 1]);
}
