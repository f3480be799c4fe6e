import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { widenToFloat32 } from '../../../../src/engine/checkpoint/widen.ts';
import { toFloat16Bits } from '../../../../src/engine/graph/float16.ts';

function widened(bits: readonly number[]): number[] {
  return [...(widenToFloat32('float16', Uint16Array.from(bits).buffer) ?? [])];
}

test('every float16 but NaN comes back as its own bits', () => {
  const all = Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7fff) <= 0x7c00,
  );
  const bits = toFloat16Bits(Float32Array.from(widened(all)));
  expect(all.filter((expected, i) => bits[i] !== expected)).toEqual([]);
});

test('numbers between two are rounded to the nearer, and to the even one at the middle', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0x7bfe }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lower, share) => {
        const [low = NaN, high = NaN] = widened([lower, lower + 1]);
        const value = Math.fround(low + share * (high - low));
        const [toLow, toHigh] = [value - low, high - value];
        const even = lower % 2 === 0 ? lower : lower + 1;
        const nearer = toLow < toHigh ? lower : lower + 1;
        const expected = toLow === toHigh ? even : nearer;
        const negative = [...toFloat16Bits(Float32Array.of(value, -value))];
        expect(negative).toEqual([expected, expected | 0x8000]);
      },
    ),
  );
});

test.for([
  [65519, 0x7bff],
  [65520, 0x7c00],
  [-1e9, 0xfc00],
  [Infinity, 0x7c00],
  [NaN, 0x7e00],
  [2 ** -25, 0],
  [2 ** -25 * 1.001, 1],
  [-0, 0x8000],
] as const)('%d is %d', ([value, bits]) => {
  expect([...toFloat16Bits(Float32Array.of(value))]).toEqual([bits]);
});

test('a view is read where it lies', () => {
  const values = Float32Array.of(7, 1, -2);
  expect([...toFloat16Bits(values.subarray(1))]).toEqual([0x3c00, 0xc000]);
});
