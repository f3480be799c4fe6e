import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CpuPreprocessor } from '../../../src/engine/kernels/preprocess/cpu-preprocessor.ts';
import { GpuPreprocessor } from '../../../src/engine/kernels/preprocess/gpu-preprocessor.ts';
import type { RgbaFrame } from '../../../src/engine/kernels/preprocess/rgba-frame.ts';
import { expectAllClose } from '../../helpers/allclose.ts';
import {
  downloadFloats,
  expectNoGpuError,
  requestTestDevice,
  uploadFloats,
} from '../../helpers/gpu-device.ts';
import { seededBytes } from '../../helpers/seeded-random.ts';

function buildFrame(width: number, height: number): RgbaFrame {
  return { width, height, rgba: seededBytes(width * 1000 + height, width * height * 4) };
}

describe('GpuPreprocessor', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await requestTestDevice();
  });
  afterAll(() => device.destroy());

  function buildTarget(size: number): GPUBuffer {
    return uploadFloats(device, new Float32Array(3 * size * size).fill(NaN));
  }

  test.each([
    [1, 1, 32],
    [17, 11, 32],
    [3, 200, 32],
    [200, 3, 32],
    [32, 32, 32],
    [64, 40, 96],
    [161, 91, 64],
    [320, 180, 64],
  ])('equals its twin bit for bit: %i × %i to %i²', async (width, height, size) => {
    using preprocessor = new GpuPreprocessor(device, size);
    const [frame, buffer] = [buildFrame(width, height), buildTarget(size)];
    const actual = await expectNoGpuError(device, () => {
      preprocessor.run(frame, { buffer, offset: 0, size: buffer.size });
      return downloadFloats(device, buffer);
    });
    const expected = new Float32Array(3 * size * size);
    new CpuPreprocessor(size).run(frame, expected);
    expectAllClose(actual, expected);
    buffer.destroy();
  });

  test('writes where it is told and nowhere else', async () => {
    using preprocessor = new GpuPreprocessor(device, 32);
    const frame = buildFrame(20, 30);
    const values = 3 * 32 * 32;
    const buffer = uploadFloats(device, new Float32Array(values + 128).fill(7));
    const actual = await expectNoGpuError(device, () => {
      preprocessor.run(frame, { buffer, offset: 256, size: values * 4 });
      return downloadFloats(device, buffer);
    });
    const expected = new Float32Array(values + 128).fill(7);
    new CpuPreprocessor(32).run(frame, expected.subarray(64, 64 + values));
    expectAllClose(actual, expected);
    buffer.destroy();
  });

  test('reads a frame that lies inside a larger buffer', async () => {
    using preprocessor = new GpuPreprocessor(device, 32);
    const { rgba, ...size } = buildFrame(9, 7);
    const large = new Uint8Array(1000).fill(200);
    large.set(rgba, 13);
    const buffer = buildTarget(32);
    const within = { ...size, rgba: large.subarray(13, 13 + rgba.length) };
    preprocessor.run(within, { buffer, offset: 0, size: buffer.size });
    const expected = new Float32Array(3 * 32 * 32);
    new CpuPreprocessor(32).run({ ...size, rgba }, expected);
    expectAllClose(await downloadFloats(device, buffer), expected);
    buffer.destroy();
  });

  test('allocates nothing once warm, and only for a new frame size', async () => {
    using preprocessor = new GpuPreprocessor(device, 32);
    const buffer = buildTarget(32);
    const target = { buffer, offset: 0, size: buffer.size };
    preprocessor.run(buildFrame(40, 30), target);
    const warm = preprocessor.allocations;
    for (let i = 0; i < 5; i++) preprocessor.run(buildFrame(40, 30), target);
    expect(preprocessor.allocations).toBe(warm);
    await expectNoGpuError(device, async () => {
      preprocessor.run(buildFrame(30, 40), target);
      expect(preprocessor.allocations).toBeGreaterThan(warm);
      const expected = new Float32Array(3 * 32 * 32);
      new CpuPreprocessor(32).run(buildFrame(30, 40), expected);
      expectAllClose(await downloadFloats(device, buffer), expected);
    });
    buffer.destroy();
  });

  test('tells the user of a frame that no buffer holds', () => {
    using preprocessor = new GpuPreprocessor(device, 32);
    const height = device.limits.maxComputeWorkgroupsPerDimension + 1;
    const frame = { width: 1, height, rgba: new Uint8Array(height * 4) };
    const buffer = buildTarget(32);
    expect(() => preprocessor.run(frame, { buffer, offset: 0, size: buffer.size })).toThrow(
      expect.objectContaining({ code: 'video-unsupported' }),
    );
    buffer.destroy();
  });
});
