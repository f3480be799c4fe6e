import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { Graph } from '../graph/graph.ts';
import type { GraphRuntime, ModelGraph } from '../graph-runtime.ts';
import { bankTensors } from './bank-tensors.ts';
import type { MemoryBankSelection, TrackerConfig } from './engine-graphs.ts';
import type { FrameQuestion, MemoryAttentionRunner } from './memory-attention-runner.ts';
import type { GraphName } from './model-graphs.ts';
import type { Sam2Model } from './sam2-model.ts';

/** What memory attention runs on where no kernel attends to the bank. */
interface GraphAttentionOptions {
  /** Has the model's weight files mounted. Stays the caller's. */
  readonly runtime: GraphRuntime;
  readonly model: Sam2Model;
  readonly config: TrackerConfig;
}

/**
 * Memory attention as two graphs, cut where the bank comes in. The second attends to it with a matrix
 * of scores, in chunks, for one object at a time.
 */
export class GraphMemoryAttention implements MemoryAttentionRunner {
  readonly #options: GraphAttentionOptions;
  readonly #graphs = new Map<Graph | GraphName, ModelGraph>();

  private constructor(options: GraphAttentionOptions) {
    this.#options = options;
  }

  /**
   * Loads the graphs of tracking; that for a bank without pointers is loaded when it is first needed.
   * @throws StudioError as the runtime does
   */
  static async load(options: GraphAttentionOptions): Promise<GraphMemoryAttention> {
    const attention = new GraphMemoryAttention(options);
    try {
      await attention.#beginning();
      await attention.#graph('memoryAttention');
    } catch (error) {
      attention[Symbol.dispose]();
      throw error;
    }
    return attention;
  }

  async ask(stride16: DeviceTensor): Promise<FrameQuestion> {
    const graph = await this.#beginning();
    const { nextX: x, queries } = await graph.run({ stride16 }, ['nextX', 'queries']);
    const dispose = () => {
      x[Symbol.dispose]();
      queries[Symbol.dispose]();
    };
    return { x, queries, [Symbol.dispose]: dispose };
  }

  async answer(
    question: FrameQuestion,
    banks: readonly MemoryBankSelection[],
  ): Promise<DeviceTensor> {
    const answers: DeviceTensor[] = [];
    try {
      for (const bank of banks) answers.push(await this.#answerOne(question, bank));
      const [only] = answers;
      if (only !== undefined && answers.length === 1) {
        answers.length = 0;
        return only;
      }
      return this.#options.runtime.concat(answers);
    } finally {
      for (const answer of answers) answer[Symbol.dispose]();
    }
  }

  /** Nothing is: objects are taken one by one. */
  forget(): void {}

  [Symbol.dispose](): void {
    for (const graph of this.#graphs.values()) graph[Symbol.dispose]();
    this.#graphs.clear();
  }

  async #answerOne(
    { x, queries }: FrameQuestion,
    bank: MemoryBankSelection,
  ): Promise<DeviceTensor> {
    const { runtime, config } = this.#options;
    const room = { memories: bank.memories.length, pointers: bank.pointers.length };
    const own = bankTensors(runtime, config, { bank, room });
    try {
      const graph = await this.#graph(
        room.pointers > 0 ? 'memoryAttention' : 'memoryAttentionWithoutPointers',
      );
      const { conditioned } = await graph.run({ x, queries, ...own }, ['conditioned']);
      return conditioned;
    } finally {
      for (const tensor of Object.values(own)) tensor[Symbol.dispose]();
    }
  }

  async #beginning(): Promise<ModelGraph> {
    const [first] = this.#options.model.segments.layers;
    invariant(first !== undefined, 'memory attention has a layer');
    return await this.#graph(first);
  }

  async #graph(wanted: Graph | GraphName): Promise<ModelGraph> {
    const loaded = this.#graphs.get(wanted);
    if (loaded !== undefined) return loaded;
    const { runtime, model } = this.#options;
    const name = typeof wanted === 'string' ? wanted : wanted.name;
    const graph = await runtime.load(name, model.encode(wanted));
    this.#graphs.set(wanted, graph);
    return graph;
  }
}
