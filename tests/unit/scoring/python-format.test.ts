import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pythonFixed } from '../../../src/scoring/python-format.ts';

// `'%.3f' % value` in Python 3.11.
test.each([
  [0.0625, '0.062'],
  [0.1875, '0.188'],
  [0.3125, '0.312'],
  [-0.0625, '-0.062'],
  [0.0005, '0.001'],
  [0.0015, '0.002'],
  [2.5, '2.500'],
  [1e-9, '0.000'],
  [-1e-9, '-0.000'],
  [-0, '-0.000'],
  [0.9995, '1.000'],
  [0.99949, '0.999'],
  [1 / 3, '0.333'],
  [Number.NaN, 'nan'],
])('%f in three digits is %s', (value, text) => {
  expect(pythonFixed(value, 3)).toBe(text);
});

// `f'{value:.1f}'`.
test.each([
  [0.25, '0.2'],
  [0.75, '0.8'],
  [72.35, '72.3'],
  [99.95, '100.0'],
  [0.05, '0.1'],
])('%f in one digit is %s', (value, text) => {
  expect(pythonFixed(value, 1)).toBe(text);
});

test('is the nearest number of so many digits', () => {
  fc.assert(
    fc.property(fc.double({ min: -200, max: 200, noNaN: true }), fc.nat(4), (value, digits) => {
      const printed = Number(pythonFixed(value, digits));
      expect(Math.abs(printed - value)).toBeLessThanOrEqual(0.5 * 10 ** -digits + 1e-12);
    }),
  );
});
