import { expect } from 'vitest';
import type { GpuCrossAttention } from '../../src/engine/kernels/cross-attention/gpu-cross-attention.ts';
import { downloadFloats, uploadFloats } from './gpu-device.ts';
import type { AttentionCase } from './naive-attention.ts';

/**
 * Runs a kernel of a device on operands. A row of NaN lies on either side of the result: what lies past the
 * end must neither be read nor written.
 */
export async function attendOnGpu(
  device: GPUDevice,
  kernel: GpuCrossAttention,
  operands: AttentionCase,
): Promise<Float32Array> {
  const { queries } = operands.extents;
  const upload = (values: Float32Array<ArrayBuffer>) => {
    const buffer = uploadFloats(device, values);
    return { buffer, offset: 0, size: values.byteLength };
  };
  const target = uploadFloats(device, new Float32Array((queries + 2) * 64).fill(NaN));
  const slices = {
    queries: upload(operands.queries),
    keys: upload(operands.keys),
    values: upload(operands.values),
  };
  const { rows } = operands;
  kernel.run({ ...slices, rows }, { buffer: target, offset: 256, size: queries * 256 });
  const all = await downloadFloats(device, target);
  for (const { buffer } of [...Object.values(slices), { buffer: target }]) buffer.destroy();
  expect(all.subarray(0, 64).every(Number.isNaN)).toBe(true);
  expect(all.subarray(-64).every(Number.isNaN)).toBe(true);
  return all.subarray(64, -64);
}
