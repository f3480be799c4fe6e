import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { videoPoint } from '../../../src/core/geometry.ts';
import { fakeStorage, type FakeStorage } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { mountOpenStudio, mountStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

async function open(saved: FakeStorage = fakeStorage()): Promise<MountedStudio> {
  mounted = await mountOpenStudio({ saved });
  return mounted;
}

async function click({ actions, store }: MountedStudio): Promise<void> {
  actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  const masks = () => store.getState().tracklets.items[0]?.summaries.coveredFrames;
  await until(() => masks() === 1, 'the mask is there');
  actions.recent.saveNow();
  await until(() => store.getState().project.saving.status === 'saved', 'it is saved');
}

async function reloaded(saved: FakeStorage): Promise<MountedStudio> {
  mounted?.[Symbol.dispose]();
  mounted = await mountStudio({ saved });
  await mounted.actions.recent.load();
  return mounted;
}

test('the header says that work is saved, and what would be undone and redone', async () => {
  const studio = await open();
  await expect.element(page.getByRole('button', { name: 'Nothing to undo' })).toBeDisabled();
  expect(page.getByText('Saved', { exact: true }).query()).toBeNull();
  await click(studio);
  await expect.element(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo: point on Object 1' }).click();
  await until(() => !('1' in studio.store.getState().prompts.byObject), 'it is undone');
  await userEvent.keyboard('{Control>}y{/Control}');
  await until(() => '1' in studio.store.getState().prompts.byObject, 'it is redone');
  await userEvent.keyboard('{Control>}z{/Control}');
  await userEvent.keyboard('{Control>}{Shift>}Z{/Shift}{/Control}');
  await expect.element(page.getByRole('button', { name: 'Undo: point on Object 1' })).toBeEnabled();
});

test('where it cannot be saved the header says why, and tries again', async () => {
  const studio = await open();
  studio.saved.records.failure = new DOMException('full', 'QuotaExceededError');
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  const status = page.getByRole('button', { name: /^Not saved: There is no room left/ });
  await expect.element(status).toBeVisible();
  // There is room from the press on: any change that is saved sooner would take the button away.
  const makeRoom = () => (studio.saved.records.failure = undefined);
  window.addEventListener('pointerdown', makeRoom, { once: true, capture: true });
  await status.click();
  await expect.element(page.getByText('Saved', { exact: true })).toBeVisible();
});

test('closing the page is asked about only while work is not saved', async () => {
  const studio = await open();
  const isAsked = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  expect(isAsked()).toBe(false);
  await click(studio);
  expect(isAsked()).toBe(false);
  studio.saved.records.failure = new DOMException('full', 'QuotaExceededError');
  studio.actions.prompts.addPoint(videoPoint(200, 50), 'positive');
  expect(isAsked()).toBe(true);
});

test('saved work is offered before a clip is open, and deleted only after a question', async () => {
  const saved = fakeStorage();
  await click(await open(saved));
  const studio = await reloaded(saved);
  const list = page.getByRole('region', { name: 'Go on with' });
  await expect.element(list.getByText(/^1 object · 1 mask · /)).toBeVisible();
  await list.getByRole('button', { name: 'Delete the work on kitchen.mp4' }).click();
  await list.getByRole('button', { name: 'Keep' }).click();
  expect(saved.records.kept.size).toBe(1);
  await list.getByRole('button', { name: 'Delete the work on kitchen.mp4' }).click();
  await list.getByRole('button', { name: 'Delete', exact: true }).click();
  await until(() => studio.store.getState().recent.projects.length === 0, 'it is deleted');
  await expect.element(page.getByText('Point at an object; its mask appears.')).toBeVisible();
});

test('where the clip must be chosen, a file dialog with handles asks for it', async () => {
  const saved = fakeStorage();
  await click(await open(saved));
  const studio = await reloaded(saved);
  const file = new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' });
  const asked: unknown[] = [];
  Reflect.set(globalThis, 'showOpenFilePicker', async (options: unknown) => {
    asked.push(options);
    return [{ kind: 'file', name: 'kitchen.mp4', getFile: async () => file }];
  });
  try {
    await page.getByRole('button', { name: 'Continue kitchen.mp4' }).click();
    await until(() => '1' in studio.store.getState().prompts.byObject, 'the work is there');
  } finally {
    Reflect.deleteProperty(globalThis, 'showOpenFilePicker');
  }
  expect(asked).toMatchObject([{ multiple: true }]);
  await expect.element(page.getByText('Continued from a moment ago.')).toBeVisible();
});
