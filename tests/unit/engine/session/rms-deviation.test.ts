import { expect, test } from 'vitest';
import { rmsDeviation } from '../../../../src/engine/session/rms-deviation.ts';

test('a difference is a share of what is expected', () => {
  expect(rmsDeviation([3, 4], [3, 4])).toBe(0);
  expect(rmsDeviation([1.5, -3, 4.5], [1, -2, 3])).toBeCloseTo(0.5, 12);
  expect(rmsDeviation([3, 4, 0], [3, 4, 5])).toBeCloseTo(5 / Math.sqrt(50), 12);
});

test.for([[[1, NaN, 3]], [[1, 2]]])(
  'one that is no number, or missing, in %o is never small',
  ([actual]) => {
    expect(rmsDeviation(actual ?? [], [1, 2, 3])).toBeNaN();
  },
);

test('one that overflows is far off', () => {
  expect(rmsDeviation([1, Infinity], [1, 2])).toBe(Infinity);
});
