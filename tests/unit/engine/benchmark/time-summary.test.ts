import { property, assert as check, array, double } from 'fast-check';
import { expect, test } from 'vitest';
import { percentile, summarizeTimes } from '../../../../src/engine/benchmark/time-summary.ts';

test('percentiles by nearest rank are times that were taken', () => {
  const times = [40, 10, 30, 20, 50];
  expect(summarizeTimes(times)).toEqual({ runs: 5, p50Ms: 30, p95Ms: 50 });
  expect(percentile(times, 0.2)).toBe(10);
  expect(percentile(times, 0.21)).toBe(20);
  const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
  expect(summarizeTimes(hundred)).toEqual({ runs: 100, p50Ms: 50, p95Ms: 95 });
  expect(summarizeTimes([7])).toEqual({ runs: 1, p50Ms: 7, p95Ms: 7 });
});

test('so many of all times are not above a percentile, and it is the least such time', () => {
  const values = array(double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
  const share = double({ min: 0.01, max: 1, noNaN: true });
  check(
    property(values, share, (times, part) => {
      const found = percentile(times, part);
      expect(times).toContain(found);
      const notAbove = (limit: number) => times.filter((time) => time <= limit).length;
      expect(notAbove(found)).toBeGreaterThanOrEqual(part * times.length);
      const below = times.filter((time) => time < found);
      expect(below.length).toBeLessThan(part * times.length);
    }),
  );
});

test('no times have no percentile', () => {
  expect(() => summarizeTimes([])).toThrow('Invariant');
});
