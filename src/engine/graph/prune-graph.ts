import { type Graph, type GraphNode, type NodeOutputs, resultsOf, type Value } from './graph.ts';

/**
 * The graph without what none of its outputs needs: nodes, results of nodes after their first, which are
 * optional in all ops that have such, and initializers. ONNX Runtime would compute and upload them. Inputs
 * stay, since callers give them.
 */
export function withoutUnused(graph: Graph): Graph {
  const needed = new Set<Value | undefined>(graph.outputs.values());
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!resultsOf(node).some((result) => needed.has(result))) continue;
    const [first, ...others] = node.outputs;
    const kept = others.map((result) => (needed.has(result) ? result : undefined));
    const last = kept.findLastIndex((result) => result !== undefined);
    const outputs: NodeOutputs = [first, ...kept.slice(0, last + 1)];
    for (const input of node.inputs) {
      if (input !== undefined) needed.add(input);
    }
    nodes.push({ ...node, outputs });
  }
  const initializers = graph.initializers.filter(({ value }) => needed.has(value));
  return { ...graph, nodes: nodes.toReversed(), initializers };
}
