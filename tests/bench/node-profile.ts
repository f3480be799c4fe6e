import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryCopyRate } from '../../src/engine/benchmark/memory-copy-rate.ts';
import { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { NodeGraphRuntime } from '../helpers/onnx-node.ts';
import { benchCheckpoint, type BenchCase } from './bench-models.ts';
import { type MeasuredFrame, NamingRuntime, partsOf, runFrames } from './measured-frame.ts';
import { matMulRate } from './model-bench.ts';
import { benchInNode, type NodeOptions } from './node-bench.ts';

/**
 * Profiles a tracked frame on onnxruntime-node's CPU kernels.
 * @param options of all sessions; as many threads as there are cores unless given
 */
export async function profileInNode(
  wanted: BenchCase,
  options: NodeOptions = {},
): Promise<MeasuredFrame> {
  const folder = await mkdtemp(join(tmpdir(), 'profiles-'));
  try {
    const rateBefore = await productRate(options);
    const names = await profileFrames(wanted, {
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'graph'),
    });
    // Their names end with the time at which the graphs were loaded, to the millisecond.
    const files = (await readdir(folder)).toSorted();
    const traces = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const { stages, matMulRate: rateAfter } = await benchInNode(wanted, options);
    return {
      where: `onnxruntime-node, CPU, threads: ${options.intraOpNumThreads ?? 'as many as cores'}`,
      bankAttention: 'graph',
      parts: partsOf(names, traces),
      stages,
      gflopPerSecond: Math.max(rateBefore, rateAfter),
      gigabytesPerSecond: memoryCopyRate().gigabytesPerSecond,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Leaves a profile of each graph in files, and returns the graphs' names in the files' order. */
async function profileFrames(
  { size, imageSize, repeats }: BenchCase,
  options: NodeOptions,
): Promise<readonly string[]> {
  const checkpoint = benchCheckpoint(size);
  const model = buildSam2Model(checkpoint, imageSize);
  await using profiled = await NodeGraphRuntime.create(options);
  await profiled.mount(model.weights, checkpoint);
  const runtime = new NamingRuntime(profiled);
  // A session that ends writes its profile.
  using graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
  await runFrames(runtime, graphs, repeats);
  return runtime.names;
}

async function productRate(options: NodeOptions): Promise<number> {
  await using runtime = await NodeGraphRuntime.create(options);
  return await matMulRate(runtime, () => Promise.resolve());
}
