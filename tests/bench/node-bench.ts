import { buildSam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import { NodeGraphRuntime } from '../helpers/onnx-node.ts';
import { benchCheckpoint, type BenchCase } from './bench-models.ts';
import { benchModel, matMulRate, type StageTime } from './model-bench.ts';

/** How ONNX Runtime's sessions are opened. */
export type NodeOptions = NonNullable<Parameters<typeof NodeGraphRuntime.create>[0]>;

/** What one case gave. */
export interface BenchResult {
  readonly stages: readonly StageTime[];
  /** Of the same run, GFLOP/s. */
  readonly matMulRate: number;
  /** Bytes that the process held at its peak. */
  readonly peakBytes: number;
}

/**
 * Measures a case on onnxruntime-node's CPU kernels.
 * @param options of all sessions; as many threads as there are cores unless given
 */
export async function benchInNode(
  { size, imageSize, repeats }: BenchCase,
  options: NodeOptions = {},
): Promise<BenchResult> {
  const checkpoint = benchCheckpoint(size);
  const model = buildSam2Model(checkpoint, imageSize);
  await using runtime = await NodeGraphRuntime.create(options);
  await runtime.mount(model.weights, checkpoint);
  using graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
  const settle = () => Promise.resolve();
  return {
    stages: await benchModel({ runtime, graphs, model, repeats, settle }),
    matMulRate: await matMulRate(runtime, settle),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}
