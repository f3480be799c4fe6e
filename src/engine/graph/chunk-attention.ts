import { integer } from './attributes.ts';
import type { Graph, GraphNode, Initializer, Value } from './graph.ts';
import { evaluateDim, type SymbolBindings } from './shape.ts';

const FLOAT_BYTES = 4;

/** How large matrices of scores may be. */
export interface ScoreLimit {
  readonly mostBytes: number;
  /** Values of symbolic extents, as large as they usually get. */
  readonly bindings: SymbolBindings;
}

/**
 * The graph for a provider that keeps the scores of a MultiHeadAttention: where they would be too large,
 * the queries are taken in chunks, each over all keys, which changes nothing in the result.
 */
export function chunkAttention(graph: Graph, limit: ScoreLimit): Graph {
  const constants: Initializer[] = [];
  const nodes = graph.nodes.flatMap((node) => {
    const chunks = node.op === 'MultiHeadAttention' ? queryChunks(node, limit) : [];
    return chunks.length > 1 ? inChunks(node, chunks, constants) : [node];
  });
  return constants.length === 0
    ? graph
    : { ...graph, nodes, initializers: [...graph.initializers, ...constants] };
}

type Chunk = readonly [start: number, end: number];

function queryChunks({ inputs, attributes }: GraphNode, limit: ScoreLimit): readonly Chunk[] {
  const [queries, keys] = inputs;
  const extent = (value: Value | undefined, axis: number) =>
    evaluateDim(value?.dims[axis] ?? 0, limit.bindings);
  const heads = attributes['num_heads']?.kind === 'int' ? attributes['num_heads'].value : 1;
  const rows = extent(queries, 1);
  const rowBytes = extent(queries, 0) * heads * extent(keys, 1) * FLOAT_BYTES;
  const most = Math.max(Math.floor(limit.mostBytes / rowBytes), 1);
  const size = Math.ceil(rows / Math.ceil(rows / most));
  const starts = Array.from({ length: Math.ceil(rows / size) }, (_, i) => i * size);
  return starts.map((start) => [start, Math.min(start + size, rows)]);
}

function inChunks(
  node: GraphNode,
  chunks: readonly Chunk[],
  constants: Initializer[],
): readonly GraphNode[] {
  const [queries, ...others] = node.inputs;
  const [result] = node.outputs;
  const int64 = (label: string, number: number): Value => {
    const value: Value = { name: `${node.name}/${label}`, dtype: 'int64', dims: [1] };
    constants.push({ value, source: { kind: 'constant', data: BigInt64Array.of(BigInt(number)) } });
    return value;
  };
  const axis = int64('axis', 1);
  const parts = chunks.map(([start, end], index) => {
    const dims = result.dims.with(1, end - start);
    const named = (op: string): Value => ({
      name: `${node.name}/${op}_${index}`,
      dtype: 'float32',
      dims,
    });
    const [slice, attended] = [named('Slice'), named('MultiHeadAttention')];
    const range = [int64(`start_${index}`, start), int64(`end_${index}`, end), axis];
    const pair: readonly GraphNode[] = [
      {
        name: slice.name,
        op: 'Slice',
        inputs: [queries, ...range],
        outputs: [slice],
        attributes: {},
      },
      { ...node, name: attended.name, inputs: [slice, ...others], outputs: [attended] },
    ];
    return { pair, attended };
  });
  const joined: GraphNode = {
    name: `${node.name}/Concat`,
    op: 'Concat',
    inputs: parts.map(({ attended }) => attended),
    outputs: [result],
    attributes: { axis: integer(1) },
  };
  return [...parts.flatMap(({ pair }) => pair), joined];
}
