import { readFileSync } from 'node:fs';
import { decode as decodePng } from 'fast-png';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeRle,
  emptyRle,
  encodeRle,
  forEachObjectRun,
  rleArea,
  rleBounds,
  rleFromString,
  rleFromTransitions,
  rleIntersection,
  rleIou,
  rleToString,
  type BinaryMask,
  type MaskRle,
} from '../../../src/core/rle.ts';
import { expectAllClose } from '../../helpers/allclose.ts';

interface Golden {
  readonly name: string;
  readonly size: readonly [height: number, width: number];
  readonly counts: readonly number[];
  readonly counts_string: string;
  readonly area: number;
  readonly bbox_xywh: readonly [number, number, number, number];
}

const FIXTURES = 'tests/fixtures/rle';
const goldens = JSON.parse(readFileSync(`${FIXTURES}/expected.json`, 'utf8')) as Golden[];

function readMask(name: string): BinaryMask {
  const { width, height, data } = decodePng(readFileSync(`${FIXTURES}/${name}.png`));
  return { width, height, data: Uint8Array.from(data) };
}

function maskOf(width: number, height: number, data: ArrayLike<number>): BinaryMask {
  return { width, height, data: Uint8Array.from(data) };
}

const sizes = fc.record({
  width: fc.integer({ min: 1, max: 30 }),
  height: fc.integer({ min: 1, max: 30 }),
});

/** Masks with long and with short runs. */
const masks = fc
  .tuple(
    sizes,
    fc.constantFrom(1, 4, 20),
    fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1 }),
  )
  .map(([{ width, height }, block, bits]) =>
    maskOf(
      width,
      height,
      Array.from(
        { length: width * height },
        (_, i) => bits[Math.floor(i / block) % bits.length] ?? 0,
      ),
    ),
  );

const maskPairs = fc
  .tuple(masks, fc.infiniteStream(fc.integer({ min: 0, max: 1 })))
  .map(([a, bits]) => [a, maskOf(a.width, a.height, [...bits.take(a.data.length)])] as const);

function expectWellFormed({ width, height, counts }: MaskRle): void {
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(width * height);
  expect(counts.subarray(1).every((count) => count > 0)).toBe(true);
}

describe.each(goldens)('the COCO golden $name', (golden) => {
  const [height, width] = golden.size;
  const rle: MaskRle = { width, height, counts: Uint32Array.from(golden.counts) };

  test('encodes from its pixels and decodes to them', () => {
    const mask = readMask(golden.name);
    expect(encodeRle(mask)).toEqual(rle);
    expect(decodeRle(rle)).toMatchObject({ width, height });
    expectAllClose(
      decodeRle(rle).data,
      mask.data.map((pixel) => pixel && 1),
    );
  });

  test('has its text, both ways', () => {
    expect(rleToString(rle)).toBe(golden.counts_string);
    expect(rleFromString(golden.counts_string, width, height)).toEqual(rle);
  });

  test('has its area and box', () => {
    expect(rleArea(rle)).toBe(golden.area);
    const [x, y, boxWidth, boxHeight] = golden.bbox_xywh;
    const box = golden.area === 0 ? undefined : { x, y, width: boxWidth, height: boxHeight };
    expect(rleBounds(rle)).toEqual(box);
  });
});

describe('run lengths', () => {
  test('of any mask are well formed and give it back', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const rle = encodeRle(mask);
        expectWellFormed(rle);
        expect(decodeRle(rle)).toEqual(mask);
        expect(encodeRle(decodeRle(rle))).toEqual(rle);
      }),
    );
  });

  test('of any mask survive the text form', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const rle = encodeRle(mask);
        expect(rleFromString(rleToString(rle), mask.width, mask.height)).toEqual(rle);
      }),
    );
  });

  test('survive the text form at the largest sizes', () => {
    const total = 32768 * 65535;
    const rle = { width: 32768, height: 65535, counts: Uint32Array.of(0, total - 7, 3, 4) };
    expect(rleFromString(rleToString(rle), rle.width, rle.height)).toEqual(rle);
  });

  test('take any byte but 0 for object', () => {
    expect([...encodeRle(maskOf(3, 1, [0, 255, 7])).counts]).toEqual([1, 2]);
  });

  test('refuse a mask that does not fill its size', () => {
    expect(() => encodeRle(maskOf(2, 2, [1, 0, 1]))).toThrow('Invariant');
  });

  test('come from the positions where the mask changes', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const transitions: number[] = [];
        let before = 0;
        for (let x = 0; x < mask.width; x++) {
          for (let y = 0; y < mask.height; y++) {
            const pixel = mask.data[y * mask.width + x] ?? 0;
            if (pixel !== before) transitions.push(x * mask.height + y);
            before = pixel;
          }
        }
        expect(rleFromTransitions(mask.width, mask.height, transitions)).toEqual(encodeRle(mask));
      }),
    );
  });

  test('of an empty mask are one run', () => {
    expect(emptyRle(5, 7)).toEqual(encodeRle(maskOf(5, 7, new Uint8Array(35))));
    expect(rleFromTransitions(5, 7, [])).toEqual(emptyRle(5, 7));
  });

  test('are visited as object runs in order', () => {
    const runs: [number, number][] = [];
    forEachObjectRun({ width: 4, height: 5, counts: Uint32Array.of(0, 3, 4, 6, 7) }, (start, end) =>
      runs.push([start, end]),
    );
    expect(runs).toEqual([
      [0, 3],
      [7, 13],
    ]);
  });
});

describe('area, box and overlap', () => {
  test('equal those of the pixels', () => {
    fc.assert(
      fc.property(maskPairs, ([a, b]) => {
        const pixels = [...a.data.keys()];
        const inA = pixels.filter((i) => a.data[i] === 1);
        const inBoth = inA.filter((i) => b.data[i] === 1).length;
        const inEither = pixels.filter((i) => a.data[i] === 1 || b.data[i] === 1).length;
        const [rleA, rleB] = [encodeRle(a), encodeRle(b)];
        expect(rleArea(rleA)).toBe(inA.length);
        expect(rleIntersection(rleA, rleB)).toBe(inBoth);
        expect(rleIou(rleA, rleB)).toBe(inEither === 0 ? 1 : inBoth / inEither);
        const xs = inA.map((i) => i % a.width);
        const ys = inA.map((i) => Math.floor(i / a.width));
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        expect(rleBounds(rleA)).toEqual(
          inA.length === 0
            ? undefined
            : { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 },
        );
      }),
    );
  });

  test('overlap is symmetric, and full with itself', () => {
    fc.assert(
      fc.property(maskPairs, ([a, b]) => {
        const [rleA, rleB] = [encodeRle(a), encodeRle(b)];
        expect(rleIntersection(rleA, rleB)).toBe(rleIntersection(rleB, rleA));
        expect(rleIou(rleA, rleA)).toBe(1);
      }),
    );
  });

  test('refuse masks of two sizes', () => {
    expect(() => rleIntersection(emptyRle(2, 3), emptyRle(3, 2))).toThrow('Invariant');
  });
});

describe('rleFromString', () => {
  test.each([
    ['nothing', ''],
    ['too few pixels', 'R1'],
    ['too many pixels', 'T1'],
    ['a character that is none of the code’s', 'S1 '],
    ['a number cut short', 'S1o'],
    ['a number without end', 'ooooooooooooooo'],
    ['a negative run', '1O'],
  ])('refuses %s', (_what, text) => {
    expect(() => rleFromString(text, 5, 7)).toThrow(
      expect.objectContaining({ code: 'file-invalid', message: expect.stringContaining('5 × 7') }),
    );
  });

  test('either reads a mask of the size or says that the file is invalid', () => {
    const texts = fc.string({
      unit: fc.integer({ min: 47, max: 112 }).map((code) => String.fromCharCode(code)),
      maxLength: 12,
    });
    fc.assert(
      fc.property(texts, sizes, (text, { width, height }) => {
        let rle: MaskRle;
        try {
          rle = rleFromString(text, width, height);
        } catch (error) {
          expect(error).toMatchObject({ code: 'file-invalid' });
          return;
        }
        expect(rle.counts.reduce((sum, count) => sum + count, 0)).toBe(width * height);
      }),
    );
  });
});
