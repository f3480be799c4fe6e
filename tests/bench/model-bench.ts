import { ortGemmRate } from '../../src/engine/benchmark/ort-gemm.ts';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import { graphCost } from '../../src/engine/graph/graph-cost.ts';
import type { EngineGraphs } from '../../src/engine/sam2/engine-graphs.ts';
import type { GraphName } from '../../src/engine/sam2/model-graphs.ts';
import type { Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { BenchFrame } from './bench-frame.ts';

/** One line of the table. */
export interface StageTime {
  readonly stage: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly gflop: number;
}

/** What a run of `benchModel` needs. */
export interface ModelBenchOptions {
  readonly runtime: GraphRuntime;
  readonly graphs: EngineGraphs;
  readonly model: Sam2Model;
  /** Runs that are measured, after one that is not. */
  readonly repeats: number;
  /** Resolves when the work of a run is done; on a GPU a run resolves when it is submitted. */
  readonly settle: (tensor: DeviceTensor) => Promise<unknown>;
}

const FULL_BANK = { N: 7, K: 16 };

/** Times each network alone, in the order of a tracked frame, with the bank just begun and full. */
export async function benchModel(options: ModelBenchOptions): Promise<StageTime[]> {
  const { runtime, graphs, model, settle } = options;
  const cost = (name: GraphName, bindings: Record<string, number> = {}) => {
    const graph = model.graphs.get(name);
    if (graph === undefined) throw new Error(`no graph ${name}`);
    return graphCost(graph, bindings).reduce((sum, { flop }) => sum + flop, 0) / 1e9;
  };
  using frame = await BenchFrame.create(runtime, graphs);
  const { image, features, clicked } = frame;
  const stage = async (
    name: string,
    gflop: number,
    run: () => Promise<{ readonly result: Disposable; readonly wait: DeviceTensor }>,
  ): Promise<StageTime> => {
    const times = await timed(options.repeats, async () => {
      const { result, wait } = await run();
      await settle(wait);
      result[Symbol.dispose]();
    });
    return { stage: name, gflop, medianMs: times.medianMs, p95Ms: times.p95Ms };
  };
  const attend = (memories: number, pointers: number) => async () => {
    const result = await graphs.attendMemory(features, frame.bank({ memories, pointers }));
    return { result, wait: result };
  };
  return [
    await stage('image encoder', cost('imageEncoder'), async () => {
      const result = await graphs.encodeImage(image);
      return { result, wait: result.stride16 };
    }),
    await stage('memory attention, 1 + 1', cost('memoryAttention', { N: 1, K: 1 }), attend(1, 1)),
    await stage('memory attention, 7 + 16', cost('memoryAttention', FULL_BANK), attend(7, 16)),
    await stage('mask decoder', cost('maskDecoder', { P: 1 }), async () => {
      const result = await graphs.decodeMask({ features, isMultimask: true });
      return { result, wait: result.lowResMaskLogits };
    }),
    await stage('memory encoder', cost('memoryEncoder'), async () => {
      const result = await graphs.encodeMemory(features, clicked, { isMaskFromPoints: false });
      return { result, wait: result };
    }),
  ];
}

/** The device's own rate for products of matrices, GFLOP/s. */
export function matMulRate(
  runtime: GraphRuntime,
  settled: ModelBenchOptions['settle'],
  side = 1024,
): Promise<number> {
  return ortGemmRate(runtime, { side, runs: 12, settled });
}

/** Runs once, then `repeats` times with a clock. */
export async function timed(
  repeats: number,
  run: () => Promise<void>,
): Promise<{ medianMs: number; p95Ms: number }> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(Math.floor(share * times.length), times.length - 1)] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}
