import { cutGraph } from '../graph/cut-graph.ts';
import type { Graph } from '../graph/graph.ts';
import type { ModelConfig } from './model-config.ts';

/** Stages that begin a part, from 0 on. */
const CUTS = [1, 2];

/**
 * The image encoder in parts, one for each of the first two stages and one for the rest. A recorded graph
 * keeps a buffer for nearly each of its results, and recorded graphs share them: what the first stage needs
 * for its many tokens is then there for the others too.
 * @param graph of the whole encoder
 */
export function imageEncoderParts(graph: Graph, { stages }: ModelConfig): readonly Graph[] {
  const firstNodes = CUTS.map((cut) => {
    const block = stages.slice(0, cut).reduce((sum, count) => sum + count, 0);
    const inBlock = graph.nodes.filter(({ name }) => name.startsWith(`trunk/blocks.${block}/`));
    // The first is the norm, with which the stage before ends: its sum is what the neck takes.
    return inBlock[1];
  });
  return cutGraph(graph, {
    begins: (node) => firstNodes.includes(node),
    isEarly: ({ name }) => !name.startsWith('trunk/'),
  });
}
