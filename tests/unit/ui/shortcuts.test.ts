import { expect, test } from 'vitest';
import { commandOf, SHORTCUT_GROUPS, type KeyPress } from '../../../src/ui/shell/shortcuts.ts';

const press = (key: string, fields: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...fields,
});

test.each([
  [press(' '), 'toggle-play'],
  [press('ArrowLeft'), 'step-back'],
  [press('ArrowRight', { shiftKey: true }), 'step-forward-10'],
  [press('ArrowLeft', { altKey: true }), 'pan-left'],
  [press('T', { shiftKey: true }), 'track-both'],
  [press('t'), 'track-forward'],
  [press('?', { shiftKey: true }), 'shortcuts'],
  [press('+', { shiftKey: true }), 'zoom-in'],
  [press('='), 'zoom-in'],
  [press('e', { ctrlKey: true }), 'export'],
  [press('e', { metaKey: true }), 'export'],
  [press('z', { ctrlKey: true }), 'undo'],
  [press('Z', { ctrlKey: true, shiftKey: true }), 'redo'],
  [press('y', { ctrlKey: true }), 'redo'],
])('%o means %s', (event, command) => {
  expect(commandOf(event)).toBe(command);
});

test('digits select objects by their number', () => {
  expect(commandOf(press('7'))).toEqual({ selectNumber: 7 });
  expect(commandOf(press('0'))).toBeUndefined();
  expect(commandOf(press('7', { ctrlKey: true }))).toBeUndefined();
});

test('the keys of the browser stay its own', () => {
  for (const key of ['t', 'r', 'p', 'n', 'f', 'x', 'v']) {
    expect(commandOf(press(key, { ctrlKey: true }))).toBeUndefined();
  }
});

test('no two shortcuts are the same keys', () => {
  const all = SHORTCUT_GROUPS.flatMap((group) => group.shortcuts);
  const chords = all.map((s) => [s.key, s.shift ?? false, s.alt ?? false, s.mod ?? false].join());
  expect(new Set(chords).size).toBe(chords.length);
  const shown = all.map((s) => s.keys);
  expect(new Set(shown).size).toBe(shown.length);
});
