import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { Studio } from './studio.ts';

const SAMPLE = { width: 640, height: 360 };
const MUG = { x: 438, y: 262 };
const TRUTH = 'tests/fixtures/visor/coffee/P00_00.json';

for (const colorScheme of ['dark', 'light'] as const) {
  test(`axe finds nothing in any state of the page, ${colorScheme}`, async ({ page }) => {
    const studio = await openStudio(page, colorScheme);
    await expectNoViolations(page, 'empty');
    await openAndCheck(page, 'Open');
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await studio.modelReady();
    await expectNoViolations(page, 'open');
    await studio.clickVideo(MUG, SAMPLE);
    await studio.answered();
    await studio.clickVideo({ x: 100, y: 60 }, SAMPLE, 'right');
    await studio.answered();
    await expectNoViolations(page, 'prompted');
    for (const name of [/^Model:/, 'How masks look', 'More for Object 1', 'Theme', /^Messages/]) {
      await openAndCheck(page, name);
    }
    await openAndCheck(page, 'Export…');
    await openAndCheck(page, 'Keyboard shortcuts');
    await openAndCheck(page, 'Search actions');
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox', { name: 'Search actions' }).fill('score');
    await expectNoViolations(page, 'a search that finds what cannot be done');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Forward', exact: true }).click();
    await expect(page.getByRole('progressbar', { name: 'Tracking' })).toBeVisible();
    await expectNoViolations(page, 'tracking');
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByText(/^Stopped after/)).toBeVisible({ timeout: 60_000 });
    await expectNoViolations(page, 'stopped');
    for (const tab of [/^Review/, /^Memory/]) {
      await page.getByRole('tab', { name: tab }).click();
      await expect(page.getByRole('tabpanel', { name: tab })).toBeVisible();
      await expectNoViolations(page, String(tab));
    }
  });

  test(`axe finds nothing in ground truth and scores, ${colorScheme}`, async ({ page }) => {
    const studio = await openStudio(page, colorScheme);
    await page.getByRole('tab', { name: /^Scores/ }).click();
    await expect(page.getByRole('heading', { name: 'Score against ground truth' })).toBeVisible();
    await expectNoViolations(page, 'no ground truth');
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await studio.modelReady();
    await studio.clickVideo(MUG, SAMPLE);
    await studio.answered();
    await studio.dropPath(TRUTH, 'application/json');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoViolations(page, 'what files are for');
    await page.getByRole('button', { name: 'Ground truth to score against' }).click();
    const panel = page.getByRole('tabpanel', { name: /^Scores/ });
    await expect(panel.getByText('10 of 10 frames matched')).toBeVisible();
    await expectNoViolations(page, 'unscored');
    await panel.getByLabel('Object compared to mug').selectOption('Object 1');
    await page.getByRole('tab', { name: /^Objects/ }).click();
    await studio.trackSome(6);
    await page.getByRole('tab', { name: /^Scores/ }).click();
    await expect(panel.getByText(/^[2-9] of 10 frames scored/)).toBeVisible();
    await expectNoViolations(page, 'scored');
    for (const view of ['Truth', 'Outlines', 'Errors']) {
      await page.getByRole('radio', { name: view, exact: true }).click();
      await expectNoViolations(page, view);
    }
    await openAndCheck(page, '10 of 10 frames matched');
    await panel.getByRole('button', { name: 'Full report…' }).click();
    const report = page.getByRole('dialog', { name: 'Scores' });
    for (const tab of await report.getByRole('tab').all()) {
      await tab.click();
      await expectNoViolations(page, `report: ${await tab.textContent()}`);
    }
  });
}

async function openStudio(page: Page, colorScheme: 'dark' | 'light'): Promise<Studio> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const studio = new Studio(page);
  await studio.open();
  return studio;
}

/** Opens what a button opens, and closes it again. */
async function openAndCheck(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  const opened = page.locator('[role="dialog"], [role="menu"]');
  await expect(opened.first()).toBeVisible();
  await expectNoViolations(page, String(name));
  await page.keyboard.press('Escape');
  await expect(opened).toHaveCount(0);
}

async function expectNoViolations(page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target).join(' ')}`);
  expect(found, state).toEqual([]);
}
