import { expect, test } from 'vitest';
import type { PaletteEntry } from '../../../../src/ui/palette/palette-entry.ts';
import { rankEntries } from '../../../../src/ui/palette/rank-entries.ts';

function entry(id: string, group = 'View'): PaletteEntry {
  return { id, label: id, group, isLasting: true, run: () => {} };
}

const ALL = [entry('Zoom in'), entry('Zoom out'), entry('Play', 'Scrub'), entry('Zoom to fit')];
const ask = (query: string, options: Partial<Parameters<typeof rankEntries>[1]> = {}) =>
  rankEntries(ALL, { query, recent: [], isPossible: () => true, ...options });
const ids = (sections: ReturnType<typeof ask>) =>
  sections.map(({ title, entries }) => [title, ...entries.map(({ id }) => id)]);

test('without a search what can be done stands under its heading, in the order of the table', () => {
  const isPossible = ({ id }: PaletteEntry) => id !== 'Play';
  expect(ids(ask('', { isPossible }))).toEqual([['View', 'Zoom in', 'Zoom out', 'Zoom to fit']]);
  expect(ids(ask('  '))).toEqual([
    ['View', 'Zoom in', 'Zoom out', 'Zoom to fit'],
    ['Scrub', 'Play'],
  ]);
});

test('the recent ones stand first, and once', () => {
  expect(ids(ask('', { recent: ['Play', 'gone', 'Zoom out'] }))).toEqual([
    ['Recent', 'Play', 'Zoom out'],
    ['View', 'Zoom in', 'Zoom to fit'],
  ]);
});

test('of equals the recent one is first, and what cannot be done is last', () => {
  const isPossible = ({ id }: PaletteEntry) => id !== 'Zoom in';
  expect(ids(ask('zoom', { recent: ['Zoom to fit'], isPossible }))).toEqual([
    [undefined, 'Zoom to fit', 'Zoom out', 'Zoom in'],
  ]);
});

test('a heading is searched too', () => {
  expect(ids(ask('scrub'))).toEqual([[undefined, 'Play']]);
  expect(ask('qqqq')).toEqual([]);
});
