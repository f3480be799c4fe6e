import '../../src/core/dispose-polyfill.ts';
import { PREPARED_LOCATION, prepareWeights } from '../../src/engine/graph/weight-plan.ts';
import { probeDevice } from '../../src/engine/runtime/device-probe.ts';
import { loadOrt } from '../../src/engine/runtime/ort-module.ts';
import { OrtRuntime } from '../../src/engine/runtime/ort-runtime.ts';
import { buildSam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import { CpuTensorKernels } from '../../src/engine/session/cpu-tensor-kernels.ts';
import { GpuTensorKernels } from '../../src/engine/session/gpu-tensor-kernels.ts';
import { inMemory } from '../../src/engine/session/weight-files.ts';
import { benchCheckpoint, type BenchCase } from './bench-models.ts';
import { benchModel, matMulRate } from './model-bench.ts';
import { benchTrack } from './track-bench.ts';

/** What the page asks for. */
export interface BenchRequest extends BenchCase {
  readonly backend: 'wasm' | 'webgpu';
  readonly threads: number;
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
  const { size, imageSize, repeats, backend, threads } = request;
  const probed = await probeDevice(backend);
  const plan =
    probed.backend === 'wasm'
      ? { ...probed, threads, report: { ...probed.report, threads } }
      : probed;
  const ort = await loadOrt(plan.report);
  const checkpoint = benchCheckpoint(size);
  const model = buildSam2Model(checkpoint, imageSize);
  const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
  using runtime = new OrtRuntime({ ort, plan, files: new Map([[PREPARED_LOCATION, prepared]]) });
  using graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
  using kernels =
    plan.backend === 'webgpu'
      ? new GpuTensorKernels(plan.device, runtime, imageSize)
      : new CpuTensorKernels(runtime, imageSize);
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
