import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Size } from '../../../../src/core/geometry.ts';
import { resizeAntialias } from '../../../../src/engine/kernels/resize-antialias.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { mix, seededFloats } from '../../../helpers/seeded-random.ts';

interface PillowCase extends Size {
  readonly target: Size;
  readonly seed: number;
  readonly values: readonly number[];
}

const { cases } = JSON.parse(readFileSync('tests/fixtures/kernels/antialias.json', 'utf8')) as {
  cases: PillowCase[];
};

const sides = fc.integer({ min: 1, max: 40 });
const sizes = fc.record({ width: sides, height: sides });

describe('resizeAntialias', () => {
  test.each(cases)('resizes a mask of $width × $height to $target as Pillow does', (golden) => {
    const { width, height, target, seed, values } = golden;
    const data = Float32Array.from({ length: width * height }, (_, i) =>
      mix(seed, i) >>> 31 === 0 ? 1 : 0,
    );
    const resized = resizeAntialias({ width, height, data }, target);
    expect(resized).toMatchObject(target);
    // Pillow computes in doubles, PyTorch in float32.
    expectAllClose(resized.data, values, { atol: 2e-6 });
  });

  test('copies at equal size', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ({ width, height }, seed) => {
        const data = seededFloats(seed, width * height, 20);
        expect(resizeAntialias({ width, height, data }, { width, height }).data).toEqual(data);
      }),
    );
  });

  test('keeps a constant plane and stays within its input’s range', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (size, target, seed) => {
        const flat = new Float32Array(size.width * size.height).fill(3);
        expectAllClose(
          resizeAntialias({ ...size, data: flat }, target).data,
          new Float32Array(target.width * target.height).fill(3),
          { atol: 1e-5 },
        );
        const data = seededFloats(seed, size.width * size.height);
        const resized = resizeAntialias({ ...size, data }, target).data;
        expect(Math.max(...resized)).toBeLessThanOrEqual(Math.max(...data) + 1e-5);
        expect(Math.min(...resized)).toBeGreaterThanOrEqual(Math.min(...data) - 1e-5);
      }),
    );
  });

  test('averages when it shrinks, where plain sampling would miss a thin line', () => {
    const data = new Float32Array(64 * 64);
    data.fill(1, 31 * 64, 32 * 64);
    const { data: resized } = resizeAntialias(
      { width: 64, height: 64, data },
      { width: 8, height: 8 },
    );
    expect(resized.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });

  test('refuses data that do not fill the plane', () => {
    const plane = { width: 2, height: 2, data: new Float32Array(3) };
    expect(() => resizeAntialias(plane, { width: 1, height: 1 })).toThrow('Invariant');
  });
});
