import type { Graph } from '../graph/graph.ts';
import { linear } from './layers.ts';
import { CROSS_ATTENTION } from './memory-attention-layer.ts';
import { type Bank, bankValues } from './memory-attention.ts';
import type { Draft } from './model-graphs.ts';
import { rotaryRows, rotate } from './rotary.ts';

/** The graph from a bank, which is in the draft already, to its keys and values. */
export function bankSegment(draft: Draft, bank: Bank): Graph {
  const { g, config, gridSide } = draft;
  const weights = draft.weights.within('memory_attention');
  const rotary = rotaryRows(weights, gridSide, config.width);
  for (let i = 0; i < config.memoryAttentionLayers; i++) {
    const module = weights.within(`layers.${i}`).within(CROSS_ATTENTION);
    const x = bank.spatial.positioned;
    const spatial = rotate(g, module, { projection: 'k_proj', x, rotary, isScaled: false });
    const keys =
      bank.pointers === undefined
        ? spatial
        : g.concat([spatial, linear(g, module.within('k_proj'), bank.pointers.positioned)], 0);
    g.output(`keys${i}`, keys);
  }
  if (bank.pointers !== undefined) g.output('values', bankValues(g, bank));
  return g.build();
}
