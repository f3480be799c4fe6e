import { expect, test } from 'vitest';
import { resizeMask } from '../../../src/core/nearest-resizer.ts';
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
