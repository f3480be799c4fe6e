import { expect, test } from 'vitest';
import {
  formatAboutBytes,
  formatBytes,
  formatCounted,
  formatDurationMs,
  formatRate,
  formatScore,
  formatScoreChange,
  formatTimeUs,
} from '../../../src/store/format.ts';

test.each([
  [57_912_345, '58 MB'],
  [801_600_000, '800 MB'],
  [996_000_000, '1.0 GB'],
  [1_349_000_000, '1.3 GB'],
  [9_960_000_000, '10 GB'],
])('an estimate of %d bytes is %s', (bytes, text) => {
  expect(formatAboutBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_499, '999 kB'],
  [999_600, '1.0 MB'],
  [10_788_892, '10.8 MB'],
  [155_000_000, '155 MB'],
])('%d bytes is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [formatCounted(0, 'frame'), '0 frames'],
  [formatCounted(1, 'frame'), '1 frame'],
  [formatCounted(10_000, 'frame'), '10,000 frames'],
  [formatCounted(1, 'memory', 'memories'), '1 memory'],
  [formatCounted(2, 'memory', 'memories'), '2 memories'],
])('%s is counted as %s', (counted, text) => {
  expect(counted).toBe(text);
});

test.each([
  [0, '0:00.000'],
  [16_683, '0:00.017'],
  [61_500_000, '1:01.500'],
  [3_723_004_000, '1:02:03.004'],
  [-40_000, '−0:00.040'],
  [59_999_900, '1:00.000'],
])('%d µs is %s', (timeUs, text) => {
  expect(formatTimeUs(timeUs)).toBe(text);
});

test('spans and rates are rounded for people', () => {
  expect(formatDurationMs(44_100)).toBe('45 s');
  expect(formatDurationMs(200_000)).toBe('3 min 20 s');
  expect(formatDurationMs(7_500_000)).toBe('2 h 5 min');
  expect(formatRate(21.7)).toBe('22');
  expect(formatRate(0.33)).toBe('0.3');
});

test.each([
  [0.8447, '84.5'],
  [1, '100.0'],
  [0, '0.0'],
  [-0.0214, '−2.1'],
  [-0.0004, '0.0'],
  [Number.NaN, 'NaN'],
  [undefined, '–'],
])('the score %d reads %s', (fraction, text) => {
  expect(formatScore(fraction)).toBe(text);
});

test('a change of a score has a sign, except where it rounds to nothing', () => {
  expect(formatScoreChange(0.612, 0.845)).toBe('+23.3');
  expect(formatScoreChange(0.845, 0.612)).toBe('−23.3');
  expect(formatScoreChange(0.5, 0.5)).toBe('±0.0');
  expect(formatScoreChange(0.5, 0.4998)).toBe('±0.0');
});
