import { expect, test, type Page } from '@playwright/test';
import { masksOfProject, parseProject, type MasksByPlace } from './exported-masks.ts';
import { Studio } from './studio.ts';

const VIDEO = { width: 640, height: 360 };
/** On the blue mug, and beside it. */
const MUG = { x: 438, y: 262 };
const OTHER = { x: 300, y: 200 };

test.use({ actionTimeout: 30_000 });

test('a tab that crashes while it tracks loses neither a prompt nor a finished frame', async ({
  context,
}) => {
  test.setTimeout(600_000);
  const before = await startWork(await context.newPage());
  await before.page.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect.poll(() => framesDone(before.page), { timeout: 240_000 }).toBeGreaterThanOrEqual(12);
  const finished = await framesDone(before.page);
  const covered = await coverage(before.page);
  await crash(before.page);

  const page = await context.newPage();
  const studio = new Studio(page);
  await studio.open();
  const saved = page.getByRole('region', { name: 'Go on with' });
  await expect(saved.getByText(/^2 objects · \d+ masks · /)).toBeVisible();
  await saved.getByRole('button', { name: 'Continue coffee.mp4' }).click();
  await expect(page.getByText(/^Continued from /)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await studio.modelReady();
  for (const [at, count] of (await coverage(page)).entries()) {
    expect(count).toBeGreaterThanOrEqual(covered[at] ?? Infinity);
  }
  await studio.seek(0);
  await expectPoints(studio, [2, 1]);
  const kept = parseProject(await studio.export('Project'));
  const masks = masksOfProject(kept);
  expect(kept.prompts).toHaveLength(2);
  for (const id of [1, 2]) expect(framesOf(masks, id)).toBeGreaterThanOrEqual(finished);

  // The cut-off run is a step like others.
  await page.getByRole('button', { name: 'Undo: tracking of 2 objects' }).click();
  await expect.poll(() => coverage(page)).toEqual([1, 1]);
  const undone = masksOfProject(parseProject(await studio.export('Project')));
  expect([...undone.keys()].sort()).toEqual(['0/1', '0/2']);
  await page.getByRole('button', { name: 'Redo: tracking of 2 objects' }).click();
  await expect.poll(() => coverage(page)).not.toEqual([1, 1]);
  expect(masksOfProject(parseProject(await studio.export('Project')))).toEqual(masks);

  await studio.seek(0);
  await studio.trackSome(5);
  const tracked = masksOfProject(parseProject(await studio.export('Project')));
  for (const id of [1, 2]) expect(framesOf(tracked, id)).toBeGreaterThanOrEqual(finished);
  // The same prompts on the same model give the same masks as before the crash.
  expect(tracked.get('3/1')).toEqual(masks.get('3/1'));
});

test('a reload keeps what was undone, and a click that was just made', async ({ page }) => {
  test.setTimeout(300_000);
  const studio = await startWork(page);
  await page.keyboard.press('Control+z');
  await expectPoints(studio, [2, 0]);
  await page.reload();
  await page.getByRole('button', { name: 'Continue coffee.mp4' }).click();
  await expect(page.getByText(/^Continued from /)).toBeVisible({ timeout: 60_000 });
  await studio.modelReady();
  await expectPoints(studio, [2, 0]);
  await page.keyboard.press('Control+Shift+z');
  await expectPoints(studio, [2, 1]);
  await studio.answered();
  await page.reload();
  // The clip itself brings its work back, whichever way it is opened.
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await expect(page.getByText(/^Continued from /)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Start over' }).click();
  await expectPoints(studio, [0]);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Continue coffee.mp4' })).toHaveCount(1);
});

test('a second tab says that the work is open elsewhere, and takes nothing away from it', async ({
  context,
}) => {
  test.setTimeout(300_000);
  const first = await startWork(await context.newPage());
  await expect(first.page.getByText('Saved', { exact: true })).toBeVisible();
  const page = await context.newPage();
  const second = new Studio(page);
  await second.open();
  await page.getByRole('button', { name: 'Continue coffee.mp4' }).click();
  await expect(page.getByText('Your saved work on this clip is open in another tab.')).toBeVisible({
    timeout: 60_000,
  });
  await second.modelReady();
  await expectPoints(second, [0]);
  await second.clickVideo(MUG, VIDEO);
  await second.answered();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.close();
  await first.page.reload();
  await expect(first.page.getByRole('button', { name: 'Continue coffee.mp4' })).toHaveCount(2);
  await expect(first.page.getByText(/^2 objects · 2 masks · /)).toBeVisible();
  await expect(first.page.getByText(/^1 object · 1 mask · /)).toBeVisible();

  await first.page.getByRole('button', { name: 'Delete the work on coffee.mp4' }).first().click();
  await first.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(first.page.getByRole('button', { name: 'Continue coffee.mp4' })).toHaveCount(1);
});

/** The sample clip with two objects: one with two points, one with one. */
async function startWork(page: Page): Promise<Studio> {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await expect(page.getByText(/ · \d+ frames/)).toBeVisible({ timeout: 60_000 });
  await studio.modelReady();
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
  await studio.clickVideo({ x: MUG.x + 20, y: MUG.y + 10 }, VIDEO);
  await studio.answered();
  await studio.selectObject(2);
  await studio.clickVideo(OTHER, VIDEO);
  await studio.answered();
  await expectPoints(studio, [2, 1]);
  return studio;
}

/** As the operating system ends a tab: no handler of the page runs. */
async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // It is never answered.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

async function framesDone(page: Page): Promise<number> {
  const text = await page.getByText(/^\d+ of \d+ frames$/).textContent();
  return Number.parseInt(text ?? '0', 10);
}

/** How many frames of each object have a mask, as its row says. */
async function coverage(page: Page): Promise<readonly number[]> {
  const rows = await page.locator('.object-status').all();
  return Promise.all(
    rows.map(async (row) =>
      Number(/on (\d+) of/.exec((await row.getAttribute('title')) ?? '')?.[1]),
    ),
  );
}

/** How many points each object has on the frame that is shown. */
async function expectPoints(studio: Studio, counts: readonly number[]): Promise<void> {
  for (const [at, count] of counts.entries()) {
    await studio.selectObject(at + 1);
    await expect(studio.page.getByRole('button', { name: /^Positive point/ })).toHaveCount(count);
  }
}

function framesOf(masks: MasksByPlace, objectId: number): number {
  return [...masks.keys()].filter((place) => place.endsWith(`/${objectId}`)).length;
}
