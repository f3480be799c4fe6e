import '../../src/core/dispose-polyfill.ts';
import { openBrowserDevice, openBrowserEngine } from '../helpers/browser-engine.ts';
import { benchCheckpoint, type BenchCase } from './bench-models.ts';
import { benchModel, matMulRate } from './model-bench.ts';
import { benchTrack } from './track-bench.ts';

/** What the page asks for. */
export interface BenchRequest extends BenchCase {
  readonly backend: 'wasm' | 'webgpu';
  readonly threads: number;
  /** Of WebGPU; what the product finds right unless given. */
  readonly bankAttention?: 'kernel' | 'graph';
  /** Numbers of objects to track with; none measures the networks only. */
  readonly objects: readonly number[];
}

self.addEventListener('message', ({ data }: MessageEvent<BenchRequest>) => {
  void measure(data).then(
    (result) => self.postMessage({ result }),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
});

async function measure(request: BenchRequest) {
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
