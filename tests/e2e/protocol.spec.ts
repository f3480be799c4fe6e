import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Studio } from './studio.ts';

test('a clip and its VISOR annotations are dropped, the protocol is run, and scores come in', async ({
  page,
}) => {
  test.setTimeout(600_000);
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([
    { name: 'P00_00.mp4', type: 'video/mp4', bytes: await readFile('public/samples/coffee.mp4') },
    {
      name: 'P00_00.json',
      type: 'application/json',
      bytes: await readFile('tests/fixtures/visor/coffee/P00_00.json'),
    },
  ]);
  await studio.modelReady();
  await page.getByRole('tab', { name: /^Scores/ }).click();
  await expect(page.getByText('10 of 10 frames matched')).toBeVisible();
  await expect(page.getByText('0 of 10 frames scored, 10 without a mask')).toBeVisible();

  await page.getByRole('button', { name: 'Other ways to run the protocol' }).click();
  await page.getByRole('menuitem', { name: 'All 2 sequences: annotated frames only' }).click();
  await expect(page.getByText(/^Sequence 2 of 2/)).toBeVisible({ timeout: 300_000 });
  const run = page.getByRole('button', { name: 'Run the protocol', exact: true });
  await expect(run).toBeVisible({ timeout: 300_000 });
  await expect(page.getByText('10 of 10 frames scored', { exact: true })).toBeVisible();

  // The annotations were made from the reference's masks of this very model.
  const score = page.getByRole('tab', { name: /^Scores/ });
  await expect.poll(async () => percentIn(await score.textContent())).toBeGreaterThan(95);
  // Both sequences share their objects, and the empty one is the first of them.
  await page.getByRole('tab', { name: /^Objects/ }).click();
  await expect(page.getByRole('tab', { name: 'Objects 2' })).toBeVisible();

  // A click after the run corrects it on the whole clip.
  await studio.seek(27);
  await studio.clickVideo({ x: 438, y: 262 }, { width: 640, height: 360 });
  await studio.answered();
});

function percentIn(text: string | null): number {
  return Number(/[\d.]+/.exec(text ?? '')?.[0] ?? Number.NaN);
}
