import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { until } from '../../helpers/until.ts';
import { mountOpenStudio, mountStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

const field = () => page.getByRole('combobox', { name: 'Search actions' });
const lines = () => [...document.querySelectorAll('[role="option"]')];
const marked = () => document.querySelector('[role="option"][aria-selected="true"]');
const dialogOf = (studio: MountedStudio) => studio.store.getState().view.dialog;

async function openPalette(studio: MountedStudio): Promise<void> {
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.element(field()).toHaveFocus();
  expect(dialogOf(studio)).toEqual({ kind: 'palette' });
}

test('an action is found by a few letters, done with Enter, and first the next time', async () => {
  const studio = (mounted = await mountOpenStudio());
  await openPalette(studio);
  await userEvent.type(field(), 'dark');
  expect(marked()?.textContent).toContain('Dark theme');
  await userEvent.keyboard('{Enter}');
  expect(studio.store.getState().view.theme).toBe('dark');
  expect(dialogOf(studio)).toBeUndefined();
  await openPalette(studio);
  expect(document.querySelector('[role="group"][aria-label="Recent"]')?.textContent).toBe(
    'RecentDark theme',
  );
  expect(marked()?.textContent).toBe('Dark theme');
  studio.actions.view.chooseTheme('system');
});

test('the arrows go round, the marked line is in sight and named to screen readers', async () => {
  const studio = (mounted = await mountOpenStudio());
  await openPalette(studio);
  const first = marked();
  await userEvent.keyboard('{ArrowUp}');
  expect(marked()).toBe(lines().at(-1));
  const list = document.querySelector('[role="listbox"]')?.getBoundingClientRect();
  const line = marked()?.getBoundingClientRect();
  expect(line?.bottom).toBeLessThanOrEqual(list?.bottom ?? 0);
  expect(line?.top).toBeGreaterThanOrEqual(list?.top ?? Infinity);
  expect(field().element().getAttribute('aria-activedescendant')).toBe(marked()?.id);
  await userEvent.keyboard('{ArrowDown}');
  expect(marked()).toBe(first);
  await userEvent.keyboard('{PageDown}');
  expect(lines().indexOf(marked() ?? document.body)).toBe(8);
});

test('what cannot be done now says why, and is not done', async () => {
  const studio = (mounted = await mountStudio());
  await openPalette(studio);
  await userEvent.type(field(), 'zoom in');
  const line = lines()[0];
  expect(line?.getAttribute('aria-disabled')).toBe('true');
  expect(line?.textContent).toContain('Open a clip first.');
  await userEvent.keyboard('{Enter}');
  expect(dialogOf(studio)).toEqual({ kind: 'palette' });
  await userEvent.clear(field());
  await userEvent.type(field(), 'qqqq');
  await expect.element(page.getByText('Nothing is called “qqqq”.')).toBeVisible();
});

test('a click does it, another dialog takes its place, Escape and the key close it', async () => {
  const studio = (mounted = await mountOpenStudio());
  await page.getByRole('button', { name: 'Search actions' }).click();
  await expect.element(field()).toHaveFocus();
  await userEvent.type(field(), 'keyboard shortcuts');
  await page.getByRole('option', { name: /Keyboard shortcuts/ }).click();
  expect(dialogOf(studio)).toEqual({ kind: 'shortcuts' });
  await until(
    () => document.activeElement?.closest('[role="dialog"]') !== null,
    'the sheet has the focus',
  );
  await userEvent.keyboard('{Escape}');
  expect(dialogOf(studio)).toBeUndefined();
  await openPalette(studio);
  await userEvent.keyboard('{Control>}k{/Control}');
  expect(dialogOf(studio)).toBeUndefined();
});

test('it opens from a field that is typed in, and its keys are no shortcuts', async () => {
  const studio = (mounted = await mountOpenStudio());
  await page.getByLabelText(/^Frame under the playhead/).click();
  await openPalette(studio);
  const { frame } = studio.store.getState().playback;
  await userEvent.keyboard('n{ArrowRight}{Home}');
  expect(studio.store.getState().playback.frame).toBe(frame);
  expect(studio.store.getState().tracklets.items).toHaveLength(1);
});
