import { openBrowserDevice, openBrowserEngine } from '../helpers/browser-engine.ts';
import { benchCheckpoint, type BenchCase } from './bench-models.ts';
import { benchModel, matMulRate } from './model-bench.ts';
import { benchTrack } from './track-bench.ts';

/** What is measured. */
export interface BenchRequest extends BenchCase {
  readonly backend: 'wasm' | 'webgpu';
  readonly threads: number;
  /** Of WebGPU; what the product finds right unless given. */
  readonly bankAttention?: 'kernel' | 'graph';
  /** Numbers of objects to track with; none measures the networks only. */
  readonly objects: readonly number[];
}

/** Times each network of a model, and tracks, on the device that the engine finds. */
export async function benchOnDevice(request: BenchRequest) {
  const { size, imageSize, repeats, backend } = request;
  const device = await openBrowserDevice(request);
  using engine = await openBrowserEngine(device, benchCheckpoint(size), imageSize);
  const { runtime, graphs, kernels, model } = engine;
  const { plan } = device;
  const settle = async () => {
    if (plan.backend === 'webgpu') await plan.device.queue.onSubmittedWorkDone();
  };
  return {
    device: plan.report,
    stages: await benchModel({ runtime, graphs, model, repeats, settle }),
    matMulRate: await matMulRate(runtime, settle, backend === 'webgpu' ? 256 : 1024),
    tracks: await benchTrack({ graphs, kernels, objects: request.objects }),
  };
}
