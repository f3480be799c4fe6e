import { describe, expect, test } from 'vitest';
import { expectAllClose } from '../../helpers/allclose.ts';

describe('expectAllClose', () => {
  test('accepts values within atol + rtol·|expected|', () => {
    expectAllClose([1.05, -20], [1, -21], { atol: 0.05 + 1e-12, rtol: 0.05 });
    expectAllClose([NaN, Infinity, 0], [NaN, Infinity, -0]);
  });

  test('names the worst of the values that differ', () => {
    expect(() => expectAllClose([1, 2, 9], [1, 3, 3], { atol: 0.5 })).toThrow(
      '2 of 3 values differ by more than 0.5 + 0·|expected|; the worst at 2: expected 3, got 9',
    );
  });

  test.each([
    [[1], [1, 2]],
    [[NaN], [1]],
    [[1], [NaN]],
    [[Infinity], [-Infinity]],
  ])('refuses %j for %j', (actual, expected) => {
    expect(() => expectAllClose(actual, expected, { atol: 1e9 })).toThrow('expected');
  });
});
