import { ONNX_DTYPES } from './attributes.ts';
import {
  type Graph,
  type GraphNode,
  type Initializer,
  type NodeOutputs,
  type OpType,
  resultsOf,
  type Value,
} from './graph.ts';

/** Ops that may be asked to compute in float16. */
const SUMMING: ReadonlySet<OpType> = new Set(['Gemm', 'MatMul', 'Conv']);
/** Ops that take each element, or move it, and so keep the type of what is around them. */
const CARRYING: ReadonlySet<OpType> = new Set([
  'Concat',
  'Gelu',
  'Pad',
  'ReduceMax',
  'Relu',
  'Reshape',
  'Slice',
  'Transpose',
]);

type FloatType = 'float32' | 'float16';

/**
 * The graph with the products and convolutions of some weights in float16: operands, result, and the
 * weights themselves, which `weight-plan.ts` then lays out as float16. What lies between two of them
 * and only moves or bends numbers is in float16 too; everything else stays float32, inputs and
 * outputs with it, with a Cast where a value crosses over, one for each value.
 * @param isHalf whether the products with a weight, by the names of the checkpoint's tensors that it
 * is made from, are in float16
 */
export function toHalfPrecision(
  graph: Graph,
  isHalf: (tensors: readonly string[]) => boolean,
): Graph {
  const half = halfNodes(graph, isHalf);
  return half.size === 0 ? graph : new Retyping(graph, half).graph();
}

function halfNodes(
  graph: Graph,
  isHalf: (tensors: readonly string[]) => boolean,
): ReadonlySet<GraphNode> {
  const sources = new Map(graph.initializers.map((one) => [one.value, tensorsOf(one)]));
  const half = new Set(
    graph.nodes.filter(
      ({ op, inputs: [first, second] }) =>
        SUMMING.has(op) &&
        [first, second].some((input) => {
          const tensors = input && sources.get(input);
          return tensors !== undefined && tensors.length > 0 && isHalf(tensors);
        }),
    ),
  );
  spread(graph, half);
  return half;
}

/** Adds what carries on a result of `half`, then what only leads up to it. */
function spread({ nodes, outputs }: Graph, half: Set<GraphNode>): void {
  const producers = new Map(
    nodes.flatMap((node) => resultsOf(node).map((result) => [result, node] as const)),
  );
  const isHalfResult = (value: Value | undefined) => {
    const producer = value && producers.get(value);
    return producer !== undefined && half.has(producer);
  };
  for (const node of nodes) {
    const operands = node.inputs.filter((input) => input?.dtype === 'float32');
    if (CARRYING.has(node.op) && operands.length > 0 && operands.every(isHalfResult)) {
      half.add(node);
    }
  }
  const takers = takersOf(nodes);
  const fetched = new Set(outputs.values());
  for (const node of nodes.toReversed()) {
    const [result] = node.outputs;
    const own = takers.get(result) ?? [];
    const isTakenAsHalf = own.length > 0 && own.every((taker) => half.has(taker));
    if (CARRYING.has(node.op) && !fetched.has(result) && isTakenAsHalf) half.add(node);
  }
}

function takersOf(nodes: readonly GraphNode[]): ReadonlyMap<Value, readonly GraphNode[]> {
  const takers = new Map<Value, GraphNode[]>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (input !== undefined) takers.set(input, [...(takers.get(input) ?? []), node]);
    }
  }
  return takers;
}

/** Names of the checkpoint's tensors; none for a constant or a table. */
function tensorsOf({ source }: Initializer): readonly string[] {
  if (source.kind === 'constant') return [];
  return source.kind === 'stored' ? [source.tensor] : source.inputs;
}

/** Writes a graph anew with each node's float values in the node's type. */
class Retyping {
  readonly #graph: Graph;
  readonly #half: ReadonlySet<GraphNode>;
  readonly #nodes: GraphNode[] = [];
  readonly #weights: ReadonlyMap<Value, Initializer>;
  readonly #initializers = new Map<Value, Initializer>();
  /** What nodes make, in the type they make it in, by the value of the graph before. */
  readonly #made = new Map<Value, Value>();
  /** The other type of a value. */
  readonly #twins = new Map<Value, Value>();

  constructor(graph: Graph, half: ReadonlySet<GraphNode>) {
    this.#graph = graph;
    this.#half = half;
    this.#weights = new Map(graph.initializers.map((one) => [one.value, one]));
  }

  graph(): Graph {
    for (const node of this.#graph.nodes) this.#write(node);
    const outputs = [...this.#graph.outputs].map(
      ([name, value]) => [name, this.#as(value, 'float32')] as const,
    );
    return {
      ...this.#graph,
      nodes: this.#nodes,
      outputs: new Map(outputs),
      initializers: [...this.#initializers.values()],
    };
  }

  #write(node: GraphNode): void {
    const dtype = this.#half.has(node) ? 'float16' : 'float32';
    const inputs = node.inputs.map((input) => input && this.#as(input, dtype));
    const make = (output: Value): Value => {
      const made: Value = output.dtype === 'float32' ? { ...output, dtype } : output;
      this.#made.set(output, made);
      return made;
    };
    const [first, ...others] = node.outputs;
    const outputs: NodeOutputs = [make(first), ...others.map((output) => output && make(output))];
    this.#nodes.push({ ...node, inputs, outputs });
  }

  /** A value of the graph before in the type asked for, or as it is where it holds no float32. */
  #as(before: Value, dtype: FloatType): Value {
    const weight = this.#weights.get(before);
    if (weight !== undefined) return this.#weight(weight, dtype);
    const value = this.#made.get(before) ?? before;
    if (before.dtype !== 'float32' || value.dtype === dtype) return value;
    return this.#cast(value, dtype);
  }

  #weight(weight: Initializer, dtype: FloatType): Value {
    const { value, source } = weight;
    const isAsked = value.dtype !== 'float32' || dtype === 'float32';
    if (isAsked || source.kind === 'constant') {
      this.#initializers.set(value, weight);
      return isAsked ? value : this.#cast(value, dtype);
    }
    const twin = this.#twin(value, dtype);
    this.#initializers.set(twin, { value: twin, source });
    return twin;
  }

  #cast(value: Value, dtype: FloatType): Value {
    const isKnown = this.#twins.has(value);
    const output = this.#twin(value, dtype);
    if (isKnown) return output;
    const attributes = { to: { kind: 'int', value: ONNX_DTYPES[dtype] } } as const;
    this.#nodes.push({
      name: output.name,
      op: 'Cast',
      inputs: [value],
      outputs: [output],
      attributes,
    });
    return output;
  }

  #twin(value: Value, dtype: FloatType): Value {
    const known = this.#twins.get(value);
    if (known !== undefined) return known;
    const twin = { ...value, name: `${value.name}/${dtype}`, dtype };
    this.#twins.set(value, twin);
    return twin;
  }
}
