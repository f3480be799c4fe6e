import { StudioError } from '../../core/errors.ts';
import { integer } from './attributes.ts';
import {
  type Attributes,
  type ConstantData,
  type DerivedSource,
  type DType,
  type Graph,
  type GraphNode,
  type Initializer,
  type NodeOutputs,
  type OpType,
  resultsOf,
  type TensorSource,
  type Value,
} from './graph.ts';
import { withoutUnused } from './prune-graph.ts';
import { elementCount, formatShape, type Shape, ShapeError, staticShape } from './shape.ts';

/** What a node computes from. */
export interface NodeOperands {
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes?: Attributes;
}

/** One result of a node. */
export interface ResultOptions {
  /** Element type; float32 where it is left out. */
  readonly dtype?: DType;
  /** @throws ShapeError for inputs that do not fit */
  readonly dims: () => Shape;
}

/** What a node of one result makes, and from what. */
export interface NodeOptions extends NodeOperands, ResultOptions {}

/** What a node of several results makes, and from what. */
export interface NodeOfManyOptions extends NodeOperands {
  /** In the op's order; one that is not wanted is undefined. */
  readonly results: readonly [ResultOptions, ...(ResultOptions | undefined)[]];
}

/** A graph in the making: its inputs, weights, nodes and outputs. The ops are `GraphBuilder`'s. */
export class GraphDraft {
  readonly #name: string;
  readonly #inputs: Value[] = [];
  readonly #outputs = new Map<string, Value>();
  readonly #nodes: GraphNode[] = [];
  readonly #initializers = new Map<string, Initializer>();
  /** Everything a node may take. */
  readonly #values = new Set<Value>();
  #scope = '';

  constructor(name: string) {
    this.#name = name;
  }

  /** Puts `name` before the names of the nodes that `body` makes. Scopes nest. */
  scope<T>(name: string, body: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${name}/`;
    try {
      return body();
    } finally {
      this.#scope = outer;
    }
  }

  /** A tensor given at each run; its extents may be symbolic. */
  input(name: string, dtype: DType, dims: Shape): Value {
    const value = { name, dtype, dims };
    this.#inputs.push(value);
    this.#values.add(value);
    return value;
  }

  /** Makes a node's result fetchable under `name`. */
  output(name: string, value: Value): void {
    const maker = this.#nodes.find((node) => resultsOf(node).includes(value));
    const isFree = !this.#outputs.has(name) && ![...this.#outputs.values()].includes(value);
    if (maker === undefined || !isFree) {
      throw invalid(name, 'an output is the result of one node, under one name');
    }
    this.#outputs.set(name, maker.op === 'Reshape' ? this.#copy(value) : value);
  }

  /** Data that travels in the model itself: for small tensors. `dims` default to one axis. */
  constant(data: ConstantData, dims: readonly number[] = [data.length]): Value {
    const dtype = constantDType(data);
    const key = `constant ${dtype} ${formatShape(dims)} ${data.join(',')}`;
    return this.#initializer(key, { kind: 'constant', data }, { dtype, dims });
  }

  /** A float32 constant without axes. */
  scalar(value: number): Value {
    return this.constant(Float32Array.of(value), []);
  }

  /**
   * A checkpoint tensor, or a row-major run of one, where it lies in its file.
   * @param elementOffset first element of the run
   */
  stored(tensor: string, dims: readonly number[], elementOffset = 0): Value {
    const key = `stored ${tensor} ${elementOffset} ${formatShape(dims)}`;
    return this.#initializer(key, { kind: 'stored', tensor, elementOffset }, { dims });
  }

  /** A tensor computed once, before the graph runs. */
  derived(source: Omit<DerivedSource, 'kind'>, dims: readonly number[]): Value {
    const key = `derived ${source.key} ${formatShape(dims)}`;
    return this.#initializer(key, { kind: 'derived', ...source }, { dims });
  }

  /** The finished graph, without what no output needs. The builder can go on and be asked again. */
  build(): Graph {
    return withoutUnused({
      name: this.#name,
      inputs: [...this.#inputs],
      outputs: new Map(this.#outputs),
      nodes: [...this.#nodes],
      initializers: [...this.#initializers.values()],
    });
  }

  /** @throws StudioError `graph-invalid` naming the node */
  protected node(op: OpType, { dtype = 'float32', dims, ...operands }: NodeOptions): Value {
    const [result] = this.nodeOfMany(op, { ...operands, results: [{ dtype, dims }] });
    return result;
  }

  /** A node with results after its first, which must be optional. @throws StudioError as `node` does */
  protected nodeOfMany(op: OpType, options: NodeOfManyOptions): NodeOutputs {
    const { inputs, attributes = {}, results } = options;
    const name = `${this.#scope}${op}_${this.#nodes.length}`;
    const stranger = inputs.find((input) => input !== undefined && !this.#values.has(input));
    if (stranger !== undefined) throw invalid(name, `"${stranger.name}" is of another graph`);
    const make = ({ dtype = 'float32', dims }: ResultOptions, index: number): Value => {
      const value = {
        name: index === 0 ? name : `${name}:${index}`,
        dtype,
        dims: dimsOrRefusal(name, dims),
      };
      this.#values.add(value);
      return value;
    };
    const [first, ...others] = results;
    const outputs: NodeOutputs = [
      make(first, 0),
      ...others.map((result, index) => result && make(result, index + 1)),
    ];
    this.#nodes.push({ name, op, inputs, outputs, attributes });
    return outputs;
  }

  /**
   * ONNX Runtime copies an output that is another tensor in another shape, and a captured run leaves
   * out what is not a program. So a program copies it.
   */
  #copy(value: Value): Value {
    const { dtype, dims } = value;
    const attributes = { axis: integer(0) };
    return this.node('Concat', { inputs: [value], attributes, dtype, dims: () => dims });
  }

  #initializer(
    key: string,
    source: TensorSource,
    { dtype = 'float32', dims }: { readonly dtype?: DType; readonly dims: readonly number[] },
  ): Value {
    const known = this.#initializers.get(key);
    if (known !== undefined) return known.value;
    if (source.kind === 'constant' && source.data.length !== elementCount(dims)) {
      throw invalid('constant', `${source.data.length} numbers do not fill ${formatShape(dims)}`);
    }
    const label = source.kind === 'stored' ? source.tensor : source.kind;
    const name = `${label}#${this.#initializers.size}`;
    const value: Value = { name, dtype, dims: staticShape(dims) };
    this.#initializers.set(key, { value, source });
    this.#values.add(value);
    return value;
  }
}

function constantDType(data: ConstantData): DType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

function dimsOrRefusal(node: string, dims: () => Shape): Shape {
  try {
    return dims();
  } catch (error) {
    if (error instanceof ShapeError) throw invalid(node, error.message);
    throw error;
  }
}

function invalid(node: string, message: string): StudioError {
  return new StudioError('graph-invalid', `Node "${node}": ${message}.`, {
    hint: 'The checkpoint does not fit the network that was built for it. Report it with this message.',
  });
}
