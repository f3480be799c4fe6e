import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  nextSorting,
  rowsInSight,
  sortRows,
  tabSeparated,
  type Column,
} from '../../../src/ui/scores/table-model.ts';

interface Row {
  readonly name: string;
  readonly score: number | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'Name', kind: 'text', value: ({ name }) => name },
  {
    key: 'score',
    title: 'J&F',
    kind: 'number',
    value: ({ score }) => score,
    text: ({ score }) => (score === undefined ? '–' : score.toFixed(1)),
  },
];
const ROWS: readonly Row[] = [
  { name: 'seq_10', score: Number.NaN },
  { name: 'seq_2', score: 84.5 },
  { name: 'seq_1', score: undefined },
  { name: 'seq_3', score: 12 },
];
const names = (rows: readonly Row[]) => rows.map(({ name }) => name);

test('numbers in names count as numbers', () => {
  const sorted = sortRows(ROWS, COLUMNS, { key: 'name', direction: 'ascending' });
  expect(names(sorted)).toEqual(['seq_1', 'seq_2', 'seq_3', 'seq_10']);
});

test('rows without a number come last in either order', () => {
  const up = sortRows(ROWS, COLUMNS, { key: 'score', direction: 'ascending' });
  expect(names(up)).toEqual(['seq_3', 'seq_2', 'seq_10', 'seq_1']);
  const down = sortRows(ROWS, COLUMNS, { key: 'score', direction: 'descending' });
  expect(names(down)).toEqual(['seq_2', 'seq_3', 'seq_10', 'seq_1']);
});

test('without an order, or by a column that is gone, rows stay as they came', () => {
  expect(sortRows(ROWS, COLUMNS, undefined)).toBe(ROWS);
  expect(sortRows(ROWS, COLUMNS, { key: 'gone', direction: 'ascending' })).toBe(ROWS);
});

test('a title sorts upwards first, then downwards, and another title begins anew', () => {
  const first = nextSorting(undefined, 'score');
  expect(first).toEqual({ key: 'score', direction: 'ascending' });
  const second = nextSorting(first, 'score');
  expect(second.direction).toBe('descending');
  expect(nextSorting(second, 'score').direction).toBe('ascending');
  expect(nextSorting(first, 'name')).toEqual({ key: 'name', direction: 'ascending' });
});

test('a copied table has its titles first, and no cell breaks a line', () => {
  const rows = [{ name: 'two\nlines\tand a tab', score: 1.25 }];
  expect(tabSeparated(COLUMNS, rows)).toBe('Name\tJ&F\ntwo lines and a tab\t1.3');
});

test('every row in sight is among those on the page, and they are few', () => {
  fc.assert(
    fc.property(
      fc.record({
        top: fc.integer({ min: 0, max: 400_000 }),
        height: fc.integer({ min: 0, max: 2000 }),
        rowHeight: fc.integer({ min: 10, max: 60 }),
      }),
      fc.nat(20_000),
      (scroll, count) => {
        const [first, end] = rowsInSight(scroll, count);
        expect(first).toBeLessThanOrEqual(end);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(scroll.height / scroll.rowHeight + 27);
        const firstSeen = Math.floor(scroll.top / scroll.rowHeight);
        const lastSeen = Math.floor((scroll.top + scroll.height) / scroll.rowHeight);
        if (firstSeen < count) expect(first).toBeLessThanOrEqual(firstSeen);
        if (firstSeen < count) expect(end).toBeGreaterThanOrEqual(Math.min(lastSeen + 1, count));
      },
    ),
  );
});
