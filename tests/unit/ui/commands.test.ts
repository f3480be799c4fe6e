import { afterEach, expect, test } from 'vitest';
import { objectId } from '../../../src/core/ids.ts';
import { COMMAND_GROUPS, runCommand } from '../../../src/ui/shell/commands.ts';
import { commandOf } from '../../../src/ui/shell/shortcuts.ts';
import { paletteEntries } from '../../../src/ui/palette/palette-entry.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';

let studio: FakeStudio | undefined;

afterEach(() => studio?.[Symbol.dispose]());

function build(): FakeStudio {
  studio = buildFakeStudio();
  return studio;
}

async function buildOpen(): Promise<FakeStudio> {
  const made = build();
  await made.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  await made.actions.models.loadBundled();
  await until(() => made.store.getState().models.engine.status === 'ready', 'it is ready');
  return made;
}

function obstacleOf({ store }: FakeStudio, id: string): string | undefined {
  const state = store.getState();
  const entry = paletteEntries(state).find((one) => one.id === id);
  if (entry === undefined) throw new Error(`no ${id}`);
  return entry.obstacle?.(state);
}

test('every command has a name of its own, and every line of the palette too', () => {
  const commands = COMMAND_GROUPS.flatMap((group) => group.commands);
  expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
  const entries = paletteEntries(build().store.getState());
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  expect(new Set(entries.map(({ label }) => label)).size).toBe(entries.length);
});

test('every command is done by its key, or found in the palette', () => {
  const found = new Set(paletteEntries(build().store.getState()).map(({ id }) => id));
  for (const { id, chord, otherChord } of COMMAND_GROUPS.flatMap((group) => group.commands)) {
    const keys = [chord, otherChord].filter((one) => one !== undefined);
    for (const { key, shift, alt, mod } of keys) {
      const press = { key, shiftKey: shift ?? false, altKey: alt ?? false, metaKey: false };
      expect(commandOf({ ...press, ctrlKey: mod ?? false }), id).toBe(id);
    }
    expect(keys.length > 0 || found.has(id), id).toBe(true);
  }
});

test('two objects are merged and swapped by their names, unless one is locked', async () => {
  const open = await buildOpen();
  runCommand('add-object', open);
  open.actions.tracklets.rename(objectId(1), 'mug');
  open.actions.tracklets.select(objectId(1));
  const labels = paletteEntries(open.store.getState()).map(({ label }) => label);
  expect(labels).toContain('Merge “mug” into “Object 2”');
  expect(labels).toContain('Swap “mug” with “Object 2” from this frame on');
  expect(obstacleOf(open, 'merge-1-2')).toBeUndefined();
  open.actions.tracklets.toggleLock(objectId(2));
  expect(obstacleOf(open, 'merge-1-2')).toBe('“Object 2” is locked.');
});

test('before a clip is open, what needs one says so', () => {
  const empty = build();
  for (const id of ['toggle-play', 'add-object', 'zoom-in', 'export-coco', 'track-forward']) {
    expect(obstacleOf(empty, id), id).toBe('Open a clip first.');
  }
  expect(obstacleOf(empty, 'open-sample')).toBeUndefined();
  expect(obstacleOf(empty, 'theme-dark')).toBeUndefined();
});

test('what can be done follows the work', async () => {
  const open = await buildOpen();
  expect(obstacleOf(open, 'toggle-play')).toBeUndefined();
  open.actions.tracklets.select(undefined);
  expect(obstacleOf(open, 'toggle-object')).toBe('Select an object first.');
  expect(obstacleOf(open, 'track-forward')).toBe('Click an object first.');
  expect(obstacleOf(open, 'export-coco')).toBe('There are no masks to export yet.');
  runCommand('add-object', open);
  expect(obstacleOf(open, 'toggle-object')).toBeUndefined();
  expect(obstacleOf(open, 'remove-last-prompt')).toBe('This frame has no prompts.');
  expect(obstacleOf(open, 'next-worst')).toBe('Load a ground truth first.');
});

test('an export is chosen by its kind, and its dialog opens', async () => {
  const open = await buildOpen();
  const blur = paletteEntries(open.store.getState()).find(({ id }) => id === 'export-video-blur');
  blur?.run(open);
  const { exportChoice, dialog } = open.store.getState().view;
  expect([exportChoice.kind, exportChoice.look]).toEqual(['video', 'blur']);
  expect(dialog).toEqual({ kind: 'export' });
});

test('objects are found by their names', async () => {
  const open = await buildOpen();
  runCommand('add-object', open);
  runCommand('add-object', open);
  open.actions.tracklets.rename(objectId(1), 'mug');
  const entry = paletteEntries(open.store.getState()).find(({ label }) => label.includes('mug'));
  entry?.run(open);
  expect(open.store.getState().tracklets.selectedId).toBe(1);
});

test('what was chosen last is remembered, newest first, and over visits', () => {
  const first = build();
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'b']) first.actions.view.noteCommand(id);
  expect(first.store.getState().view.recentCommands).toEqual(['b', 'f', 'e', 'd', 'c']);
  const next = buildFakeStudio({
    services: { settings: { read: () => first.settingsText, write: () => {} } },
  });
  expect(next.store.getState().view.recentCommands).toEqual(['b', 'f', 'e', 'd', 'c']);
  next[Symbol.dispose]();
});
