import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { Graph } from '../graph/graph.ts';
import type { GraphRuntime, LoadOptions, ModelGraph } from '../graph-runtime.ts';

/** What the parts of a graph run on. */
export interface ChainOptions extends LoadOptions {
  readonly runtime: GraphRuntime;
  /** ONNX `ModelProto` of a part. */
  readonly encode: (part: Graph) => Uint8Array;
}

/** The parts of one graph (`cutGraph`) as one again: they run one after another. */
export class GraphChain implements ModelGraph {
  readonly #parts: readonly Graph[];
  readonly #loaded: ModelGraph[] = [];

  private constructor(parts: readonly Graph[]) {
    this.#parts = parts;
  }

  /** @throws StudioError as the runtime does */
  static async load(
    parts: readonly Graph[],
    { runtime, encode, ...options }: ChainOptions,
  ): Promise<GraphChain> {
    const chain = new GraphChain(parts);
    try {
      for (const part of parts) {
        chain.#loaded.push(await runtime.load(part.name, encode(part), options));
      }
      return chain;
    } catch (error) {
      chain[Symbol.dispose]();
      throw error;
    }
  }

  async run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    const made = new Map<string, DeviceTensor>();
    try {
      for (const [index, { inputs: wanted, outputs: given }] of this.#parts.entries()) {
        const taken = wanted.map(({ name }) => [
          name,
          tensorOf(name, inputs[name] ?? made.get(name)),
        ]);
        const graph = this.#loaded[index];
        invariant(graph !== undefined, 'every part is loaded');
        const results = await graph.run(Object.fromEntries(taken), [...given.keys()]);
        for (const [name, tensor] of Object.entries(results)) made.set(name, tensor);
      }
      const wanted = outputs.map((name) => [name, tensorOf(name, made.get(name))] as const);
      for (const name of outputs) made.delete(name);
      // Every name is a key, by construction.
      return Object.fromEntries(wanted) as Record<Name, DeviceTensor>;
    } finally {
      for (const tensor of made.values()) tensor[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    for (const graph of this.#loaded) graph[Symbol.dispose]();
    this.#loaded.length = 0;
  }
}

function tensorOf(name: string, tensor: DeviceTensor | undefined): DeviceTensor {
  invariant(tensor !== undefined, `no part of the graph gives "${name}"`);
  return tensor;
}
