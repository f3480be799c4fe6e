import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import {
  axialRotaryTables,
  randomPositionTable,
  sinePositions,
  sinePositionTable,
} from '../../../../src/engine/sam2/position-encoding.ts';
import { antialiasMatrix, resizeBicubic } from '../../../../src/engine/sam2/resampling.ts';

test('sine positions: y in the first half of the channels, x in the second', () => {
  const [side, width] = [4, 8];
  const table = sinePositionTable(side, width);
  const at = (y: number, x: number) =>
    table.subarray((y * side + x) * width, (y * side + x + 1) * width);
  // Position 3 of 4 is 2π·(4/4): sine 0, cosine 1 at the first frequency.
  expect(at(3, 0)[0]).toBeCloseTo(0, 5);
  expect(at(3, 0)[1]).toBeCloseTo(1, 5);
  // Position 0 of 4 is 2π/4 at the first frequency, a hundredth of that at the second.
  expect(at(3, 0)[4]).toBeCloseTo(1, 5);
  expect(at(3, 0)[6]).toBeCloseTo(Math.sin(Math.PI / 2 / 100), 5);
  expect(sinePositionTable(side, width, 0.1)[4]).toBeCloseTo(0.1 * (table[4] ?? 0), 6);
});

test('one-dimensional sines come before all cosines', () => {
  const row = sinePositions([0, 1], 8).subarray(8);
  const frequencies = [1, 1, 100, 100];
  for (const [i, frequency] of frequencies.entries()) {
    expect(row[i]).toBeCloseTo(Math.sin(1 / frequency), 6);
    expect(row[4 + i]).toBeCloseTo(Math.cos(1 / frequency), 6);
  }
});

test('rotary tables turn the first pairs with x, the others with y', () => {
  const { cos, sin } = axialRotaryTables(3, 8);
  const token = (y: number, x: number) => (y * 3 + x) * 4;
  expect([...cos.subarray(0, 4)]).toEqual([1, 1, 1, 1]);
  expect([...sin.subarray(token(0, 2), token(0, 2) + 4)].map((v) => v.toFixed(5))).toEqual(
    [Math.sin(2), Math.sin(0.02), 0, 0].map((v) => v.toFixed(5)),
  );
  expect(sin[token(2, 0) + 2]).toBeCloseTo(Math.sin(2), 6);
  expect(sin[token(2, 0)]).toBe(0);
});

test('random positions are sines and cosines of the cell’s centre', () => {
  const table = randomPositionTable(2, Float32Array.of(0.25, 0, 0, 0.5));
  // The first cell's centre is (−½, −½): phases 2π·(−1/8) and 2π·(−1/4).
  expect([...table.subarray(0, 4)].map((v) => v.toFixed(5))).toEqual(
    [-Math.SQRT1_2, -1, Math.SQRT1_2, 0].map((v) => v.toFixed(5)),
  );
});

test('bicubic has the four taps of a = −0.75', () => {
  const [size, at] = [4, 1];
  const impulse = new Float32Array(size * size);
  impulse[at * size + at] = 1;
  const resized = resizeBicubic(impulse, size, 2 * size);
  // Weight of pixel 1 at each position of the enlarged line, from the kernel at ¼, ¾, 1¼ and 1¾.
  const near = [0.87890625, 0.26171875];
  const far = [-0.10546875, -0.03515625];
  const line = [far[0], near[1], near[0], near[0], near[1], far[0], far[1], 0].map(Number);
  for (const [y, row] of line.entries()) {
    for (const [x, column] of line.entries()) {
      expect(resized[y * 8 + x]).toBeCloseTo(row * column, 6);
    }
  }
});

test('bicubic keeps a size as it is, and constants at any size', () => {
  assert(
    property(integer({ min: 1, max: 9 }), integer({ min: 1, max: 20 }), (from, to) => {
      const source = Float32Array.from({ length: from * from }, (_, i) => Math.sin(i));
      expect(resizeBicubic(source, from, from)).toEqual(source);
      for (const value of resizeBicubic(source.fill(3), from, to)) expect(value).toBeCloseTo(3, 5);
    }),
  );
});

test('antialiased reduction averages over twice its factor and sums to 1', () => {
  const matrix = antialiasMatrix(16, 4);
  const row = (i: number) => [...matrix.subarray(i * 16, (i + 1) * 16)];
  const triangle = [1, 3, 5, 7, 7, 5, 3, 1];
  expect(row(1).slice(2, 10)).toEqual(triangle.map((weight) => weight / 32));
  expect(row(1).filter((weight) => weight !== 0)).toHaveLength(8);
  // At the border the triangle is cut and what is left is scaled up.
  const cut = [5, 7, 7, 5, 3, 1];
  for (const [i, weight] of cut.entries()) expect(row(0)[i + 0]).toBeCloseTo(weight / 28, 6);
});
