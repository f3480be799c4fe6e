import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NearestResizer, resizeMask } from '../../../src/core/nearest-resizer.ts';
import { decodeRle, encodeRle } from '../../../src/core/rle.ts';

const mask = (width: number, rows: readonly string[]) =>
  encodeRle({
    width,
    height: rows.length,
    data: Uint8Array.from(rows.join(''), (pixel) => (pixel === '#' ? 1 : 0)),
  });

test('a mask grows by whole pixels and shrinks to every other one', () => {
  const small = mask(2, ['#.', '.#']);
  const large = resizeMask(small, { width: 4, height: 4 });
  expect(decodeRle(large)).toEqual(decodeRle(mask(4, ['##..', '##..', '..##', '..##'])));
  expect(decodeRle(resizeMask(large, small))).toEqual(decodeRle(small));
});

test('a mask of the size that is asked for is not copied', () => {
  const small = mask(2, ['#.', '.#']);
  expect(resizeMask(small, { width: 2, height: 2 })).toBe(small);
});

test('masks are resized as planes are', () => {
  const side = fc.integer({ min: 1, max: 30 });
  const scenes = fc.tuple(side, side, side, side).chain(([width, height, toWidth, toHeight]) => {
    const length = width * height;
    // Few changes along the columns give long runs over many of them.
    const pixels = fc.oneof(
      fc.uint8Array({ minLength: length, maxLength: length, max: 1 }),
      fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) =>
        Uint8Array.from({ length }, (_, at) => {
          const position = (at % width) * height + Math.floor(at / width);
          return Number(position >= Math.min(a, b) && position < Math.max(a, b));
        }),
      ),
    );
    return fc.record({
      from: fc.constant({ width, height }),
      to: fc.constant({ width: toWidth, height: toHeight }),
      pixels,
    });
  });
  fc.assert(
    fc.property(scenes, ({ from, to, pixels }) => {
      const data = new Uint8Array(to.width * to.height);
      new NearestResizer(from, to).resize(pixels, data);
      expect(resizeMask(encodeRle({ ...from, data: pixels }), to)).toEqual(
        encodeRle({ ...to, data }),
      );
    }),
    { numRuns: 1000 },
  );
});
