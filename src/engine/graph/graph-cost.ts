import { type Graph, type GraphNode, type OpType, resultsOf, type Value } from './graph.ts';
import { graphRun, type NodeRun } from './graph-run.ts';
import { evaluateDim, type SymbolBindings } from './shape.ts';

/** What something costs to run once. */
export interface Cost {
  /** Floating-point operations; a multiply-add is two. 0 for ops that only move data. */
  readonly flop: number;
  /** Bytes read and written where nothing stays in a cache from one node to the next. */
  readonly bytes: number;
  /** GPU programs started by ONNX Runtime's WebGPU provider, by `graph-run.ts`. */
  readonly dispatches: number;
}

/** What one node costs to run once. */
export interface NodeCost extends Cost {
  readonly name: string;
  readonly op: OpType;
}

const ELEMENT_BYTES = { float32: 4, float16: 2, int32: 4, int64: 8, bool: 1 } as const;

/** Of the softmax, for each score. */
const SOFTMAX_FLOP = 11;
/** Operations for each element of the result; exponentials and the error function are counted as 8. */
const ELEMENTWISE_FLOP: Partial<Record<OpType, number>> = {
  Add: 1,
  Clip: 2,
  Cos: 8,
  Div: 1,
  Equal: 1,
  Floor: 1,
  Gelu: 12,
  Greater: 1,
  LayerNormalization: 8,
  Mul: 1,
  Relu: 1,
  Resize: 6,
  RotaryEmbedding: 3,
  Sigmoid: 10,
  Sin: 8,
  // A sum, then LayerNormalization.
  SkipLayerNormalization: 9,
  Softmax: SOFTMAX_FLOP,
  Sub: 1,
};

/**
 * GPU programs of ops that do not take just one, whatever the graph around them.
 */
const DISPATCHES: Partial<Record<OpType, number>> = { Conv: 3, MultiHeadAttention: 2, Reshape: 0 };
type DimsOf = (value: Value | undefined) => readonly number[];

/** Operations for each element of the result of ops that sum over an inner extent. */
const INNER_FLOP: Partial<Record<OpType, (node: GraphNode, dimsOf: DimsOf) => number>> = {
  MatMul: ({ inputs }, dimsOf) => 2 * (dimsOf(inputs[0]).at(-1) ?? 0),
  Gemm: (node, dimsOf) => {
    const depth = dimsOf(node.inputs[0])[isTransposed(node) ? 0 : 1] ?? 0;
    return 2 * depth + (node.inputs[2] === undefined ? 0 : 1);
  },
  // Each channel of a result weighs all keys, whose scores the channels of a head share.
  MultiHeadAttention: (node, dimsOf) => {
    const [, , width = 1] = dimsOf(node.outputs[0]);
    const [, keys = 0] = dimsOf(node.inputs[1]);
    return keys * (4 + (SOFTMAX_FLOP * headsOf(node)) / width);
  },
  Conv: ({ inputs }, dimsOf) => 2 * product(dimsOf(inputs[1]).slice(1)) + 1,
  ReduceMax: reducedElements,
  ReduceSum: reducedElements,
};

/**
 * The cost of each node, from its op and shapes alone, in the order of the nodes.
 * @param bindings a value for each symbolic extent
 */
export function graphCost(graph: Graph, bindings: SymbolBindings = {}): NodeCost[] {
  return [...graphRun(graph, bindings)].map(([node, run]) => {
    const isGone = run.programs === 0 && run.addend === undefined;
    return {
      name: node.name,
      op: node.op,
      flop: isGone ? 0 : nodeFlop(node, (value) => evaluate(value, bindings)),
      bytes: isGone ? 0 : nodeBytes(node, run, bindings),
      dispatches: run.programs,
    };
  });
}

/** The costs of running all of them, one after another. */
export function sumCosts(costs: readonly Cost[]): Cost {
  return costs.reduce<Cost>(
    (sum, { flop, bytes, dispatches }) => ({
      flop: sum.flop + flop,
      bytes: sum.bytes + bytes,
      dispatches: sum.dispatches + dispatches,
    }),
    { flop: 0, bytes: 0, dispatches: 0 },
  );
}

/** What a device can do at best. */
export interface DeviceRates {
  /** Floating-point operations a second, of its product of matrices. */
  readonly flopPerSecond: number;
  /** Of its memory. */
  readonly bytesPerSecond: number;
}

/**
 * Milliseconds below which such a device cannot run the nodes one after another: each waits for the
 * arithmetic or for the memory, whichever takes longer. Starting the programs is not counted. It is
 * a bound from counts, not an estimate of a time.
 */
export function leastMs(
  costs: readonly Cost[],
  { flopPerSecond, bytesPerSecond }: DeviceRates,
): number {
  const seconds = costs.reduce(
    (sum, { flop, bytes }) => sum + Math.max(flop / flopPerSecond, bytes / bytesPerSecond),
    0,
  );
  return seconds * 1000;
}

/** GPU programs that a node starts, alone; `graph-run.ts` counts those of a graph. */
export function nodeDispatches({ op }: Pick<GraphNode, 'op'>): number {
  return DISPATCHES[op] ?? 1;
}

function nodeFlop(node: GraphNode, dimsOf: DimsOf): number {
  const outputs = product(dimsOf(node.outputs[0]));
  const count = INNER_FLOP[node.op];
  return count === undefined
    ? outputs * (ELEMENTWISE_FLOP[node.op] ?? 0)
    : outputs * count(node, dimsOf);
}

function reducedElements({ inputs, outputs }: GraphNode, dimsOf: DimsOf): number {
  return product(dimsOf(inputs[0])) / product(dimsOf(outputs[0]));
}

function nodeBytes(node: GraphNode, run: NodeRun, bindings: SymbolBindings): number {
  const bytes = (value: Value | undefined) =>
    value === undefined ? 0 : valueBytes(value, bindings);
  if (run.addend !== undefined) return bytes(run.addend);
  // Slice and Gather read only what they return.
  if (node.op === 'Slice' || node.op === 'Gather') return 2 * bytes(node.outputs[0]);
  const operands = [...node.inputs, ...resultsOf(node)].reduce((sum, one) => sum + bytes(one), 0);
  if (node.op === 'MultiHeadAttention') {
    // Keys and values are read, written by head, and read again.
    return operands + 2 * (bytes(node.inputs[1]) + bytes(node.inputs[2]));
  }
  return operands + 2 * run.reordered.reduce((sum, value) => sum + bytes(value), 0);
}

function headsOf({ attributes }: GraphNode): number {
  const heads = attributes['num_heads'];
  return heads?.kind === 'int' ? heads.value : 1;
}

/**
 * Bytes of a tensor.
 * @param bindings a value for each symbolic extent
 */
export function valueBytes(value: Value, bindings: SymbolBindings = {}): number {
  return product(evaluate(value, bindings)) * ELEMENT_BYTES[value.dtype];
}

function isTransposed(node: GraphNode): boolean {
  const attribute = node.attributes['transA'];
  return attribute?.kind === 'int' && attribute.value === 1;
}

function evaluate(value: Value | undefined, bindings: SymbolBindings): readonly number[] {
  return value?.dims.map((dim) => evaluateDim(dim, bindings)) ?? [];
}

function product(dims: readonly number[]): number {
  return dims.reduce((total, dim) => total * dim, 1);
}
