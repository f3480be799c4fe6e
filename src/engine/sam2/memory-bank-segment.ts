import { invariant } from '../../core/assert.ts';
import type { Graph } from '../graph/graph.ts';
import { linear } from './layers.ts';
import { CROSS_ATTENTION } from './memory-attention-layer.ts';
import { type Bank, bankValues } from './memory-attention.ts';
import type { Draft } from './model-graphs.ts';
import { rotaryTables, rotate } from './rotary.ts';

/** The graph from a bank with pointers, which is in the draft already, to its keys and values. */
export function bankSegment(draft: Draft, bank: Bank): Graph {
  const { pointers } = bank;
  invariant(pointers !== undefined, 'the segment’s bank has room for pointers');
  const { g, config, gridSide } = draft;
  const weights = draft.weights.within('memory_attention');
  const rotary = rotaryTables(weights, gridSide, config.width);
  for (let i = 0; i < config.memoryAttentionLayers; i++) {
    const module = weights.within(`layers.${i}`).within(CROSS_ATTENTION);
    const x = bank.spatial.positioned;
    const spatial = rotate(g, module, { projection: 'k_proj', x, rotary, isScaled: false });
    const plain = linear(g, module.within('k_proj'), pointers.positioned);
    g.output(`keys${i}`, g.concat([spatial, plain], 0));
  }
  g.output('values', bankValues(g, bank));
  return g.build();
}
