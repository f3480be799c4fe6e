import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planCrossAttention } from '../../../src/engine/kernels/cross-attention/attention-plan.ts';
import { fullOf } from '../../../src/engine/kernels/cross-attention/bank-rows.ts';
import { crossAttention } from '../../../src/engine/kernels/cross-attention/cross-attention.ts';
import { GpuCrossAttention } from '../../../src/engine/kernels/cross-attention/gpu-cross-attention.ts';
import { expectAllClose } from '../../helpers/allclose.ts';
import { attendOnGpu } from '../../helpers/attention-on-gpu.ts';
import { expectNoGpuError, requestTestDevice, uploadFloats } from '../../helpers/gpu-device.ts';
import {
  type AttentionCase,
  buildAttention,
  buildWholeAttention,
  withRoom,
} from '../../helpers/naive-attention.ts';

/** Of values within ±1, from scores within ±16 or so that float32 sums in another order. */
const FLOAT32 = { atol: 3e-6, rtol: 1e-5 };

describe('GpuCrossAttention', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await requestTestDevice();
  });
  afterAll(() => device.destroy());

  const attend = (kernel: GpuCrossAttention, operands: AttentionCase) =>
    attendOnGpu(device, kernel, operands);

  async function expectTwin(operands: AttentionCase, tolerance = FLOAT32) {
    using kernel = await GpuCrossAttention.create(device, operands.extents);
    const attended = await expectNoGpuError(device, () => attend(kernel, operands));
    const plan = planCrossAttention(operands.extents);
    expectAllClose(attended, crossAttention(operands, plan), tolerance);
    return plan;
  }

  test.each([
    { queries: 1, keys: 1, keyWidth: 16 },
    { queries: 64, keys: 32, keyWidth: 16 },
    { queries: 65, keys: 33, keyWidth: 48 },
    { queries: 63, keys: 31, keyWidth: 128 },
    { queries: 7, keys: 128, keyWidth: 256 },
    { queries: 130, keys: 129, keyWidth: 32 },
    { queries: 3, keys: 1031, keyWidth: 16 },
  ])('equals its twin on %j', async (extents) => {
    await expectTwin(buildAttention(extents, { seed: extents.keys }));
  });

  test('equals its twin on a full bank with pointers, nano’s and the published widths', async () => {
    // An image of 64 has 4 × 4 tokens; 16 pointers make 64 tokens, nano's 32.
    const grid = 16;
    for (const keyWidth of [256, 128]) {
      const extents = { queries: grid, keys: 7 * grid + keyWidth / 4, keyWidth };
      const plan = await expectTwin(buildAttention(extents, { scale: 0.3 }));
      expect(plan.splits).toBeGreaterThan(1);
    }
  });

  test('gives the same numbers from a bank with room for more, whatever is in the room', async () => {
    const operands = buildAttention({ queries: 67, keys: 229, keyWidth: 32 });
    using kernel = await GpuCrossAttention.create(device, operands.extents);
    const whole = await attend(kernel, operands);
    for (const room of [
      { pointers: 50, gap: 45, behind: 3 },
      { pointers: 0, gap: 9, behind: 40 },
      { pointers: 229, gap: 33, behind: 0 },
    ]) {
      expect(await attend(kernel, withRoom(operands, room))).toEqual(whole);
    }
  });

  test('keeps its digits with scores in the thousands', async () => {
    const operands = buildWholeAttention({ queries: 20, keys: 300, keyWidth: 256 }, 4);
    const attended = await expectTwin(operands);
    expect(attended.splits).toBeGreaterThan(1);
  });

  test('gives the only value there is', async () => {
    const one = buildAttention({ queries: 70, keys: 1, keyWidth: 16 }, { scale: 20 });
    using kernel = await GpuCrossAttention.create(device, one.extents);
    expectAllClose(
      await attend(kernel, one),
      Float32Array.from({ length: 70 * 64 }, (_, i) => one.values[i % 64] ?? NaN),
    );
  });

  test('takes the mean where all keys are equal', async () => {
    const operands = buildAttention({ queries: 5, keys: 261, keyWidth: 32 });
    const keys = operands.keys.map((_, i) => operands.keys[i % 32] ?? NaN);
    await expectTwin({ ...operands, keys });
  });

  test('never weighs a key past the end, however low the others score', async () => {
    const operands = buildAttention({ queries: 66, keys: 37, keyWidth: 16 });
    // All scores are −1600: a masked score of 0 would outweigh every key.
    const queries = operands.queries.map(() => -10);
    const keys = operands.keys.map(() => 10);
    await expectTwin({ ...operands, queries, keys });
  });

  test('makes all its buffers at once, for any number of keys, and counts its work', async () => {
    const large = buildAttention({ queries: 40, keys: 700, keyWidth: 16 });
    const small = buildAttention({ queries: 9, keys: 70, keyWidth: 16 }, { seed: 5 });
    using kernel = await GpuCrossAttention.create(device, large.extents);
    const { allocations } = kernel;
    expect(allocations).toBe(3);
    await attend(kernel, small);
    const [ofLarge, ofSmall] = [large, small].map(({ extents }) => planCrossAttention(extents));
    if (ofLarge === undefined || ofSmall === undefined) throw new Error('there are two');
    expectAllClose(await attend(kernel, large), crossAttention(large, ofLarge), FLOAT32);
    expectAllClose(await attend(kernel, small), crossAttention(small, ofSmall), FLOAT32);
    expect(kernel.allocations).toBe(allocations);
    expect(kernel.counters).toEqual({
      runs: 3,
      dispatches: 6,
      flop: ofLarge.flop + 2 * ofSmall.flop,
      requestedBytes: ofLarge.requestedBytes + 2 * ofSmall.requestedBytes,
    });
  });

  test('refuses operands that do not belong together', async () => {
    using kernel = await GpuCrossAttention.create(device, { queries: 1, keyWidth: 16 });
    const buffer = uploadFloats(device, new Float32Array(1024));
    const slice = (size: number) => ({ buffer, offset: 0, size });
    const rows = fullOf(1);
    const operands = { queries: slice(64), keys: slice(64), values: slice(512), rows };
    expect(() => kernel.run(operands, slice(256))).toThrow('a key for each value');
    const short = { ...operands, values: slice(256) };
    expect(() => kernel.run(short, slice(128))).toThrow('must hold N');
    const beyond = { ...short, rows: fullOf(2) };
    expect(() => kernel.run(beyond, slice(256))).toThrow('are not in 1');
    const more = { ...short, queries: slice(128) };
    expect(() => kernel.run(more, slice(512))).toThrow('more queries');
    for (const extents of [
      { queries: 1, keyWidth: 20 },
      { queries: 0, keyWidth: 16 },
    ]) {
      await expect(GpuCrossAttention.create(device, extents)).rejects.toThrow();
    }
    buffer.destroy();
  });

  test('says that a bank is too large to be bound', async () => {
    using kernel = await GpuCrossAttention.create(device, { queries: 1, keyWidth: 16 });
    const buffer = uploadFloats(device, new Float32Array(16));
    const keys = Math.floor(device.limits.maxStorageBufferBindingSize / 64) + 1;
    const slice = (size: number) => ({ buffer, offset: 0, size });
    const rows = fullOf(keys);
    const operands = {
      queries: slice(64),
      keys: slice(keys * 64),
      values: slice(keys * 256),
      rows,
    };
    expect(() => kernel.run(operands, slice(256))).toThrow('more corrected frames');
    buffer.destroy();
  });
});
