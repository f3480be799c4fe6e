import {
  CONTRIB_OPS,
  type Graph,
  type GraphNode,
  type OpType,
  resultsOf,
  type Value,
} from './graph.ts';
import { evaluateDim, type SymbolBindings } from './shape.ts';

/** What ONNX Runtime's WebGPU provider makes of a node when it has optimised the graph. */
export interface NodeRun {
  /** GPU programs that the node starts. */
  readonly programs: number;
  /** Tensors that it moves to another order of the axes besides its work: 0 to 2 for a Conv. */
  readonly reordered: readonly Value[];
  /** The operand that is all that is left to read of an Add that became part of a product. */
  readonly addend?: Value;
}

/** Fewer queries than these are attended to by another program, which is split over the keys. */
const FEW_QUERIES = 32;
/** `[n,h,w,c]` to `[n,c,h,w]`, and back. */
const [CHANNELS_FIRST, CHANNELS_LAST] = ['0,3,1,2', '0,2,3,1'];

const NOTHING: NodeRun = { programs: 0, reordered: [] };

/**
 * How each node runs. The provider computes convolutions channels last, so that transposes to and from
 * there go and others come; what is computed twice or from constants alone goes; a product of matrices
 * takes up a sum that follows it. `tests/gpu/engine/graph/dispatches.test.ts` holds it against the
 * programs that are started.
 * @param bindings a value for each symbolic extent
 */
export function graphRun(
  graph: Graph,
  bindings: SymbolBindings = {},
): ReadonlyMap<GraphNode, NodeRun> {
  const wiring = new Wiring(graph);
  return new Map(graph.nodes.map((node) => [node, nodeRun(node, wiring, bindings)]));
}

/** Programs that do nothing but put a tensor's axes into another order. */
export function countTransposes(graph: Graph): number {
  let count = 0;
  for (const [node, run] of graphRun(graph, expectedExtents(graph))) {
    count += node.op === 'Transpose' ? run.programs : run.reordered.length;
  }
  return count;
}

type RunOf = (node: GraphNode, wiring: Wiring, bindings: SymbolBindings) => NodeRun;

const ONE_PROGRAM: NodeRun = { programs: 1, reordered: [] };

/** Ops that do not always start one program. */
const RUNS: Partial<Record<OpType, RunOf>> = {
  Add: sumRun,
  Conv: convolutionRun,
  MultiHeadAttention: ({ outputs: [result] }, _, bindings) => {
    const queries = evaluateDim(result.dims[1] ?? 0, bindings);
    // Keys and values are copied by head; few queries are attended to in parts, then merged.
    return { programs: queries < FEW_QUERIES ? 3 : 2, reordered: [] };
  },
  Reshape: () => NOTHING,
  Transpose: (node, wiring) => (wiring.isCancelled(node) ? NOTHING : ONE_PROGRAM),
};

function nodeRun(node: GraphNode, wiring: Wiring, bindings: SymbolBindings): NodeRun {
  if (wiring.isFolded(node) || wiring.isRepeated(node)) return NOTHING;
  return RUNS[node.op]?.(node, wiring, bindings) ?? ONE_PROGRAM;
}

function sumRun(node: GraphNode, wiring: Wiring): NodeRun {
  const product = node.inputs.find((input) => input !== undefined && wiring.takesUpSum(input));
  const addend = node.inputs.find((input) => input !== product);
  if (product === undefined || addend === undefined) return ONE_PROGRAM;
  return { programs: 0, reordered: [], addend };
}

function convolutionRun({ inputs, outputs }: GraphNode, wiring: Wiring): NodeRun {
  const [[image], [result]] = [inputs, outputs];
  const before = image === undefined || wiring.isMadeBy(image, CHANNELS_FIRST) ? [] : [image];
  const after = wiring.isTakenBy(result, CHANNELS_LAST) ? [] : [result];
  const reordered = [...before, ...after];
  return { programs: 1 + reordered.length, reordered };
}

/** Which node makes a value, and which take it. */
class Wiring {
  readonly #makers = new Map<Value, GraphNode>();
  readonly #takers = new Map<Value, GraphNode[]>();
  readonly #fetched: ReadonlySet<Value>;
  readonly #constants: Set<Value>;
  readonly #folded = new Set<GraphNode>();
  readonly #repeated = new Set<GraphNode>();

  constructor({ nodes, outputs, initializers }: Graph) {
    this.#fetched = new Set(outputs.values());
    this.#constants = new Set(initializers.map(({ value }) => value));
    const known = new Map<string, Value>();
    const firsts = new Map<Value, Value>();
    for (const node of nodes) {
      for (const result of resultsOf(node)) this.#makers.set(result, node);
      for (const input of node.inputs) {
        if (input !== undefined) this.#takers.set(input, [...this.takersOf(input), node]);
      }
      // The optimiser knows of its own ops neither that they are pure nor that they can be computed early.
      if (CONTRIB_OPS.has(node.op)) continue;
      const [result] = node.outputs;
      if (node.inputs.every((input) => input === undefined || this.#constants.has(input))) {
        this.#folded.add(node);
        this.#constants.add(result);
      }
      const inputs = node.inputs.map((input) => input && (firsts.get(input) ?? input).name);
      const key = JSON.stringify([node.op, inputs, node.attributes]);
      const first = known.get(key);
      if (first === undefined) known.set(key, result);
      else if (!this.#fetched.has(result)) {
        this.#repeated.add(node);
        firsts.set(result, first);
      }
    }
  }

  takersOf(value: Value): readonly GraphNode[] {
    return this.#takers.get(value) ?? [];
  }

  /** Whether all its operands are constants. */
  isFolded(node: GraphNode): boolean {
    return this.#folded.has(node);
  }

  /** Whether a node before it makes the same. */
  isRepeated(node: GraphNode): boolean {
    return this.#repeated.has(node);
  }

  isMadeBy(value: Value, order: string): boolean {
    const maker = this.#makers.get(value);
    return maker !== undefined && isTranspose(maker, order);
  }

  /** Whether all that take it, and something does, put it into the order. */
  isTakenBy(value: Value, order: string): boolean {
    const takers = this.takersOf(value);
    const isTaken = takers.length > 0 && !this.#fetched.has(value);
    return isTaken && takers.every((taker) => isTranspose(taker, order));
  }

  /** Whether a transpose meets its opposite, or a convolution that has its own. */
  isCancelled(node: GraphNode): boolean {
    const [input] = node.inputs;
    if (isTranspose(node, CHANNELS_LAST)) {
      const maker = input && this.#makers.get(input);
      return maker?.op === 'Conv' || (maker !== undefined && isTranspose(maker, CHANNELS_FIRST));
    }
    const [result] = node.outputs;
    if (!isTranspose(node, CHANNELS_FIRST) || this.#fetched.has(result)) return false;
    return this.takersOf(result).every(
      (taker) => taker.op === 'Conv' || isTranspose(taker, CHANNELS_LAST),
    );
  }

  /** Whether it is a product of two matrices that only a sum takes. */
  takesUpSum(value: Value): boolean {
    const maker = this.#makers.get(value);
    const isOnlyTaker = this.takersOf(value).length === 1 && !this.#fetched.has(value);
    const isProduct = maker?.op === 'MatMul' && maker.inputs.every((one) => one?.dims.length === 2);
    return isProduct && isOnlyTaker;
  }
}

function isTranspose({ op, attributes }: GraphNode, order: string): boolean {
  const perm = attributes['perm'];
  return op === 'Transpose' && perm?.kind === 'ints' && perm.value.join() === order;
}

/** One for each symbol: the number of programs that only transpose does not depend on them. */
function expectedExtents({ inputs }: Graph): SymbolBindings {
  const symbols = inputs.flatMap(({ dims }) =>
    dims.flatMap((dim) => (typeof dim === 'number' ? [] : Object.keys(dim.terms))),
  );
  return Object.fromEntries(symbols.map((name) => [name, 1]));
}
