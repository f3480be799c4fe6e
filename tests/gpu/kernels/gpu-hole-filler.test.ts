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
import { keepLedger } from '../../helpers/gpu-ledger.ts';
import { buildNoise, edgeImages, type LogitImage } from '../../helpers/logit-images.ts';

describe('GpuHoleFiller', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await requestTestDevice();
  });
  afterAll(() => device.destroy());

  /** Those of several objects, in one go. */
  async function fillTogether(
    filler: GpuHoleFiller,
    images: readonly LogitImage[],
  ): Promise<readonly Float32Array[]> {
    const objects = images.map(({ logits }) => {
      const source = uploadFloats(device, logits);
      const target = uploadFloats(device, new Float32Array(logits.length).fill(NaN));
      const slice = (buffer: GPUBuffer) => ({ buffer, offset: 0, size: logits.byteLength });
      return { logits: slice(source), filled: slice(target) };
    });
    filler.run(objects);
    const results: Float32Array[] = [];
    for (const [i, { logits, filled }] of objects.entries()) {
      const image = images[i] ?? expect.fail('no image');
      results.push((await downloadFloats(device, filled.buffer)).subarray(0, image.logits.length));
      expectAllClose(await downloadFloats(device, logits.buffer), image.logits);
      logits.buffer.destroy();
      filled.buffer.destroy();
    }
    return results;
  }

  async function fillOnGpu(image: LogitImage, maxAreaPx?: number): Promise<Float32Array> {
    using filler = new GpuHoleFiller(device, {
      size: image.size,
      ...(maxAreaPx === undefined ? {} : { maxAreaPx }),
    });
    const [filled] = await fillTogether(filler, [image]);
    return filled ?? expect.fail('nothing was filled');
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

  test('fills each of several objects as if it were alone, by one program', async () => {
    const size = { width: 37, height: 23 };
    const images = [...edgeImages(size), buildNoise(size, 3, 0.62), buildNoise(size, 4, 0.7)];
    using filler = new GpuHoleFiller(device, { size });
    const ledger = keepLedger(device);
    const groups = [images.slice(0, 1), images, images.slice(4, 7), images.toReversed()];
    for (const group of groups) {
      const filled = await expectNoGpuError(device, () => fillTogether(filler, group));
      for (const [i, { name, logits }] of group.entries()) {
        expect(filled[i], name).toEqual(fillHoles(logits, size));
      }
    }
    expect(ledger.dispatches).toBe(groups.length);
    const warm = filler.allocations;
    await fillTogether(filler, images);
    expect(filler.allocations).toBe(warm);
    filler.run([]);
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
