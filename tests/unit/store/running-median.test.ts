import { expect, test } from 'vitest';
import { RunningMedian } from '../../../src/store/running-median.ts';

function medianOf(...numbers: readonly number[]): number | undefined {
  const median = new RunningMedian();
  for (const number of numbers) median.add(number);
  return median.value;
}

test('says nothing of fewer than three', () => {
  expect(medianOf()).toBeUndefined();
  expect(medianOf(5, 900)).toBeUndefined();
});

test('is not moved by one that stands out', () => {
  expect(medianOf(4000, 20, 30)).toBe(30);
  expect(medianOf(4000, 20, 30, 25)).toBe(25);
});

test('forgets what is long past', () => {
  expect(medianOf(1, 1, 1, 1, 300, 300, 300, 300, 300, 300, 300)).toBe(300);
});
