import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { Studio } from './studio.ts';

interface BenchmarkFile {
  readonly isComplete: boolean;
  readonly model: { readonly size: string; readonly imageSize: number };
  readonly device: { readonly backend: string; readonly threads: number };
  readonly stages: readonly { readonly stage: string; readonly p50Ms: number }[];
  readonly tracks: readonly { readonly objects: number; readonly framesPerSecond: number }[];
  readonly skippedTracks: readonly { readonly objects: number }[];
}

test('the device is benchmarked from the model line, cancelled, and saved as JSON', async ({
  page,
}) => {
  // Two runs, which take a minute on an idle machine.
  test.setTimeout(600_000);
  const studio = new Studio(page);
  await studio.open();
  await studio.modelReady();
  await studio.setModel('WASM', 128);
  await page.getByRole('button', { name: /^Model:/ }).click();
  await page.getByRole('button', { name: 'Benchmark this device…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Benchmark this device' });

  await test.step('a full run is cancelled and keeps what was finished', async () => {
    await dialog.getByText('Full', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(dialog.getByRole('rowheader', { name: 'image encoder' })).toBeVisible({
      timeout: 120_000,
    });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog.getByRole('button', { name: 'Run again' })).toBeVisible({
      timeout: 60_000,
    });
    await expect(dialog.getByText('Cancelled: only what was finished is here.')).toBeVisible();
  });

  await test.step('a quick run comes to its end', async () => {
    await dialog.getByText('Quick', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Run again' }).click();
    await expect(dialog.getByText(/^About .+ left\./)).toBeVisible({ timeout: 120_000 });
    await expect(dialog.getByRole('button', { name: 'Run again' })).toBeVisible({
      timeout: 240_000,
    });
  });

  await test.step('its file says what the page says', async () => {
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save JSON…' }).click();
    const path = await (await downloading).path();
    const file = JSON.parse(await readFile(path, 'utf8')) as BenchmarkFile;
    expect(file.isComplete).toBe(true);
    expect(file.model).toMatchObject({ size: 'nano', imageSize: 128 });
    expect(file.device.backend).toBe('wasm');
    expect(file.stages).toHaveLength(9);
    for (const { p50Ms } of file.stages) expect(p50Ms).toBeGreaterThan(0);
    // On a busy machine those are left out that would take over a minute.
    const objects = [...file.tracks, ...file.skippedTracks].map((track) => track.objects);
    expect(objects).toEqual([1, 3, 8]);
    await expect(dialog.getByRole('rowheader')).toHaveCount(
      file.stages.length + file.tracks.length,
    );
    const choosing = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Compare with a file…' }).click();
    await (await choosing).setFiles(path);
    await expect(dialog.getByText('1.00×')).toHaveCount(file.stages.length + file.tracks.length);
  });

  const { violations } = await new AxeBuilder({ page }).include('.dialog').analyze();
  expect(violations).toEqual([]);
});
