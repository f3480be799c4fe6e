import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Size } from '../../../src/core/geometry.ts';
import type { MaskRle } from '../../../src/core/rle.ts';
import type { BufferSlice } from '../../../src/engine/kernels/gpu-resources.ts';
import { CpuMaskReader } from '../../../src/engine/kernels/mask-read/cpu-mask-reader.ts';
import { GpuMaskReader } from '../../../src/engine/kernels/mask-read/gpu-mask-reader.ts';
import type { MaskReading, MaskSource } from '../../../src/engine/kernels/mask-read/mask-reader.ts';
import {
  MASKS_TOGETHER,
  TRANSITION_CAPACITY,
} from '../../../src/engine/kernels/mask-read/readback-slot.ts';
import { expectNoGpuError, requestTestDevice, uploadFloats } from '../../helpers/gpu-device.ts';
import { keepLedger } from '../../helpers/gpu-ledger.ts';
import { buildDisc, buildNoise, edgeImages, type LogitImage } from '../../helpers/logit-images.ts';

const scores = { iou: 0.8125, objectScore: -3.25 };

/**
 * The lane's SwiftShader rounds after each float32 operation as the twin does, so that masks are
 * equal to the pixel. A device that fuses operations may differ where a blend is 0 to the last bit.
 */
async function readOnCpu(image: LogitImage, video: Size): Promise<MaskReading> {
  const [reading] = await readAllOnCpu([image], video);
  return reading ?? expect.fail('nothing was read');
}

async function readAllOnCpu(images: readonly LogitImage[], video: Size) {
  using reader = new CpuMaskReader({ logitSize: images[0]?.size ?? expect.fail('no images') });
  return reader.read(images.map(sourceOnCpu), video);
}

async function readNonOverlappingOnCpu(images: readonly LogitImage[], video: Size) {
  using reader = new CpuMaskReader({ logitSize: images[0]?.size ?? expect.fail('no images') });
  return reader.readNonOverlapping(images.map(sourceOnCpu), video);
}

function sourceOnCpu({ logits }: LogitImage): MaskSource<Float32Array> {
  return {
    logits,
    iouScores: Float32Array.of(scores.iou),
    objectScoreLogits: Float32Array.of(scores.objectScore),
  };
}

async function readOne(
  reader: GpuMaskReader,
  source: MaskSource<BufferSlice>,
  video: Size,
): Promise<MaskReading> {
  const [reading] = await reader.read([source], video);
  return reading ?? expect.fail('nothing was read');
}

describe('GpuMaskReader', () => {
  let device: GPUDevice;
  beforeAll(async () => {
    device = await requestTestDevice();
  });
  afterAll(() => device.destroy());

  /** The logits and scores in one buffer, at offsets that no binding could have. */
  function upload(
    { logits }: LogitImage,
    { iou, objectScore } = scores,
  ): MaskSource<BufferSlice> & Disposable {
    const values = new Float32Array(logits.length + 3);
    values[0] = iou;
    values.set(logits, 1);
    values[logits.length + 1] = objectScore;
    const buffer = uploadFloats(device, values);
    return {
      iouScores: { buffer, offset: 0, size: 4 },
      logits: { buffer, offset: 4, size: logits.byteLength },
      objectScoreLogits: { buffer, offset: 4 + logits.byteLength, size: 4 },
      [Symbol.dispose]: () => buffer.destroy(),
    };
  }

  const shapes: readonly (readonly [Size, Size])[] = [
    [
      { width: 1, height: 1 },
      { width: 1, height: 1 },
    ],
    [
      { width: 1, height: 1 },
      { width: 9, height: 4 },
    ],
    [
      { width: 8, height: 8 },
      { width: 31, height: 1 },
    ],
    [
      { width: 16, height: 16 },
      { width: 16, height: 16 },
    ],
    [
      { width: 31, height: 17 },
      { width: 53, height: 37 },
    ],
    [
      { width: 32, height: 32 },
      { width: 20, height: 13 },
    ],
    [
      { width: 64, height: 64 },
      { width: 214, height: 120 },
    ],
  ];

  test.each(shapes)('equals its twin on every edge case, %j to %j', async (size, video) => {
    using reader = new GpuMaskReader(device, { logitSize: size });
    for (const image of edgeImages(size)) {
      using source = upload(image);
      const reading = await expectNoGpuError(device, () => readOne(reader, source, video));
      expect(reading, image.name).toEqual(await readOnCpu(image, video));
    }
  });

  test('reads back little for an object, and allocates nothing once warm', async () => {
    const size = { width: 64, height: 64 };
    const video = { width: 854, height: 480 };
    const image = buildDisc(size);
    using reader = new GpuMaskReader(device, { logitSize: size });
    using source = upload(image);
    const first = await readOne(reader, source, video);
    // The next frame's masks may be read meanwhile, for which there is room from then on.
    await readOne(reader, source, video);
    const warm = reader.allocations;
    for (let i = 0; i < 3; i++) {
      const before = reader.bytesRead;
      expect(await readOne(reader, source, video)).toEqual(first);
      // Two changes in each of 570 columns, a quarter more, and the header.
      expect(reader.bytesRead - before).toBeLessThan(6000);
    }
    expect(reader.allocations).toBe(warm);
    expect(first).toEqual(await readOnCpu(image, video));
  });

  test.each([
    { objects: 4, video: { width: 1920, height: 1080 }, across: [0.4, 0.7] },
    { objects: 8, video: { width: 1920, height: 1080 }, across: [0.25, 0.45] },
    { objects: 8, video: { width: 1280, height: 720 }, across: [0.4, 0.7] },
  ] as const)(
    'reads $objects objects over $video by one program, and at most 64 kB',
    async ({ objects, video, across: [least, most] }) => {
      const size = { width: 64, height: 64 };
      const images = Array.from({ length: objects }, (_, i) => {
        const share = i / (objects - 1);
        const radius = (least + (most - least) * share) / 2;
        return buildDisc(size, { radius, x: 0.3 + 0.4 * share });
      });
      using reader = new GpuMaskReader(device, { logitSize: size });
      const sources = images.map((image) => upload(image));
      const expected = await readAllOnCpu(images, video);
      expect(await reader.read(sources, video)).toEqual(expected);
      const contested = await readNonOverlappingOnCpu(images, video);
      expect(await reader.readNonOverlapping(sources, video)).toEqual(contested);
      const [ledger, warm] = [keepLedger(device), reader.allocations];
      const before = reader.bytesRead;
      expect(await reader.read(sources, video)).toEqual(expected);
      const bytes = reader.bytesRead - before;
      expect(ledger.dispatches).toBe(1);
      expect(await reader.readNonOverlapping(sources, video)).toEqual(contested);
      expect(ledger.dispatches, 'one more finds who has which pixel').toBe(3);
      console.log(`${objects} objects over ${video.width}: ${bytes} bytes read back`);
      expect(bytes).toBeLessThanOrEqual(64_000);
      expect(reader.bytesRead - before - bytes).toBeLessThanOrEqual(64_000);
      expect(reader.allocations).toBe(warm);
      for (const source of sources) source[Symbol.dispose]();
    },
  );

  test('equals its twin on every edge case at once, and on more than one slot takes', async () => {
    const size = { width: 31, height: 17 };
    const edges = edgeImages(size);
    const noises = Array.from({ length: 8 }, (_, i) => buildNoise(size, i, 0.1 * i));
    const all = [...edges, ...noises, ...edges.toReversed(), ...noises];
    expect(all.length).toBeGreaterThan(2 * MASKS_TOGETHER);
    using reader = new GpuMaskReader(device, { logitSize: size });
    const sources = all.map((image, i) => upload(image, { iou: i / 64, objectScore: -i }));
    for (const video of [
      { width: 53, height: 37 },
      { width: 1, height: 1 },
      { width: 1, height: 33 },
      { width: 64, height: 8 },
    ]) {
      for (const [from, to] of [
        [0, 1],
        [3, 6],
        [0, all.length],
        [5, 5 + MASKS_TOGETHER],
        [7, 8],
      ] as const) {
        const part = all.slice(from, to);
        const readings = await expectNoGpuError(device, () =>
          reader.read(sources.slice(from, to), video),
        );
        const expected = await readAllOnCpu(part, video);
        expect(readings).toEqual(
          expected.map(({ mask }, i) => ({
            mask,
            predictedIou: (from + i) / 64,
            objectScoreLogit: -(from + i),
          })),
        );
        const contested = await reader.readNonOverlapping(sources.slice(from, to), video);
        expect(contested.map(({ mask }) => mask)).toEqual(
          (await readNonOverlappingOnCpu(part, video)).map(({ mask }) => mask),
        );
      }
    }
    expect(await reader.read([], size)).toEqual([]);
    for (const source of sources) source[Symbol.dispose]();
  });

  test('reads the rest of a mask that frays from one frame to the next', async () => {
    const size = { width: 64, height: 64 };
    const video = { width: 427, height: 240 };
    const checkerboard = edgeImages(size).find(({ name }) => name === 'checkerboard');
    const images = [
      buildNoise(size, 3, 0.001),
      buildNoise(size, 2, 0.15),
      checkerboard ?? expect.fail('no checkerboard'),
      buildNoise(size, 4, 0.2),
      buildDisc(size),
    ];
    using reader = new GpuMaskReader(device, { logitSize: size });
    const changes: number[] = [];
    for (const image of images) {
      using source = upload(image);
      const reading = await readOne(reader, source, video);
      expect(reading, image.name).toEqual(await readOnCpu(image, video));
      changes.push(reading.mask.counts.length - 1);
    }
    const [few = NaN, more = NaN, most = NaN, again = NaN] = changes;
    // What the first read holds, what it does not, what no list holds, and again more than expected.
    expect(few).toBeLessThan(1024);
    expect(more).toBeGreaterThan(1024);
    expect(most).toBeGreaterThan(TRANSITION_CAPACITY);
    expect(again).toBeGreaterThan(1.25 * more);
    expect(again).toBeLessThanOrEqual(TRANSITION_CAPACITY);
  });

  test('reads a mask with more changes than fit, and plain ones after it', async () => {
    const size = { width: 64, height: 64 };
    const video = { width: 300, height: 200 };
    const [frayed, plain] = [buildNoise(size, 9, 0.4), buildDisc(size)];
    using reader = new GpuMaskReader(device, { logitSize: size });
    using frayedSource = upload(frayed);
    using plainSource = upload(plain);
    const expected = await readOnCpu(frayed, video);
    expect(expected.mask.counts.length).toBeGreaterThan(TRANSITION_CAPACITY);
    const isSame = async (source: MaskSource<BufferSlice>, mask: MaskRle) =>
      expect((await readOne(reader, source, video)).mask).toEqual(mask);
    await isSame(frayedSource, expected.mask);
    await isSame(plainSource, (await readOnCpu(plain, video)).mask);
    const warm = reader.allocations;
    await isSame(frayedSource, expected.mask);
    expect(reader.allocations).toBe(warm);
  });

  test('keeps overlapping reads apart, also of two video sizes', async () => {
    const size = { width: 32, height: 32 };
    const images = [buildDisc(size), buildNoise(size, 1, 0.5), ...edgeImages(size).slice(0, 3)];
    const videos = [
      { width: 90, height: 60 },
      { width: 60, height: 90 },
    ];
    using reader = new GpuMaskReader(device, { logitSize: size });
    const pairs = images.flatMap((image) => videos.map((video) => ({ image, video })));
    const readings = pairs.map(({ image, video }) => {
      // Disposed before the result is there, as the contract allows.
      using source = upload(image);
      return readOne(reader, source, video);
    });
    for (const [i, { image, video }] of pairs.entries()) {
      expect(await readings[i]).toEqual(await readOnCpu(image, video));
    }
    const warm = reader.allocations;
    using source = upload(buildDisc(size));
    await readOne(reader, source, { width: 60, height: 90 });
    expect(reader.allocations).toBe(warm);
  });

  const crowds: readonly (readonly [Size, Size, number])[] = [
    [{ width: 1, height: 1 }, { width: 1, height: 1 }, 2],
    [{ width: 1, height: 1 }, { width: 9, height: 4 }, 3],
    [{ width: 8, height: 8 }, { width: 31, height: 1 }, 5],
    [{ width: 16, height: 16 }, { width: 16, height: 16 }, 3],
    [{ width: 31, height: 17 }, { width: 53, height: 37 }, 4],
    [{ width: 64, height: 64 }, { width: 214, height: 120 }, 3],
  ];

  test.each(crowds)(
    'gives each pixel to one object as its twin does, %j to %j, %i objects',
    async (size, video, objects) => {
      using reader = new GpuMaskReader(device, { logitSize: size });
      const images = edgeImages(size);
      const noises = Array.from({ length: objects }, (_, i) => buildNoise(size, i + 20, 0.6));
      const groups = [
        ...images.map((_, at) =>
          Array.from({ length: objects }, (_, i) => images[(at + i * 3) % images.length]),
        ),
        noises,
        // Equal logits, which go to the first.
        Array.from({ length: objects }, () => buildDisc(size)),
      ].map((group) => group.filter((image) => image !== undefined));
      for (const group of groups) {
        const sources = group.map((image) => upload(image));
        const readings = await expectNoGpuError(device, () =>
          reader.readNonOverlapping(sources, video),
        );
        const names = group.map(({ name }) => name).join();
        expect(readings, names).toEqual(await readNonOverlappingOnCpu(group, video));
        for (const source of sources) source[Symbol.dispose]();
      }
    },
  );

  test('without overlaps allocates nothing once warm, and reads back as much as with them', async () => {
    const size = { width: 64, height: 64 };
    const video = { width: 427, height: 240 };
    const images = [buildDisc(size), buildNoise(size, 2, 0.02), buildNoise(size, 3, 0.02)];
    using reader = new GpuMaskReader(device, { logitSize: size });
    const sources = images.map((image) => upload(image));
    const plain = await reader.read(sources, video);
    const cold = reader.bytesRead;
    await reader.read(sources, video);
    const bytes = reader.bytesRead - cold;
    const before = reader.allocations;
    const first = await reader.readNonOverlapping(sources, video);
    const warm = reader.allocations;
    expect(warm - before, 'the owners').toBe(1);
    expect(reader.bytesRead - cold - bytes).toBeLessThanOrEqual(bytes);
    for (let i = 0; i < 3; i++) {
      expect(await reader.readNonOverlapping(sources, video)).toEqual(first);
    }
    // Fewer objects, and overlaps again, take no more.
    await reader.readNonOverlapping(sources.slice(1), video);
    expect(await readOne(reader, sources[1] ?? expect.fail('no source'), video)).toEqual(plain[1]);
    expect(await reader.read(sources, video)).toEqual(plain);
    expect(reader.allocations).toBe(warm);
    expect(first).toEqual(await readNonOverlappingOnCpu(images, video));
    for (const source of sources) source[Symbol.dispose]();
  });

  test('keeps overlapping reads without overlaps apart, of several sizes and one overflowing', async () => {
    const size = { width: 64, height: 64 };
    const groups = [
      [buildNoise(size, 9, 0.4), buildNoise(size, 6, 0)],
      [buildDisc(size), buildNoise(size, 1, 0.5), buildNoise(size, 5, 0.9)],
    ];
    const videos = [
      { width: 300, height: 200 },
      { width: 60, height: 90 },
    ];
    using reader = new GpuMaskReader(device, { logitSize: size });
    const pairs = videos.flatMap((video) => groups.map((group) => ({ group, video })));
    const readings = pairs.map(({ group, video }) => {
      const sources = group.map((image) => upload(image));
      const reading = reader.readNonOverlapping(sources, video);
      for (const source of sources) source[Symbol.dispose]();
      return reading;
    });
    let most = 0;
    for (const [i, { group, video }] of pairs.entries()) {
      const expected = await readNonOverlappingOnCpu(group, video);
      expect(await readings[i]).toEqual(expected);
      most = Math.max(most, ...expected.map(({ mask }) => mask.counts.length));
    }
    expect(most).toBeGreaterThan(TRANSITION_CAPACITY);
  });

  test('rejects when it is disposed meanwhile, and afterwards', async () => {
    const size = { width: 16, height: 16 };
    const reader = new GpuMaskReader(device, { logitSize: size });
    using source = upload(buildDisc(size));
    const reading = readOne(reader, source, { width: 20, height: 20 });
    reader[Symbol.dispose]();
    await expect(reading).rejects.toMatchObject({ code: 'session-disposed' });
    await expect(readOne(reader, source, size)).rejects.toMatchObject({ code: 'session-disposed' });
    await expect(reader.readNonOverlapping([source, source], size)).rejects.toMatchObject({
      code: 'session-disposed',
    });
  });

  test('says so when the device is lost', async () => {
    const size = { width: 16, height: 16 };
    const lost = await requestTestDevice();
    using reader = new GpuMaskReader(lost, { logitSize: size });
    const buffer = uploadFloats(lost, new Float32Array(size.width * size.height));
    const slice = { buffer, offset: 0, size: buffer.size };
    const one = { ...slice, size: 4 };
    lost.destroy();
    const source = { logits: slice, iouScores: one, objectScoreLogits: one };
    await expect(readOne(reader, source, size)).rejects.toMatchObject({ code: 'device-lost' });
  });
});
