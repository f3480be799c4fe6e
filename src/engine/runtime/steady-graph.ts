import type { DeviceTensor } from '../device-tensor.ts';
import type { ModelGraph } from '../graph-runtime.ts';
import { CapturedGraph } from './captured-graph.ts';
import { CopyWatch } from './copy-watch.ts';
import type { GpuTensors } from './gpu-tensors.ts';
import { type GraphSession, PlainGraph } from './plain-graph.ts';

/** How a graph that always has the same shapes is run. */
export interface SteadyGraphOptions {
  readonly tensors: GpuTensors;
  readonly open: (options: { readonly isCaptured: boolean }) => Promise<GraphSession>;
  /** Told why a graph is not replayed, as a sentence for the user. */
  readonly onRefused: (reason: string) => void;
}

/**
 * A graph that is captured where a replay gives what a run gives, and is run program by program where
 * it does not: where ORT refuses it, since a node is not on the GPU, or where its first run does what
 * ORT does not record.
 */
export class SteadyGraph implements ModelGraph {
  readonly #options: SteadyGraphOptions;
  #graph: ModelGraph;
  #isTried = false;

  private constructor(options: SteadyGraphOptions, session: GraphSession) {
    this.#options = options;
    this.#graph = new CapturedGraph(session, options.tensors);
  }

  /** @throws StudioError as ORT does where it does not take the graph at all */
  static async open(options: SteadyGraphOptions): Promise<ModelGraph> {
    try {
      return new SteadyGraph(options, await options.open({ isCaptured: true }));
    } catch (error) {
      const plain = new PlainGraph(await options.open({ isCaptured: false }));
      options.onRefused(error instanceof Error ? error.message : String(error));
      return plain;
    }
  }

  async run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    if (this.#isTried) return await this.#graph.run(inputs, outputs);
    const { open, onRefused } = this.#options;
    const results = await this.#firstRun(inputs, outputs);
    this.#isTried = true;
    if (results !== undefined) return results;
    this.#graph[Symbol.dispose]();
    this.#graph = new PlainGraph(await open({ isCaptured: false }));
    onRefused('Its run copies buffers, which a replay leaves out.');
    return await this.#graph.run(inputs, outputs);
  }

  [Symbol.dispose](): void {
    this.#graph[Symbol.dispose]();
  }

  /** Nothing where a replay would not do what this run did. */
  async #firstRun<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor> | undefined> {
    using watch = new CopyWatch(this.#options.tensors.device);
    const results = await this.#graph.run(inputs, outputs);
    if (watch.copies === 0) return results;
    for (const result of Object.values<DeviceTensor>(results)) result[Symbol.dispose]();
    return undefined;
  }
}
