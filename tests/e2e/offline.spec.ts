import { expect, test, type Page } from '@playwright/test';
import { BuildServer } from './build-server.ts';
import { Studio } from './studio.ts';

const SAMPLE = { width: 640, height: 360 };
const MUG = { x: 438, y: 262 };

let server: BuildServer | undefined;

test.afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** A first visit, until the studio is kept. */
async function visit(page: Page, headers?: Readonly<Record<string, string>>): Promise<BuildServer> {
  server = await BuildServer.start(headers);
  await page.goto(server.url);
  await expect(page.getByText('opens without a connection too')).toBeVisible({ timeout: 180_000 });
  return server;
}

test('after one visit the studio works without a server', async ({ page, context }) => {
  const visited = await visit(page);
  await visited.stop();
  server = undefined;
  await context.setOffline(true);
  await page.reload();
  const studio = new Studio(page);
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await studio.clickVideo(MUG, SAMPLE);
  await studio.answered();
  // The rest of the program too, which is loaded when it is first asked for.
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox', { name: 'Search actions' }).fill('coco');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
  await page.keyboard.press('Escape');
  await studio.trackSome(2);
  const part = await page.evaluate(async () => {
    const response = await fetch('samples/coffee.mp4', { headers: { Range: 'bytes=4-7' } });
    return { status: response.status, text: await response.text() };
  });
  expect(part).toEqual({ status: 206, text: 'ftyp' });
});

test('a new version waits until the user reloads', async ({ page }) => {
  const visited = await visit(page);
  const root = page.locator('html');
  await visited.deploy('next');
  await page.reload();
  const offer = page.getByRole('group', { name: 'A new version is ready.' });
  await expect(offer).toBeVisible({ timeout: 60_000 });
  await expect(root).not.toHaveAttribute('data-build');
  const studio = new Studio(page);
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  // It stays, however long the user takes.
  await page.waitForTimeout(7000);
  await expect(offer).toBeVisible();
  await expect(root).not.toHaveAttribute('data-build');
  await offer.getByRole('button', { name: 'Reload' }).click();
  await expect(root).toHaveAttribute('data-build', 'next');
  await expect(page.getByText('opens without a connection too')).toBeVisible({ timeout: 180_000 });
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(1);
});

test('where the server sends no headers, the second visit is cross-origin isolated', async ({
  page,
}) => {
  await visit(page, {});
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.reload();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('another program that comes to the same address is not hidden for long', async ({ page }) => {
  const visited = await visit(page);
  visited.giveAway('Another program');
  await page.reload();
  await expect(page).toHaveTitle('Another program', { timeout: 180_000 });
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(0);
});
