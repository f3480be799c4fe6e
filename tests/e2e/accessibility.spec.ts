import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { Studio } from './studio.ts';

const SAMPLE = { width: 640, height: 360 };

for (const colorScheme of ['dark', 'light'] as const) {
  test(`axe finds nothing in any state of the page, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const studio = new Studio(page);
    await studio.open();
    await expectNoViolations(page, 'empty');
    await openAndCheck(page, 'Open');
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await studio.modelReady();
    await expectNoViolations(page, 'open');
    await studio.clickVideo({ x: 440, y: 260 }, SAMPLE);
    await studio.answered();
    await studio.clickVideo({ x: 100, y: 60 }, SAMPLE, 'right');
    await studio.answered();
    await expectNoViolations(page, 'prompted');
    for (const name of [/^Model:/, 'How masks look', 'More for Object 1', 'Theme', /^Messages/]) {
      await openAndCheck(page, name);
    }
    await openAndCheck(page, 'Export…');
    await openAndCheck(page, 'Keyboard shortcuts');
    await page.getByRole('button', { name: 'Forward', exact: true }).click();
    await expect(page.getByRole('progressbar', { name: 'Tracking' })).toBeVisible();
    await expectNoViolations(page, 'tracking');
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect(page.getByText(/^Stopped after/)).toBeVisible({ timeout: 60_000 });
    await expectNoViolations(page, 'stopped');
  });
}

async function openAndCheck(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await expectNoViolations(page, String(name));
  await page.keyboard.press('Escape');
}

async function expectNoViolations(page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.target).join(' ')}`);
  expect(found, state).toEqual([]);
}
