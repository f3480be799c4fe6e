import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import { type Graph, hasStaticInputs } from '../graph/graph.ts';
import type { GraphRuntime, ModelGraph } from '../graph-runtime.ts';
import type { BankRows } from '../kernels/cross-attention/bank-rows.ts';
import type { AttentionOperands } from '../kernels/cross-attention/cross-attention.ts';
import type { MemoryAttentionSegments } from './memory-attention-segments.ts';

/** `softmax(q·kᵀ)·v`, `[N,64]`, where the tensors are. The result is the caller's. */
export type BankAttention = (operands: AttentionOperands<DeviceTensor>) => DeviceTensor;

/** What the segments run on. */
export interface SegmentedOptions {
  /** Has the weights of the segments mounted. Stays the caller's. */
  readonly runtime: GraphRuntime;
  readonly segments: MemoryAttentionSegments;
  /** ONNX `ModelProto` of a segment. */
  readonly encode: (graph: Graph) => Uint8Array;
  /** On the runtime's own device and queue. */
  readonly attendToBank: BankAttention;
}

type Tensors = Readonly<Record<string, DeviceTensor>>;

/** Memory attention as segments of graphs with a kernel between them. Runs must not overlap. */
export class SegmentedMemoryAttention implements Disposable {
  readonly #options: SegmentedOptions;
  readonly #graphs = new Map<Graph, ModelGraph>();

  private constructor(options: SegmentedOptions) {
    this.#options = options;
  }

  /**
   * Loads the segments of tracking; that for a bank with more room is loaded when it is first needed.
   * @throws StudioError as the runtime does
   */
  static async load(options: SegmentedOptions): Promise<SegmentedMemoryAttention> {
    const attention = new SegmentedMemoryAttention(options);
    const { bank, layers } = options.segments;
    try {
      for (const graph of [bank, ...layers]) await attention.#loaded(graph);
    } catch (error) {
      attention[Symbol.dispose]();
      throw error;
    }
    return attention;
  }

  /**
   * Conditioned features `[g²,d]`, the caller's.
   * @param inputs `stride16` and the bank, under the names that the whole graph has for them
   * @param rows of the bank's keys that hold something
   */
  async run(inputs: Tensors, rows: BankRows): Promise<DeviceTensor> {
    const { bank, largeBank, layers } = this.#options.segments;
    const [first, ...others] = layers;
    invariant(first !== undefined, 'memory attention has a layer');
    const made = await this.#run(takes(bank, inputs) ? bank : largeBank, inputs);
    try {
      let state = await this.#run(first, inputs);
      for (const [layer, graph] of others.entries()) {
        const keys = tensorOf(made, `keys${layer}`);
        const values = tensorOf(made, 'values');
        state = await this.#passGap(graph, state, { keys, values, rows });
      }
      return tensorOf(state, 'conditioned');
    } finally {
      disposeAll(made);
    }
  }

  [Symbol.dispose](): void {
    for (const graph of this.#graphs.values()) graph[Symbol.dispose]();
    this.#graphs.clear();
  }

  /** From the segment before a gap to the one after it; what the first gave is disposed. */
  async #passGap(
    graph: Graph,
    before: Tensors,
    bank: Omit<AttentionOperands<DeviceTensor>, 'queries'>,
  ): Promise<Tensors> {
    try {
      const queries = tensorOf(before, 'queries');
      using attended = this.#options.attendToBank({ queries, ...bank });
      return await this.#run(graph, { x: tensorOf(before, 'nextX'), attended });
    } finally {
      disposeAll(before);
    }
  }

  async #run(graph: Graph, tensors: Tensors): Promise<Tensors> {
    const loaded = await this.#loaded(graph);
    const inputs = graph.inputs.map(({ name }) => [name, tensorOf(tensors, name)] as const);
    return await loaded.run(Object.fromEntries(inputs), [...graph.outputs.keys()]);
  }

  async #loaded(graph: Graph): Promise<ModelGraph> {
    const known = this.#graphs.get(graph);
    if (known !== undefined) return known;
    const { runtime, encode } = this.#options;
    const isSteady = hasStaticInputs(graph);
    const loaded = await runtime.load(graph.name, encode(graph), { isSteady });
    this.#graphs.set(graph, loaded);
    return loaded;
  }
}

/** Whether the tensors have the graph's own extents, where it has such. */
function takes(graph: Graph, tensors: Tensors): boolean {
  return graph.inputs.every(({ name, dims }) =>
    dims.every((dim, axis) => dim === tensorOf(tensors, name).dims[axis]),
  );
}

function tensorOf(tensors: Tensors, name: string): DeviceTensor {
  const tensor = tensors[name];
  invariant(tensor !== undefined, `no tensor "${name}" for memory attention`);
  return tensor;
}

function disposeAll(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor[Symbol.dispose]();
}
