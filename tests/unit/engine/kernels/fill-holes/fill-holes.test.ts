import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Size } from '../../../../../src/core/geometry.ts';
import {
  fillHoles,
  HOLE_AREA_PX,
  HOLE_LOGIT,
} from '../../../../../src/engine/kernels/fill-holes/fill-holes.ts';

/** `#` is object, anything else background. */
function logitsOf(picture: string): { logits: Float32Array; size: Size } {
  const rows = picture.trim().split(/\s+/);
  const size = { width: rows[0]?.length ?? 0, height: rows.length };
  return { logits: Float32Array.from(rows.join(''), (cell) => (cell === '#' ? 2 : -3)), size };
}

/** Floods each component by itself, without any of the tested code's bookkeeping. */
function fillByFlooding(logits: Float32Array, { width, height }: Size, maxAreaPx: number) {
  const filled = Float32Array.from(logits);
  const seen = new Set<number>();
  for (const start of logits.keys()) {
    if (!((logits[start] ?? 0) <= 0) || seen.has(start)) continue;
    const component = [start];
    seen.add(start);
    for (const cell of component) {
      const [x, y] = [cell % width, Math.floor(cell / width)];
      for (const [nx, ny] of [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [x + dx, y + dy]))) {
        if (nx === undefined || ny === undefined) continue;
        const at = ny * width + nx;
        if (nx < 0 || ny < 0 || nx >= width || ny >= height || seen.has(at)) continue;
        if (!((logits[at] ?? 0) <= 0)) continue;
        seen.add(at);
        component.push(at);
      }
    }
    if (component.length <= maxAreaPx) for (const cell of component) filled[cell] = HOLE_LOGIT;
  }
  return filled;
}

const images = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    share: fc.constantFrom(0.2, 0.5, 0.65, 0.8),
  })
  .chain(({ width, height, share }) =>
    fc.record({
      size: fc.constant({ width, height }),
      logits: fc
        .array(fc.double({ min: 0, max: 1, noNaN: true }), {
          minLength: width * height,
          maxLength: width * height,
        })
        .map((values) => Float32Array.from(values, (value) => share - value)),
    }),
  );

describe('fillHoles', () => {
  test('fills a hole of 8 pixels and leaves one of 9', () => {
    const { logits, size } = logitsOf(`
      ###########
      #....#...##
      #....#...##
      ######...##
      ###########`);
    const filled = fillHoles(logits, size);
    expect([...filled].filter((value) => value === HOLE_LOGIT)).toHaveLength(8);
    expect([...filled].filter((value) => value === -3)).toHaveLength(9);
    expect(filled[size.width + 1]).toBe(HOLE_LOGIT);
  });

  test('joins pixels that meet at a corner, both ways', () => {
    const { logits, size } = logitsOf(`
      .########.
      #.######.#
      ##.####.##
      ###.##.###
      ####..####`);
    expect(fillHoles(logits, size, 9)).toEqual(logits);
    expect(fillHoles(logits, size, 10).every((value) => value > 0)).toBe(true);
  });

  test('does not join the ends of neighbouring rows', () => {
    const { logits, size } = logitsOf(`
      ###.
      ####
      .###`);
    expect(fillHoles(logits, size, 1).every((value) => value > 0)).toBe(true);
    const wrapped = logitsOf(`
      ###.
      .###`);
    expect(fillHoles(wrapped.logits, wrapped.size, 1).every((value) => value > 0)).toBe(true);
  });

  test('counts a small background that touches the border, as the reference does', () => {
    const { logits, size } = logitsOf('..##..');
    expect(fillHoles(logits, size).every((value) => value > 0)).toBe(true);
  });

  test('takes 0 for background and NaN for object', () => {
    const filled = fillHoles(Float32Array.of(0, NaN, 5), { width: 3, height: 1 });
    expect([...filled]).toEqual([HOLE_LOGIT, NaN, 5]);
  });

  test('leaves an absent object absent', () => {
    const logits = new Float32Array(64 * 64).fill(-1024);
    expect(fillHoles(logits, { width: 64, height: 64 })).toEqual(logits);
  });

  test('fills nothing when the area is 0', () => {
    const { logits, size } = logitsOf('#.#');
    expect(fillHoles(logits, size, 0)).toEqual(logits);
  });

  test('equals flooding each component, and leaves its input alone', () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 20 }), ({ logits, size }, maxAreaPx) => {
        const before = Float32Array.from(logits);
        const filled = fillHoles(logits, size, maxAreaPx);
        expect(filled).toEqual(fillByFlooding(logits, size, maxAreaPx));
        expect(logits).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  test('finds nothing to fill in its own result', () => {
    fc.assert(
      fc.property(images, ({ logits, size }) => {
        const once = fillHoles(logits, size, HOLE_AREA_PX);
        expect(fillHoles(once, size, HOLE_AREA_PX)).toEqual(once);
      }),
    );
  });

  test('refuses logits that do not fill the size', () => {
    expect(() => fillHoles(new Float32Array(5), { width: 2, height: 2 })).toThrow('Invariant');
  });
});
