import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairwiseMean, pairwiseSum } from '../../../src/scoring/pairwise-mean.ts';
import { statistics } from '../../../src/scoring/statistics.ts';

/** The values of which the expected numbers below were taken in Python. */
function values(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => ((i * 7919) % 10_007) / 10_007);
}

// numpy 1.24 and 2.4, `np.sum`.
test.each([
  [1, 0],
  [7, 3.6182672129509337],
  [8, 4.157689617267912],
  [9, 4.488458079344459],
  [127, 63.559808134305975],
  [128, 64.06075746977116],
  [129, 64.3530528629959],
  [136, 67.55681023283702],
  [1000, 500.355850904367],
  [4099, 2050.6285600079946],
  [100_000, 49995.49495353253],
])('numpy’s sum of %i values, to the last bit', (count, sum) => {
  expect(pairwiseSum(values(count))).toBe(sum);
});

test('the mean is within rounding of any other order’s, and NaN of nothing', () => {
  fc.assert(
    fc.property(
      fc.float64Array({ min: 0, max: 1, noNaN: true, minLength: 1, maxLength: 700 }),
      (array) => {
        const plain = array.reduce((sum, value) => sum + value, 0) / array.length;
        expect(Math.abs(pairwiseMean(array) - plain)).toBeLessThan(1e-12);
      },
    ),
  );
  expect(pairwiseMean(new Float64Array(0))).toBeNaN();
});

test('recall counts values above one half, not one half itself', () => {
  expect(statistics(Float64Array.of(0.5, 0.5000001, 0.4)).recall).toBe(1 / 3);
});

// `utils.py: db_statistics` as it is (empty last quarters, and such as lie where no quarter is), and
// with 64-bit numbers in place of the 8-bit ones.
test.each([
  [257, Number.NaN, 0.015403064009039902],
  [342, 0, -0.00319543761227592],
  [400, 0.001822486635592424, -0.008510874071318564],
  [600, Number.NaN, 0.01012337721211043],
  [1025, 0, -0.0027995967025417068],
  [1500, -0.009605775956830154, 0.00043533356437719384],
])(
  'the official decay overflows at %i frames; the corrected one does not',
  (count, decay, corrected) => {
    expect(statistics(values(count))).toMatchObject({ decay, correctedDecay: corrected });
  },
);

test('up to 256 frames there is one decay', () => {
  fc.assert(
    fc.property(
      fc.float64Array({ min: 0, max: 1, noNaN: true, minLength: 1, maxLength: 256 }),
      (array) => {
        const { decay, correctedDecay } = statistics(array);
        expect(correctedDecay).toBe(decay);
      },
    ),
  );
});
