import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Size } from '../../../../../src/core/geometry.ts';
import { rleArea, rleIntersection } from '../../../../../src/core/rle.ts';
import { bilinearTable } from '../../../../../src/engine/kernels/mask-read/bilinear-table.ts';
import { CpuMaskReader } from '../../../../../src/engine/kernels/mask-read/cpu-mask-reader.ts';
import { maskToRle } from '../../../../../src/engine/kernels/mask-read/mask-to-rle.ts';
import {
  MAX_OWNERS,
  nonOverlappingMasks,
} from '../../../../../src/engine/kernels/mask-read/non-overlapping-masks.ts';
import { buildDisc, buildNoise, edgeImages } from '../../../../helpers/logit-images.ts';
import { nonOverlapByFormula } from '../../../../helpers/naive-non-overlap.ts';

function scaling(size: Size, video: Size) {
  return {
    columns: bilinearTable(size.width, video.width),
    rows: bilinearTable(size.height, video.height),
  };
}

const sides = fc.integer({ min: 1, max: 14 });
const sizes = fc.record({ width: sides, height: sides });
const videoSides = fc.integer({ min: 1, max: 40 });
const videos = fc.record({ width: videoSides, height: videoSides });

describe('nonOverlappingMasks', () => {
  test('gives each pixel to the highest logit, as the reference does, at any sizes', () => {
    fc.assert(
      fc.property(
        sizes,
        videos,
        fc.array(fc.record({ seed: fc.nat(), share: fc.constantFrom(0.1, 0.5, 0.95) }), {
          minLength: 1,
          maxLength: 6,
        }),
        (size, video, noises) => {
          const objects = noises.map(({ seed, share }) => buildNoise(size, seed, share).logits);
          const masks = nonOverlappingMasks(objects, scaling(size, video));
          expect(masks).toEqual(nonOverlapByFormula(objects, size, video));
        },
      ),
    );
  });

  test('equals plain reading for one object', () => {
    fc.assert(
      fc.property(sizes, videos, fc.nat(), (size, video, seed) => {
        const { logits } = buildNoise(size, seed, 0.5);
        const tables = scaling(size, video);
        expect(nonOverlappingMasks([logits], tables)).toEqual([maskToRle(logits, tables)]);
      }),
    );
  });

  test.each([
    { width: 1, height: 1 },
    { width: 5, height: 8 },
    { width: 16, height: 16 },
  ])('knows every edge case against every other, logits of %j', (size) => {
    const video = { width: 23, height: 17 };
    const images = edgeImages(size);
    for (const [i, { name, logits }] of images.entries()) {
      const objects = [logits, ...images.slice(i + 1).map((image) => image.logits)];
      const masks = nonOverlappingMasks(objects, scaling(size, video));
      expect(masks, name).toEqual(nonOverlapByFormula(objects, size, video));
    }
  });

  test('gives equal logits to the first object, and absent ones nothing', () => {
    const size = { width: 32, height: 32 };
    const { logits } = buildDisc(size);
    const absent = new Float32Array(logits.length).fill(-1024);
    const tables = scaling(size, { width: 60, height: 44 });
    const [gone, first, second] = nonOverlappingMasks([absent, logits, logits], tables);
    expect(first).toEqual(maskToRle(logits, tables));
    expect([gone, second].map((mask) => mask && rleArea(mask))).toEqual([0, 0]);
  });

  test('leaves every claimed pixel to somebody, and none to two', () => {
    fc.assert(
      fc.property(sizes, videos, fc.nat(), fc.nat(), (size, video, seedA, seedB) => {
        const objects = [buildNoise(size, seedA, 0.6).logits, buildNoise(size, seedB, 0.6).logits];
        const tables = scaling(size, video);
        const [a, b] = objects.map((logits) => maskToRle(logits, tables));
        const [c, d] = nonOverlappingMasks(objects, tables);
        if (!a || !b || !c || !d) throw new Error('two objects make two masks');
        expect(rleIntersection(c, d)).toBe(0);
        expect(rleArea(c) + rleArea(d)).toBe(rleArea(a) + rleArea(b) - rleIntersection(a, b));
      }),
    );
  });

  test('takes a NaN for nobody’s', () => {
    const size = { width: 1, height: 1 };
    const objects = [Float32Array.of(NaN), Float32Array.of(2), Float32Array.of(NaN)];
    const counts = nonOverlappingMasks(objects, scaling(size, size)).map((mask) => [
      ...mask.counts,
    ]);
    expect(counts).toEqual([[1], [0, 1], [1]]);
  });

  test('tells as many objects apart as there are ids, and refuses more', () => {
    const size = { width: 1, height: 1 };
    const objects = Array.from({ length: MAX_OWNERS }, (_, i) => Float32Array.of(i + 1));
    const areas = nonOverlappingMasks(objects, scaling(size, size)).map(rleArea);
    expect(areas).toEqual([...Array.from({ length: MAX_OWNERS - 1 }, () => 0), 1]);
    objects.push(Float32Array.of(1));
    expect(() => nonOverlappingMasks(objects, scaling(size, size))).toThrow('Invariant');
  });

  test('refuses logits that do not fit the tables', () => {
    const size = { width: 2, height: 2 };
    const objects = [new Float32Array(4), new Float32Array(3)];
    expect(() => nonOverlappingMasks(objects, scaling(size, size))).toThrow('Invariant');
  });
});

describe('CpuMaskReader.readNonOverlapping', () => {
  const size = { width: 32, height: 32 };
  const video = { width: 90, height: 50 };
  const sourceOf = (logits: Float32Array, iou: number) => ({
    logits,
    iouScores: Float32Array.of(iou),
    objectScoreLogits: Float32Array.of(iou - 1),
  });

  test('keeps masks and scores together', async () => {
    const objects = [buildDisc(size).logits, buildNoise(size, 3, 0.6).logits];
    using reader = new CpuMaskReader({ logitSize: size });
    const readings = await reader.readNonOverlapping(
      objects.map((logits, i) => sourceOf(logits, 0.5 / (i + 1))),
      video,
    );
    expect(readings.map(({ mask }) => mask)).toEqual(nonOverlapByFormula(objects, size, video));
    expect(readings).toMatchObject([
      { predictedIou: 0.5, objectScoreLogit: -0.5 },
      { predictedIou: 0.25, objectScoreLogit: -0.75 },
    ]);
  });

  test('reads no objects, and rejects once it is disposed', async () => {
    const reader = new CpuMaskReader({ logitSize: size });
    expect(await reader.readNonOverlapping([], video)).toEqual([]);
    reader[Symbol.dispose]();
    await expect(reader.readNonOverlapping([], video)).rejects.toMatchObject({
      code: 'session-disposed',
    });
  });
});
