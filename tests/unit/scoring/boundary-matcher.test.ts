import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundaryMatcher } from '../../../src/scoring/boundary-matcher.ts';
import { readGoldenJson, type JfPairs } from '../../helpers/jf-goldens.ts';
import { dilate } from '../../helpers/naive-scores.ts';

const cases = fc
  .record({
    width: fc.integer({ min: 1, max: 50 }),
    height: fc.integer({ min: 1, max: 50 }),
    radius: fc.integer({ min: 0, max: 36 }),
  })
  .chain((size) => {
    const positions = fc
      .uniqueArray(fc.nat(size.width * size.height - 1), { maxLength: 25 })
      .map((list) => Int32Array.from(list).sort());
    return fc.record({ size: fc.constant(size), queries: positions, sites: positions });
  });

test('matches exactly what a dilation with a disk reaches, at every radius', () => {
  fc.assert(
    fc.property(cases, ({ size, queries, sites }) => {
      const mask = Array.from({ length: size.width * size.height }, () => 0);
      for (const site of sites) mask[site] = 1;
      const dilated = dilate(mask, size, size.radius);
      const matcher = new BoundaryMatcher(size, size.radius);
      expect(matcher.countMatched(queries, sites)).toBe(
        queries.filter((query) => dilated[query] === 1).length,
      );
    }),
    { numRuns: 500 },
  );
});

const disks = readGoldenJson<JfPairs>('tests/fixtures/jf', 'pairs.json')?.disks ?? {};

test.each(Object.entries(disks))('reaches skimage’s disk of radius %s', (name, rows) => {
  const radius = Number(name);
  const side = 2 * radius + 1;
  expect(rows).toHaveLength(side);
  const matcher = new BoundaryMatcher({ width: side, height: side }, radius);
  const centre = Int32Array.of(radius * side + radius);
  const reached = Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (_, x) =>
      matcher.countMatched(Int32Array.of(y * side + x), centre),
    ).join(''),
  );
  expect(reached).toEqual(rows);
});

test('keeps nothing of one call for the next', () => {
  const matcher = new BoundaryMatcher({ width: 9, height: 9 }, 2);
  const middle = Int32Array.of(40);
  expect(matcher.countMatched(Int32Array.of(41), middle)).toBe(1);
  expect(matcher.countMatched(Int32Array.of(41), Int32Array.of(0))).toBe(0);
  expect(matcher.countMatched(Int32Array.of(41), Int32Array.of())).toBe(0);
  expect(matcher.countMatched(Int32Array.of(), middle)).toBe(0);
});
