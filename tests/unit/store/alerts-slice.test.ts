import { expect, test } from 'vitest';
import { INITIAL_ALERTS, withAlert } from '../../../src/store/alerts-slice.ts';

function alert(message: string) {
  const at = '2026-01-01T00:00:00Z';
  return { severity: 'error', message, hint: undefined, action: undefined, at } as const;
}

test('only the last two messages stand over the stage, all stay in the log', () => {
  const slice = ['a', 'b', 'c'].map(alert).reduce(withAlert, INITIAL_ALERTS);
  expect(slice.log.map(({ message, isShown }) => [message, isShown])).toEqual([
    ['a', false],
    ['b', true],
    ['c', true],
  ]);
});

test('a message said again takes the place of its first toast', () => {
  const slice = ['a', 'a'].map(alert).reduce(withAlert, INITIAL_ALERTS);
  expect(slice.log.map(({ isShown }) => isShown)).toEqual([false, true]);
});
