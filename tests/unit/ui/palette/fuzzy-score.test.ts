import { assert, boolean, infiniteStream, property, stringMatching } from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzyScore } from '../../../../src/ui/palette/fuzzy-score.ts';

const LABELS = [
  'Track forward',
  'Track both ways',
  'Track backward',
  'Clear tracking',
  'Full report of scores…',
  'Open a folder of frames…',
];

function best(query: string): string | undefined {
  const scored = LABELS.map((label) => ({ label, score: fuzzyScore(query, { label, words: '' }) }));
  const found = scored.filter(({ score }) => score !== undefined);
  return found.sort((a, b) => (b.score ?? 0) - (a.score ?? 0))[0]?.label;
}

test.each([
  ['track', 'Track forward'],
  ['TRACKING', 'Clear tracking'],
  ['both', 'Track both ways'],
  ['back track', 'Track backward'],
  ['tbw', 'Track both ways'],
  ['frpt', 'Full report of scores…'],
  ['folder', 'Open a folder of frames…'],
])('%s finds %s', (query, label) => {
  expect(best(query)).toBe(label);
});

test('a start is better than a word, a word than a part, a part than scattered letters', () => {
  const score = (label: string) => fuzzyScore('mask', { label, words: '' }) ?? Number.NaN;
  const labels = ['Mask', 'Masks off', 'Import masks', 'Unmasked', 'M a s k'];
  const scores = labels.map(score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(new Set(scores).size).toBe(labels.length);
});

test('other words are found, but behind the label', () => {
  const aside = fuzzyScore('propagate', { label: 'Track', words: 'propagate run' });
  expect(aside).toBeGreaterThan(0);
  expect(fuzzyScore('propagate', { label: 'Propagate', words: '' })).toBeGreaterThan(aside ?? 9);
});

test('signs, accents and case do not matter', () => {
  expect(fuzzyScore('j&f', { label: 'Report', words: 'J & F' })).toBeDefined();
  expect(fuzzyScore('resume', { label: 'Résumé', words: '' })).toBe(6);
});

test('every word of a search must be there', () => {
  expect(fuzzyScore('track zebra', { label: 'Track forward', words: 'run' })).toBeUndefined();
});

test('a text finds itself, and its letters in order find it', () => {
  const word = stringMatching(/^[a-z]{1,12}( [a-z]{1,12}){0,3}$/);
  assert(
    property(word, infiniteStream(boolean()), (label, coins) => {
      expect(fuzzyScore(label, { label, words: '' })).toBe(6);
      const kept = Array.from(label)
        .filter(() => coins.next().value === true)
        .join('');
      expect(fuzzyScore(kept, { label, words: '' })).toBeDefined();
    }),
  );
});
