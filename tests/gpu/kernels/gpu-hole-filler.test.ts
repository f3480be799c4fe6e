import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillHoles } from '../../../src/engine/kernels/fill-holes/fill-holes.ts';
import { GpuHoleFiller } from '../../../src/engine/kernels/fill-holes/gpu-hole-filler.ts';
import { expectAllClose } from '../../helpers/allclose.ts';
import {
  downloadFloats,
  expectNoGpuError,
  requestTestDevice,
  uploadFloats,
} from '../../helpers/gpu-device.ts';
import { buildNoise, edgeImages, type LogitImage } from '../../helpers/logit-images.ts';

describe('GpuHoleFiller', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await requestTestDevice();
  });
  afterAll(() => device.destroy());

  async function fillOnGpu({ logits, size }: LogitImage, maxAreaPx?: number) {
    using filler = new GpuHoleFiller(device, {
      size,
      ...(maxAreaPx === undefined ? {} : { maxAreaPx }),
    });
    const source = uploadFloats(device, logits);
    const filled = uploadFloats(device, new Float32Array(logits.length).fill(NaN));
    const slice = (buffer: GPUBuffer) => ({ buffer, offset: 0, size: logits.byteLength });
    const binding = filler.bind(slice(source), slice(filled));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    filler.encode(pass, binding);
    pass.end();
    device.queue.submit([encoder.finish()]);
    const [result, sourceAfter] = [
      await downloadFloats(device, filled),
      await downloadFloats(device, source),
    ];
    expectAllClose(sourceAfter, logits);
    source.destroy();
    filled.destroy();
    return result.subarray(0, logits.length);
  }

  test.each([
    { width: 1, height: 1 },
    { width: 2, height: 5 },
    { width: 17, height: 9 },
    { width: 64, height: 64 },
  ])('equals its twin on every edge case of %j', async (size) => {
    for (const image of edgeImages(size)) {
      const filled = await expectNoGpuError(device, () => fillOnGpu(image));
      expectAllClose(filled, fillHoles(image.logits, size));
    }
  });

  test.each([0.55, 0.62, 0.7, 0.8])('equals its twin on noise that is %f object', async (share) => {
    const image = buildNoise({ width: 61, height: 47 }, 5, share);
    const expected = fillHoles(image.logits, image.size);
    const filled = await fillOnGpu(image);
    expectAllClose(filled, expected);
    // The case is no case where nothing is filled.
    expect(expected).not.toEqual(image.logits);
  });

  test.each([1, 2, 9, 64])('equals its twin with holes of up to %i pixels', async (maxAreaPx) => {
    const image = buildNoise({ width: 40, height: 40 }, 11, 0.6);
    const filled = await fillOnGpu(image, maxAreaPx);
    expectAllClose(filled, fillHoles(image.logits, image.size, maxAreaPx));
  });

  test('finds nothing to fill in its own result', async () => {
    const image = buildNoise({ width: 33, height: 21 }, 2, 0.65);
    const once = Float32Array.from(await fillOnGpu(image));
    expectAllClose(await fillOnGpu({ ...image, logits: once }), once);
  });

  test('refuses an area that it has no cells for', () => {
    const size = { width: 4, height: 4 };
    expect(() => new GpuHoleFiller(device, { size, maxAreaPx: 65 })).toThrow('Invariant');
    expect(() => new GpuHoleFiller(device, { size, maxAreaPx: 0 })).toThrow('Invariant');
  });
});
