import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { visorText } from '../../helpers/visor-builders.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

async function open(...files: File[]): Promise<MountedStudio> {
  mounted = await mountOpenStudio();
  await mounted.actions.video.openFiles(files);
  return mounted;
}

const choices = () =>
  [...document.querySelectorAll('.meaning-title')].map((one) => one.textContent);

test('a zip on an open clip can be three things', async () => {
  const studio = await open(new File(['x'], 'bear.zip'));
  await expect.element(page.getByRole('dialog', { name: 'What is “bear.zip” for?' })).toBeVisible();
  expect(choices()).toEqual([
    'Masks of my objects',
    'Ground truth to score against',
    'Frames of a clip',
  ]);
  await page.getByRole('button', { name: 'Ground truth to score against' }).click();
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  await expect.poll(() => studio.exporter.truthRequests.length).toBe(1);
});

test('VISOR annotations are offered for scoring first', async () => {
  const studio = await open(new File([visorText([])], 'P01_107.json'));
  await expect.element(page.getByRole('dialog')).toBeVisible();
  expect(choices()).toEqual(['Ground truth to score against', 'Masks of my objects']);
  await userEvent.keyboard('{Tab}{Enter}');
  await expect.poll(() => studio.exporter.truthRequests.length).toBe(1);
  expect(studio.exporter.calls).not.toContain('importFile');
});

test('the scores stay in sight when the focus goes back to the tab that was pressed before', async () => {
  const studio = (mounted = await mountOpenStudio());
  await page.getByRole('tab', { name: 'Memory' }).click();
  await studio.actions.video.openFiles([new File([visorText([])], 'P01_107.json')]);
  await page.getByRole('button', { name: 'Ground truth to score against' }).click();
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  await expect.element(page.getByRole('tab', { name: 'Scores' })).toHaveFocus();
  expect(studio.store.getState().view.panelTab).toBe('scores');
});

test('closing the question leaves everything as it is', async () => {
  const studio = await open(new File(['x'], 'bear.zip'));
  await expect.element(page.getByRole('dialog')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  expect(studio.exporter.calls).toEqual([]);
  expect(studio.store.getState().video.generation).toBe(1);
});
