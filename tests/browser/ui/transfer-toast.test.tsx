import { afterEach, beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

/** An import that takes long enough to be looked at, on a busy machine too. */
async function importing() {
  mounted = await mountOpenStudio({ info: { frameCount: 200 } });
  mounted.exporter.stepMs = 2500;
  const file = new File(['{}'], 'kitchen.json', { type: 'application/json' });
  const done = mounted.actions.project.importFiles({ files: [{ path: file.name, file }] });
  return { studio: mounted, done };
}

const toast = () => page.getByRole('group', { name: 'Reading' });

test('an import shows how far it is, wherever it was started from, and can be stopped', async () => {
  const { studio, done } = await importing();
  await expect.element(toast()).toBeVisible();
  await expect.element(toast().getByRole('progressbar', { name: 'Reading' })).toBeVisible();
  await expect.element(toast().getByText(/^Reading \d+ of 200 frames, .+ left$/)).toBeVisible();
  await toast().getByRole('button', { name: 'Cancel' }).click();
  await done;
  expect(toast().query()).toBeNull();
  await expect.element(page.getByText('Cancelled.')).toBeVisible();
  expect(studio.store.getState().project.transfer).toEqual({ status: 'idle' });
});

test('it is shown once: where the export dialog tells it, the toast does not', async () => {
  const { studio, done } = await importing();
  await expect.element(toast()).toBeVisible();
  studio.actions.view.openDialog({ kind: 'export' });
  const dialog = page.getByRole('dialog');
  await expect.element(dialog.getByRole('progressbar', { name: 'Reading' })).toBeVisible();
  expect(toast().query()).toBeNull();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await done;
});
