import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bicubicTable, WEIGHT_BITS } from '../../../../src/core/frame/resample-table.ts';

const sizes = fc.record({
  input: fc.integer({ min: 1, max: 600 }),
  output: fc.integer({ min: 1, max: 96 }),
});

function tapsOf(table: ReturnType<typeof bicubicTable>, output: number): Int32Array {
  const from = output * table.tapStride;
  return table.weights.subarray(from, from + (table.tapCounts[output] ?? 0));
}

describe('bicubicTable', () => {
  test('copies samples where the size stays', () => {
    const table = bicubicTable(5, 5);
    for (let i = 0; i < 5; i++) {
      const taps = [...tapsOf(table, i)];
      expect(taps[i - (table.firstTaps[i] ?? 0)]).toBe(1 << WEIGHT_BITS);
      expect(taps.reduce((sum, weight) => sum + Math.abs(weight), 0)).toBe(1 << WEIGHT_BITS);
    }
  });

  test('has negative lobes and widens with the ratio', () => {
    const table = bicubicTable(400, 100);
    const taps = [...tapsOf(table, 50)];
    expect(taps.length).toBe(16);
    expect(Math.min(...taps)).toBeLessThan(0);
  });

  test('every output has taps inside the input and weights that sum to one', () => {
    fc.assert(
      fc.property(sizes, ({ input, output }) => {
        const table = bicubicTable(input, output);
        for (let i = 0; i < output; i++) {
          const taps = tapsOf(table, i);
          const [first, count] = [table.firstTaps[i] ?? -1, table.tapCounts[i] ?? 0];
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(table.tapStride);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(first + count).toBeLessThanOrEqual(input);
          const sum = taps.reduce((total, weight) => total + weight, 0);
          // Each weight is rounded by itself.
          expect(Math.abs(sum - (1 << WEIGHT_BITS))).toBeLessThanOrEqual(count);
        }
      }),
    );
  });
});
