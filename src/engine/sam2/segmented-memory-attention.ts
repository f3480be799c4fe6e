import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import { type Graph, hasStaticInputs } from '../graph/graph.ts';
import type { GraphRuntime, ModelGraph } from '../graph-runtime.ts';
import type { BankRows } from '../kernels/cross-attention/bank-rows.ts';
import type { AttentionOperands } from '../kernels/cross-attention/cross-attention.ts';
import type { FrameQuestion } from './memory-attention-runner.ts';
import type { MemoryAttentionSegments } from './memory-attention-segments.ts';

/** The keys and values of one object's bank. */
export type ObjectBank = Omit<AttentionOperands<DeviceTensor>, 'queries'>;

/** What B objects attend with, and what to. */
export interface BankQuestions {
  /** `[1,g²,d]` where they are shared, else `[B,g²,d]`, one object after another. */
  readonly queries: DeviceTensor;
  /** Whether all objects ask the same. */
  readonly areShared: boolean;
  /** Of each object, whatever they hold. */
  readonly banks: readonly ObjectBank[];
}

/** `softmax(q·kᵀ)·v` of each object, `[B·g²,64]`, where the tensors are. The result is the caller's. */
export type BankAttention = (questions: BankQuestions) => DeviceTensor;

/** What the segments run on. */
export interface SegmentedOptions {
  /** Has the weights of the segments mounted. Stays the caller's. */
  readonly runtime: GraphRuntime;
  readonly segments: MemoryAttentionSegments;
  /** The segments from the first gap on for B objects, `ObjectGraphs.attention`. */
  readonly layersOf: (objects: number) => readonly Graph[];
  /** ONNX `ModelProto` of a segment. */
  readonly encode: (graph: Graph) => Uint8Array;
  /** On the runtime's own device and queue. */
  readonly attendToBank: BankAttention;
}

type Tensors = Readonly<Record<string, DeviceTensor>>;

/** One object's bank as tensors. */
export interface BankInputs {
  /** Under the names that the bank's segment has for them. */
  readonly tensors: Tensors;
  /** Of the bank's keys, which hold something. */
  readonly rows: BankRows;
}

/** Memory attention as segments of graphs with a kernel between them. Runs must not overlap. */
export class SegmentedMemoryAttention implements Disposable {
  readonly #options: SegmentedOptions;
  readonly #graphs = new Map<Graph, ModelGraph>();

  private constructor(options: SegmentedOptions) {
    this.#options = options;
  }

  /**
   * Loads the segments for one object and the usual bank; those for more are loaded when they are
   * first needed.
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

  /** What the frame makes of itself, `MemoryAttentionRunner.ask`. */
  async ask(stride16: DeviceTensor): Promise<FrameQuestion> {
    const [first] = this.#options.segments.layers;
    invariant(first !== undefined, 'memory attention has a layer');
    const made = await this.#run(first, { stride16 });
    const [x, queries] = [tensorOf(made, 'nextX'), tensorOf(made, 'queries')];
    return { x, queries, [Symbol.dispose]: () => disposeAll(made) };
  }

  /** Conditioned features `[B·g²,d]` of the objects whose banks these are; the caller's. */
  async answer(question: FrameQuestion, banks: readonly BankInputs[]): Promise<DeviceTensor> {
    const { segments, layersOf } = this.#options;
    const asked: Tensors = { nextX: question.x, queries: question.queries };
    const made: Tensors[] = [];
    try {
      for (const { tensors } of banks) {
        const graph = takes(segments.bank, tensors) ? segments.bank : segments.largeBank;
        made.push(await this.#run(graph, tensors));
      }
      let state = asked;
      for (const [layer, graph] of layersOf(banks.length).entries()) {
        const before = state;
        const objects = banks.map(({ rows }, object) => bankOf(made[object], { layer, rows }));
        try {
          state = await this.#passGap(graph, before, { areShared: layer === 0, banks: objects });
        } finally {
          if (before !== asked) disposeAll(before);
        }
      }
      return tensorOf(state, 'conditioned');
    } finally {
      for (const tensors of made) disposeAll(tensors);
    }
  }

  /** Lets go of the graphs for so many objects, more than one. */
  forget(objects: number): void {
    for (const graph of this.#options.layersOf(objects)) {
      this.#graphs.get(graph)?.[Symbol.dispose]();
      this.#graphs.delete(graph);
    }
  }

  [Symbol.dispose](): void {
    for (const graph of this.#graphs.values()) graph[Symbol.dispose]();
    this.#graphs.clear();
  }

  /** From the segment before a gap to the one after it. */
  async #passGap(
    graph: Graph,
    before: Tensors,
    asked: Omit<BankQuestions, 'queries'>,
  ): Promise<Tensors> {
    const queries = tensorOf(before, 'queries');
    using attended = this.#options.attendToBank({ queries, ...asked });
    return await this.#run(graph, { x: tensorOf(before, 'nextX'), attended });
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

function bankOf(
  made: Tensors = {},
  { layer, rows }: { readonly layer: number; readonly rows: BankRows },
): ObjectBank {
  return { keys: tensorOf(made, `keys${layer}`), values: tensorOf(made, 'values'), rows };
}

function tensorOf(tensors: Tensors, name: string): DeviceTensor {
  const tensor = tensors[name];
  invariant(tensor !== undefined, `no tensor "${name}" for memory attention`);
  return tensor;
}

function disposeAll(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor[Symbol.dispose]();
}
