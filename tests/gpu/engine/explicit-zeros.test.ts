import { expect, test } from 'vitest';
import { probeDevice } from '../../../src/engine/runtime/device-probe.ts';
import { downloadFloats, uploadFloats } from '../../helpers/gpu-device.ts';

/** Adds 1 twice to a variable that each of three rounds declares anew. */
const CODE = /* wgsl */ `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@group(0) @binding(1) var<storage, read> rounds: array<f32>;
@compute @workgroup_size(1) fn main() {
  for (var round = 0u; round < u32(rounds[0]); round++) {
    var sum: f32;
    for (var i = 0u; i < u32(rounds[1]); i++) { sum += 1.0; }
    result[0] += sum;
  }
}`;

test('a variable without a value is zero in each round of a loop', async () => {
  const plan = await probeDevice('webgpu');
  if (plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  const { device } = plan;
  const [result, rounds] = [
    uploadFloats(device, Float32Array.of(0)),
    uploadFloats(device, Float32Array.of(3, 2)),
  ];
  const module = device.createShaderModule({ code: CODE });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [result, rounds].map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  device.queue.submit([encoder.finish()]);
  expect([...(await downloadFloats(device, result))]).toEqual([6]);
  device.destroy();
});
