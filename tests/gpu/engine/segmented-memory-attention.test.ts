import { expect, test } from 'vitest';
import { PREPARED_LOCATION, prepareWeights } from '../../../src/engine/graph/weight-plan.ts';
import { GpuCrossAttention } from '../../../src/engine/kernels/cross-attention/gpu-cross-attention.ts';
import { gpuBuffer, OrtRuntime } from '../../../src/engine/runtime/ort-runtime.ts';
import { modelConfig } from '../../../src/engine/sam2/model-config.ts';
import type { BankAttention } from '../../../src/engine/sam2/segmented-memory-attention.ts';
import { inMemory } from '../../../src/engine/session/weight-files.ts';
import type { DeviceTensor } from '../../../src/engine/device-tensor.ts';
import { expectAllClose } from '../../helpers/allclose.ts';
import { openBrowserDevice } from '../../helpers/browser-engine.ts';
import { buildSegmentedCase, runSegmentedCase } from '../../helpers/segmented-case.ts';

test('the kernel stands between ONNX Runtime’s graphs on their device and queue', async () => {
  const config = modelConfig('nano', '2.1');
  const { plan, ort } = await openBrowserDevice({ backend: 'webgpu' });
  if (plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  const segmentedCase = buildSegmentedCase({ config, imageSize: 64 }, true);
  const prepared = await inMemory(prepareWeights(segmentedCase.plan, segmentedCase.checkpoint));
  const files = new Map([[PREPARED_LOCATION, prepared]]);
  using runtime = new OrtRuntime({ ort, plan, files });
  using kernel = new GpuCrossAttention(plan.device, config.width);
  const attend: BankAttention = ({ queries, keys, values }) => {
    const attended = runtime.emptyGpuTensor([queries.dims[0] ?? 0, 64]);
    const operands = { queries: slice(queries), keys: slice(keys), values: slice(values) };
    kernel.run(operands, slice(attended));
    return attended;
  };
  const results = await runSegmentedCase(segmentedCase, { runtime, attend });
  const whole = await runtime.read(results.whole);
  expect(Math.max(...whole)).toBeGreaterThan(0.5);
  expectAllClose(await runtime.read(results.segmented), whole, { atol: 2e-5, rtol: 1e-5 });
  expect(kernel.counters.runs).toBe(config.memoryAttentionLayers);
});

function slice(tensor: DeviceTensor) {
  return { buffer: gpuBuffer(tensor), offset: 0, size: tensor.bytes };
}
