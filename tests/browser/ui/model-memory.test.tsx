import { afterEach, beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { engineOf } from '../../helpers/work-lab.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let studio: MountedStudio;

beforeEach(async () => {
  await page.viewport(1024, 700);
  studio = await mountOpenStudio();
});

afterEach(() => studio[Symbol.dispose]());

const openMenu = () => page.getByRole('button', { name: /^Model:/ }).click();
const size = (name: string) =>
  page
    .getByRole('radiogroup', { name: 'Image size in pixels' })
    .getByRole('radio', { name, exact: true });

test('the model menu says what is held now and what tracking will hold', async () => {
  await openMenu();
  const facts = page.getByRole('region', { name: 'Model in use' });
  await expect
    .element(facts)
    .toHaveTextContent(/GPU memory52\.0 MB now; about \d+ MB tracking 1 object at 512 px/);
});

test('each image size says what it takes; one that the device cannot hold is not offered', async () => {
  engineOf(studio).deviceMemory = { capacityBytes: 200e6, largestBufferBytes: 200e6 };
  await openMenu();
  await expect.element(size('256')).toHaveTextContent('43 MB');
  await expect.element(size('512')).toBeEnabled();
  await expect.element(size('1024')).toBeDisabled();
  const note = 'This device has not the memory for 1024 with this model.';
  await expect.element(page.getByText(note)).toBeVisible();
});

test('nor is it in the palette, before the menu was ever open', async () => {
  engineOf(studio).deviceMemory = { capacityBytes: 200e6, largestBufferBytes: 200e6 };
  await page.getByRole('button', { name: 'Search actions' }).click();
  await page.getByRole('combobox', { name: 'Search actions' }).fill('image size');
  const line = (imageSize: number) =>
    page.getByRole('option', { name: new RegExp(`^Image size ${imageSize} px`) });
  await expect.element(line(1024)).toHaveAttribute('aria-disabled', 'true');
  await expect.element(line(1024)).toHaveTextContent('has not the memory for it');
  await expect.element(line(512)).not.toHaveAttribute('aria-disabled', 'true');
  await expect.element(line(128)).toBeVisible();
});

test('the checkpoints’ memory is listed before one is loaded', async () => {
  engineOf(studio).deviceMemory = { capacityBytes: 1e9, largestBufferBytes: 1e9 };
  await openMenu();
  await page.getByText('Memory that SAM 2’s checkpoints take here').click();
  const rows = () =>
    [...document.querySelectorAll('.memory-estimates tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
  await expect.poll(rows).toEqual([
    ['Tiny', '330 MB', '1.3 GB, too large'],
    ['Small', '490 MB', '2.0 GB, too large'],
    ['Base+', '640 MB', '2.6 GB, too large'],
    ['Large', '800 MB', '3.2 GB, too large'],
  ]);
});

test('nobody is asked once the menu is closed', async () => {
  await openMenu();
  await expect.poll(() => studio.store.getState().models.memory?.heldBytes).toBe(52_000_000);
  await page.getByRole('button', { name: /^Model:/ }).click();
  await expect.element(page.getByRole('region', { name: 'Model in use' })).not.toBeInTheDocument();
  const asked = () => engineOf(studio).calls.filter((call) => call === 'memoryReport').length;
  const before = asked();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(asked()).toBe(before);
});
