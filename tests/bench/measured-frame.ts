import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type {
  GraphRuntime,
  HostData,
  LoadOptions,
  ModelGraph,
} from '../../src/engine/graph-runtime.ts';
import type { EngineGraphs } from '../../src/engine/sam2/engine-graphs.ts';
import type { PartName } from '../../src/engine/sam2/frame-cost.ts';
import { BenchFrame } from './bench-frame.ts';
import { type GraphProfile, readProfile } from './kernel-times.ts';
import type { StageTime } from './model-bench.ts';
import { FULL_BANK } from './roofline.ts';

/** One network of a tracked frame, from the profiles of the graphs that it is made of. */
export interface MeasuredPart {
  readonly name: PartName;
  readonly profiles: readonly GraphProfile[];
}

/** A tracked frame of one object with a full bank on a device at hand. */
export interface MeasuredFrame {
  readonly where: string;
  /** How the bank was attended to. */
  readonly bankAttention: 'kernel' | 'graph';
  readonly parts: readonly MeasuredPart[];
  /** Each network without a profile, of the same run. */
  readonly stages: readonly StageTime[];
  /** Product of matrices, of the same run. */
  readonly gflopPerSecond: number;
  /** Copy in the device's memory, of the same run. */
  readonly gigabytesPerSecond: number;
}

/** Frames that are run before those that count. */
const WARM_RUNS = 1;

const PART_OF_GRAPH: readonly (readonly [graph: RegExp, part: PartName])[] = [
  [/^imageEncoder$/, 'image encoder'],
  [/^memoryAttention/, 'memory attention'],
  [/^objectDecoderOf1$/, 'mask decoder'],
  [/^objectMemoryEncoderOf1$/, 'memory encoder'],
];

/** Tracks one frame over and over, `runs` times and once before that. */
export async function runFrames(
  runtime: GraphRuntime,
  graphs: EngineGraphs,
  runs: number,
): Promise<void> {
  using frame = await BenchFrame.create(runtime, graphs);
  for (let run = 0; run < WARM_RUNS + runs; run++) {
    using features = await graphs.encodeImage(frame.image);
    for (const { output, memory } of await graphs.trackObjects(features, [frame.bank(FULL_BANK)])) {
      output[Symbol.dispose]();
      memory[Symbol.dispose]();
    }
  }
}

/**
 * The profiles of graphs after `runFrames`, by network. Graphs that a tracked frame does not run are
 * left out.
 * @param traces of each graph, in the order of `names`
 */
export function partsOf(names: readonly string[], traces: readonly string[]): MeasuredPart[] {
  if (names.length !== traces.length) {
    throw new Error(`${traces.length} profiles of ${names.length} graphs`);
  }
  return PART_OF_GRAPH.map(([pattern, name]) => ({
    name,
    profiles: traces
      .filter((_, i) => pattern.test(names[i] ?? ''))
      .map((trace) => readProfile(trace, WARM_RUNS)),
  }));
}

/** A runtime that keeps the names of the graphs it has loaded, in their order. */
export class NamingRuntime implements GraphRuntime {
  readonly names: string[] = [];
  readonly #runtime: GraphRuntime;

  constructor(runtime: GraphRuntime) {
    this.#runtime = runtime;
  }

  async load(name: string, model: Uint8Array, options?: LoadOptions): Promise<ModelGraph> {
    this.names.push(name);
    return await this.#runtime.load(name, model, options);
  }

  tensor(dims: readonly number[], host: HostData): DeviceTensor {
    return this.#runtime.tensor(dims, host);
  }

  concat(tensors: readonly DeviceTensor[], rows?: number): DeviceTensor {
    return this.#runtime.concat(tensors, rows);
  }

  split(tensor: DeviceTensor, count: number): readonly DeviceTensor[] {
    return this.#runtime.split(tensor, count);
  }
}
