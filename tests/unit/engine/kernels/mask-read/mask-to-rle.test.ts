import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Size } from '../../../../../src/core/geometry.ts';
import {
  decodeRle,
  encodeRle,
  rleArea,
  rleFromString,
  rleToString,
} from '../../../../../src/core/rle.ts';
import { bilinearTable } from '../../../../../src/engine/kernels/mask-read/bilinear-table.ts';
import { maskToRle } from '../../../../../src/engine/kernels/mask-read/mask-to-rle.ts';
import { buildDisc, buildNoise, edgeImages } from '../../../../helpers/logit-images.ts';

function read(logits: Float32Array, size: Size, video: Size) {
  return maskToRle(logits, {
    columns: bilinearTable(size.width, video.width),
    rows: bilinearTable(size.height, video.height),
  });
}

/** Every pixel by the formula, in doubles, row-major. */
function resizeByFormula(logits: Float32Array, size: Size, video: Size): Float64Array {
  const resized = new Float64Array(video.width * video.height);
  const sample = (at: number, input: number, output: number) => {
    const source = Math.max(((at + 0.5) * input) / output - 0.5, 0);
    const lower = Math.min(Math.floor(source), input - 1);
    return { lower, upper: Math.min(lower + 1, input - 1), weight: source - lower };
  };
  for (let y = 0; y < video.height; y++) {
    const v = sample(y, size.height, video.height);
    for (let x = 0; x < video.width; x++) {
      const u = sample(x, size.width, video.width);
      const row = (r: number) =>
        (1 - u.weight) * (logits[r * size.width + u.lower] ?? NaN) +
        u.weight * (logits[r * size.width + u.upper] ?? NaN);
      resized[y * video.width + x] = (1 - v.weight) * row(v.lower) + v.weight * row(v.upper);
    }
  }
  return resized;
}

/** Pixels on the wrong side of 0, but for those that float32 cannot tell from 0. */
function countWrong(mask: Uint8Array, resized: Float64Array, scale: number): number {
  return mask.filter((pixel, i) => {
    const value = resized[i] ?? NaN;
    return Math.abs(value) > 1e-5 * scale && (pixel === 1) !== value > 0;
  }).length;
}

const shapes: readonly (readonly [Size, Size])[] = [
  [
    { width: 1, height: 1 },
    { width: 1, height: 1 },
  ],
  [
    { width: 1, height: 1 },
    { width: 7, height: 5 },
  ],
  [
    { width: 8, height: 8 },
    { width: 1, height: 1 },
  ],
  [
    { width: 8, height: 8 },
    { width: 8, height: 8 },
  ],
  [
    { width: 16, height: 16 },
    { width: 53, height: 31 },
  ],
  [
    { width: 31, height: 17 },
    { width: 16, height: 9 },
  ],
  [
    { width: 64, height: 64 },
    { width: 214, height: 120 },
  ],
];

describe.each(shapes)('maskToRle from %j to %j', (size, video) => {
  test.each(edgeImages(size))('gives the thresholded bilinear resize of $name', ({ logits }) => {
    const rle = read(logits, size, video);
    expect(rle).toMatchObject(video);
    const scale = Math.max(...logits.map(Math.abs));
    expect(countWrong(decodeRle(rle).data, resizeByFormula(logits, size, video), scale)).toBe(0);
  });
});

describe('maskToRle', () => {
  const sides = fc.integer({ min: 1, max: 20 });
  const sizes = fc.record({ width: sides, height: sides });
  const videos = fc.record({
    width: fc.integer({ min: 1, max: 60 }),
    height: fc.integer({ min: 1, max: 60 }),
  });

  test('gives the thresholded bilinear resize of random logits at any two sizes', () => {
    fc.assert(
      fc.property(
        sizes,
        videos,
        fc.nat(),
        fc.constantFrom(0.1, 0.5, 0.9),
        (size, video, seed, share) => {
          const { logits } = buildNoise(size, seed, share);
          const { data } = decodeRle(read(logits, size, video));
          expect(countWrong(data, resizeByFormula(logits, size, video), 12)).toBe(0);
        },
      ),
    );
  });

  test('gives run lengths in the one form: no empty run but the first, counts that sum up', () => {
    fc.assert(
      fc.property(sizes, videos, fc.nat(), (size, video, seed) => {
        const rle = read(buildNoise(size, seed, 0.5).logits, size, video);
        expect(rle).toEqual(encodeRle(decodeRle(rle)));
        expect(rleFromString(rleToString(rle), video.width, video.height)).toEqual(rle);
      }),
    );
  });

  test('at the logits’ own size is a plain threshold', () => {
    const size = { width: 48, height: 32 };
    const { logits } = buildNoise(size, 3, 0.4);
    const data = Uint8Array.from(logits, (logit) => (logit > 0 ? 1 : 0));
    expect(read(logits, size, size)).toEqual(encodeRle({ ...size, data }));
  });

  test('keeps an object’s share of the frame at any aspect', () => {
    const size = { width: 64, height: 64 };
    const { logits } = buildDisc(size);
    const small = rleArea(read(logits, size, size)) / (64 * 64);
    const large = rleArea(read(logits, size, { width: 854, height: 480 })) / (854 * 480);
    expect(large).toBeCloseTo(small, 2);
  });

  test('takes what is not a number for background', () => {
    const rle = read(
      Float32Array.of(NaN, NaN, NaN, NaN),
      { width: 2, height: 2 },
      { width: 3, height: 3 },
    );
    expect([...rle.counts]).toEqual([9]);
  });

  test('tells the smallest positive logits from 0', () => {
    const size = { width: 1, height: 2 };
    const tiny = 2 ** -149;
    const rle = read(Float32Array.of(tiny, tiny), size, { width: 1, height: 2 });
    expect([...rle.counts]).toEqual([0, 2]);
  });

  test('refuses logits that do not fit the tables', () => {
    expect(() =>
      read(new Float32Array(3), { width: 2, height: 2 }, { width: 4, height: 4 }),
    ).toThrow('Invariant');
  });
});

describe('bilinearTable', () => {
  test('has PyTorch’s indices and weights', () => {
    const { lower, upperWeights } = bilinearTable(2, 4);
    expect([...lower]).toEqual([0, 0, 0, 1]);
    expect([...upperWeights]).toEqual([0, 0.25, 0.75, 0.25]);
  });

  test('shrinks without antialias', () => {
    const { lower, upperWeights } = bilinearTable(8, 2);
    expect([...lower]).toEqual([1, 5]);
    expect([...upperWeights]).toEqual([0.5, 0.5]);
  });

  test('rounds the scale to float32 before it multiplies', () => {
    const scale = Math.fround(256 / 854);
    const { lower, upperWeights } = bilinearTable(256, 854);
    const source = Math.fround(Math.fround(scale * 853.5) - 0.5);
    expect(lower[853]).toBe(255);
    expect(upperWeights[853]).toBe(Math.fround(source - 255));
  });
});
