import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { convertUpright } from '../../../src/core/frame/pixel-conversion.ts';
import { PIXEL_LAYOUTS, type PixelFormat } from '../../../src/core/frame/pixel-format.ts';
import { rgbaPicture, type StoredPicture } from '../../../src/core/frame/stored-picture.ts';
import { GpuPreprocessor } from '../../../src/engine/kernels/preprocess/gpu-preprocessor.ts';
import { expectAllClose } from '../../helpers/allclose.ts';
import {
  downloadFloats,
  expectNoGpuError,
  requestTestDevice,
  uploadFloats,
} from '../../helpers/gpu-device.ts';
import { modelInput } from '../../helpers/model-input.ts';
import { seededPicture } from '../../helpers/seeded-pictures.ts';

const FORMATS = Object.keys(PIXEL_LAYOUTS) as PixelFormat[];

function buildFrame(width: number, height: number): StoredPicture {
  return seededPicture({ format: 'I420', stored: { width, height } });
}

/** By the twins on the CPU, which convert, turn, resize and normalise one after the other. */
function expectedInput(picture: StoredPicture, size: number): Float32Array {
  return modelInput(convertUpright(picture), size);
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

  /** Runs the pictures one after the other, and expects of each what its twins give. */
  async function expectTwins(size: number, pictures: readonly StoredPicture[]): Promise<void> {
    using preprocessor = new GpuPreprocessor(device, size);
    for (const picture of pictures) {
      const buffer = buildTarget(size);
      const actual = await expectNoGpuError(device, () => {
        preprocessor.run(picture, { buffer, offset: 0, size: buffer.size });
        return downloadFloats(device, buffer);
      });
      expectAllClose(actual, expectedInput(picture, size));
      buffer.destroy();
    }
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
  ])('equals its twins bit for bit: %i × %i to %i²', async (width, height, size) => {
    await expectTwins(size, [buildFrame(width, height)]);
  });

  test.each(FORMATS)('reads %s of every orientation, in odd sizes and through strides', (format) =>
    expectTwins(
      32,
      ([0, 90, 180, 270] as const).flatMap((rotation) =>
        [false, true].map((isMirrored) =>
          seededPicture({
            format,
            stored: { width: 23, height: 15 },
            orientation: { rotation, isMirrored },
            padding: isMirrored ? 6 : 0,
          }),
        ),
      ),
    ),
  );

  test.each(['bt601', 'bt709', 'bt2020'] as const)('knows %s in both ranges', (matrix) =>
    expectTwins(
      64,
      ([8, 10, 12] as const).flatMap((bits) =>
        [false, true].map((isFullRange) =>
          seededPicture({
            format: bits === 8 ? 'I444' : `I444P${bits}`,
            stored: { width: 64, height: 64 },
            colour: { matrix, isFullRange },
          }),
        ),
      ),
    ),
  );

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
    expected.set(expectedInput(frame, 32), 64);
    expectAllClose(actual, expected);
    buffer.destroy();
  });

  test('reads a frame that lies inside a larger buffer', async () => {
    const frame = buildFrame(9, 7);
    const large = new Uint8Array(1000).fill(200);
    large.set(frame.data, 13);
    await expectTwins(32, [{ ...frame, data: large.subarray(13, 13 + frame.data.length) }]);
  });

  test('allocates nothing once warm, uploads planes alone, and follows another form', async () => {
    using preprocessor = new GpuPreprocessor(device, 32);
    const buffer = buildTarget(32);
    const target = { buffer, offset: 0, size: buffer.size };
    preprocessor.run(buildFrame(40, 30), target);
    const warm = preprocessor.allocations;
    const writes = vi.spyOn(device.queue, 'writeBuffer');
    for (let i = 0; i < 5; i++) preprocessor.run(buildFrame(40, 30), target);
    expect(preprocessor.allocations).toBe(warm);
    const bytes = writes.mock.calls.map(([, , , , length]) => length);
    expect(bytes).toEqual(Array.from({ length: 5 }, () => 40 * 30 * 1.5));
    writes.mockRestore();
    await expectNoGpuError(device, async () => {
      for (const other of [buildFrame(30, 40), rgbaPicture(convertUpright(buildFrame(30, 40)))]) {
        preprocessor.run(other, target);
        expect(preprocessor.allocations).toBeGreaterThan(warm);
        expectAllClose(await downloadFloats(device, buffer), expectedInput(other, 32));
      }
    });
    buffer.destroy();
  });

  test('tells the user of a frame that no buffer holds', () => {
    using preprocessor = new GpuPreprocessor(device, 32);
    const height = device.limits.maxComputeWorkgroupsPerDimension + 1;
    const buffer = buildTarget(32);
    const target = { buffer, offset: 0, size: buffer.size };
    expect(() => preprocessor.run(buildFrame(1, height), target)).toThrow(
      expect.objectContaining({ code: 'video-unsupported' }),
    );
    buffer.destroy();
  });

  test('refuses a frame with too few bytes', () => {
    using preprocessor = new GpuPreprocessor(device, 32);
    const buffer = buildTarget(32);
    const frame = buildFrame(6, 5);
    const short = { ...frame, data: frame.data.subarray(0, -1) };
    const run = () => preprocessor.run(short, { buffer, offset: 0, size: buffer.size });
    expect(run).toThrow('frame of 6 × 5 as I420 needs 48 bytes, got 47');
    buffer.destroy();
  });
});
