import { expect, test } from 'vitest';
import { planWeights } from '../../../../src/engine/graph/weight-plan.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import type { BankAttention } from '../../../../src/engine/sam2/segmented-memory-attention.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { twinOn } from '../../../helpers/attention-twin.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';
import { buildSegmentedCase, runSegmentedCase } from '../../../helpers/segmented-case.ts';

test.each([
  { size: 'nano', version: '2.1', imageSize: 96, hasPointers: true },
  { size: 'nano', version: '2.1', imageSize: 64, hasPointers: false },
  { size: 'tiny', version: '2.1', imageSize: 64, hasPointers: true },
  { size: 'tiny', version: '2.0', imageSize: 64, hasPointers: true },
] as const)(
  'segments around the kernel’s twin give what the whole graph gives: %j',
  async ({ size, version, imageSize, hasPointers }) => {
    const config = modelConfig(size, version);
    const segmentedCase = buildSegmentedCase({ config, imageSize }, hasPointers);
    expect(segmentedCase.segments.layers).toHaveLength(config.memoryAttentionLayers + 1);
    await using runtime = await NodeGraphRuntime.create();
    await runtime.mount(segmentedCase.plan, segmentedCase.checkpoint);
    const results = await runSegmentedCase(segmentedCase, {
      runtime,
      attendToBank: twinOn(runtime),
    });
    const [whole, segmented] = [readFloat32(results.whole), readFloat32(results.segmented)];
    expect(Math.max(...whole)).toBeGreaterThan(0.5);
    expectAllClose(segmented, whole, { atol: 2e-5, rtol: 1e-5 });
    // The two results, and nothing between.
    expect(runtime.liveTensors).toBe(2);
  },
);

test('the segments need no weight prepared that the whole graph does not', () => {
  const setup = { config: modelConfig('tiny', '2.1'), imageSize: 64 };
  const { whole, plan, checkpoint } = buildSegmentedCase(setup, true);
  expect(plan.preparedBytes).toBe(planWeights([whole], checkpoint).preparedBytes);
});

test('a kernel that fails leaves no tensor behind', async () => {
  const setup = { config: modelConfig('nano', '2.1'), imageSize: 64 };
  const segmentedCase = buildSegmentedCase(setup, true);
  await using runtime = await NodeGraphRuntime.create();
  await runtime.mount(segmentedCase.plan, segmentedCase.checkpoint);
  const twin = twinOn(runtime);
  let calls = 0;
  const attendToBank: BankAttention = (operands) => {
    calls++;
    if (calls === 2) throw new Error('the device is gone');
    return twin(operands);
  };
  const run = runSegmentedCase(segmentedCase, { runtime, attendToBank });
  await expect(run).rejects.toThrow('the device is gone');
  // Twice five inputs, which are the test's own, and the whole graph's result.
  expect(runtime.liveTensors).toBe(11);
});
