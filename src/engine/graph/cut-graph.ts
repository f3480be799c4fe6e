import { invariant } from '../../core/assert.ts';
import { type Graph, type GraphNode, resultsOf, type Value } from './graph.ts';

/** Where a graph is cut. */
export interface Cuts {
  /** Whether a part begins with a node, and with it all that follow; the first begins in any case. */
  readonly begins: (node: GraphNode) => boolean;
  /** Whether a node is to be in the first part that has what it takes instead; none unless given. */
  readonly isEarly?: (node: GraphNode) => boolean;
}

/**
 * Cuts a graph into parts that run one after another: each gives what later ones need of it, under the
 * value's own name, besides the outputs of the graph that it makes. Together they do what the graph
 * does, node by node. The first part has the name of the graph.
 */
export function cutGraph(graph: Graph, { begins, isEarly = () => false }: Cuts): readonly Graph[] {
  const groups: GraphNode[][] = [[]];
  const partOfValue = new Map<Value, number>();
  for (const node of graph.nodes) {
    if (begins(node) && groups.at(-1)?.length !== 0) groups.push([]);
    const sources = node.inputs.map((input) => (input && partOfValue.get(input)) ?? 0);
    const part = isEarly(node) ? Math.max(...sources) : groups.length - 1;
    groups[part]?.push(node);
    for (const value of resultsOf(node)) partOfValue.set(value, part);
  }
  return groups.map((nodes, index) => {
    const later = groups.slice(index + 1).flat();
    return partOf(graph, { nodes, later, number: index + 1 });
  });
}

interface Part {
  readonly nodes: readonly GraphNode[];
  /** Of the parts that follow. */
  readonly later: readonly GraphNode[];
  /** From 1 on. */
  readonly number: number;
}

function partOf(graph: Graph, { nodes, later, number }: Part): Graph {
  const makers = new Map(nodes.flatMap((node) => resultsOf(node).map((value) => [value, node])));
  const taken = takenBy(nodes);
  const initializers = graph.initializers.filter(({ value }) => taken.has(value));
  const own = new Set([...makers.keys(), ...initializers.map(({ value }) => value)]);
  const outputs = new Map([...graph.outputs].filter(([, value]) => makers.has(value)));
  for (const value of takenBy(later)) {
    const maker = makers.get(value);
    if (maker === undefined || [...outputs.values()].includes(value)) continue;
    // It would be copied, and a recorded run leaves copies out.
    invariant(maker.op !== 'Reshape', `the cut through ${value.name} is at a reshape`);
    outputs.set(value.name, value);
  }
  return {
    name: number === 1 ? graph.name : `${graph.name}${number}`,
    inputs: [...taken].filter((value) => !own.has(value)),
    outputs,
    nodes,
    initializers,
  };
}

function takenBy(nodes: readonly GraphNode[]): ReadonlySet<Value> {
  return new Set(nodes.flatMap(({ inputs }) => inputs.filter((input) => input !== undefined)));
}
