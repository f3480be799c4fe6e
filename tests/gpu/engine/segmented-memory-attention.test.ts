import { expect, test } from 'vitest';
import { PREPARED_LOCATION, prepareWeights } from '../../../src/engine/graph/weight-plan.ts';
import { OrtRuntime } from '../../../src/engine/runtime/ort-runtime.ts';
import { modelConfig } from '../../../src/engine/sam2/model-config.ts';
import { GpuBankAttention } from '../../../src/engine/session/gpu-bank-attention.ts';
import { inMemory } from '../../../src/engine/session/weight-files.ts';
import { expectAllClose } from '../../helpers/allclose.ts';
import { openBrowserDevice } from '../../helpers/browser-engine.ts';
import { buildSegmentedCase, runSegmentedCase } from '../../helpers/segmented-case.ts';

test.each([true, false])(
  'the kernel stands between ONNX Runtime’s graphs on their device and queue, pointers: %s',
  async (hasPointers) => {
    const config = modelConfig('nano', '2.1');
    const { plan, ort } = await openBrowserDevice({ backend: 'webgpu', bankAttention: 'kernel' });
    if (plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
    const segmentedCase = buildSegmentedCase({ config, imageSize: 64 }, hasPointers);
    const prepared = await inMemory(prepareWeights(segmentedCase.plan, segmentedCase.checkpoint));
    const files = new Map([[PREPARED_LOCATION, prepared]]);
    using runtime = new OrtRuntime({ ort, plan, files });
    using attention = await GpuBankAttention.create({
      device: plan.device,
      runtime,
      extents: { queries: 16, keyWidth: config.width },
    });
    const results = await runSegmentedCase(segmentedCase, {
      runtime,
      attendToBank: (operands) => attention.attend(operands),
    });
    const whole = await runtime.read(results.whole);
    expect(Math.max(...whole)).toBeGreaterThan(0.5);
    expectAllClose(await runtime.read(results.segmented), whole, { atol: 2e-5, rtol: 1e-5 });
    expect(attention.counters.runs).toBe(config.memoryAttentionLayers);
  },
);
