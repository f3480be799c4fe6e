import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { COMMAND_GROUPS } from '../../src/ui/shell/commands.ts';
import { masksOfProject, parseProject, type ProjectFile } from './exported-masks.ts';
import { KeyHand } from './key-hand.ts';
import { Studio } from './studio.ts';

const VIDEO = { width: 640, height: 360 };
const TRUTH = 'tests/fixtures/visor/coffee/P00_00.json';
const SLOW = { timeout: 60_000 };

test('the same work is done without a mouse', async ({ page }) => {
  test.setTimeout(400_000);
  const { hand } = await openSample(page);
  await annotate(page, hand);
  await trackAndStop(page, hand);
  await correct(page, hand);
  await changeObjects(page, hand);
  await loadTruth(page, hand);
  const project = await exportProject(page, hand);
  expect(project.objects).toMatchObject([{ name: 'mug' }]);
  expect(project.objects[0]?.color).not.toBe('#2f9bff');
  expect(masksOfProject(project).size).toBeGreaterThanOrEqual(6);
  expect(await hand.mouseEvents()).toEqual([]);
});

test('every stop of the Tab key is seen, and every dialog gives the focus back', async ({
  page,
}) => {
  const { hand } = await openSample(page);
  await hand.takeAim();
  await hand.press('Enter', 'Escape');
  const stops = new Set<string>();
  for (let stop = 0; stop < 60; stop++) {
    await hand.press('Tab');
    const name = await hand.focused();
    if (name === '') continue;
    stops.add(name);
    expect(await hand.isFocusSeen(), `the focus on “${name}” is seen`).toBe(true);
  }
  expect(stops.size).toBeGreaterThan(30);
  await hand.tabTo(/^New object/);
  const dialogs = [
    ['?', 'Keyboard shortcuts'],
    ['Control+e', 'Export'],
    ['Control+k', 'Search actions'],
  ] as const;
  for (const [key, title] of dialogs) {
    await hand.press(key);
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await hand.press('Escape');
    await expect(page.getByRole('button', { name: 'New object' })).toBeFocused();
  }
  expect(await hand.mouseEvents()).toEqual([]);
});

test('every command has a key on the sheet, or is found in the palette by its name', async ({
  page,
}) => {
  const studio = new Studio(page);
  await studio.open();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toBeVisible();
  const onSheet = new Set(await sheet.locator('dt').allTextContents());
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: 'Search actions' });
  const lines = page.getByRole('option').locator('.palette-text');
  for (const { id, label, chord, isKeyOnly } of COMMAND_GROUPS.flatMap((one) => one.commands)) {
    if (chord !== undefined) expect(onSheet.has(label), `${id} is on the sheet`).toBe(true);
    if (isKeyOnly === true) continue;
    await search.fill(label);
    const found = await lines.evaluateAll((all) => all.map((line) => line.firstChild?.textContent));
    expect(found, `${id} is in the palette`).toContain(label);
  }
});

/** Opens the sample with the palette, and makes the model small. */
async function openSample(page: Page): Promise<{ studio: Studio; hand: KeyHand }> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new Studio(page);
  const hand = new KeyHand(page, VIDEO);
  await hand.watchForMouse();
  await studio.open();
  await hand.command('Open the sample clip');
  await expect(page.getByText(/640 × 360 · 287 frames/)).toBeVisible(SLOW);
  await studio.modelReady();
  await expect(status(page)).toContainText('Click “Object 1”', SLOW);
  return { studio, hand };
}

/** A mug by points, then another object by a box. */
async function annotate(page: Page, hand: KeyHand): Promise<void> {
  await hand.takeAim();
  await hand.aimAt([438, 262]);
  await hand.press('Enter');
  await expect(status(page)).toContainText('Refine with more clicks', SLOW);
  await hand.aimAt([100, 60]);
  await hand.press('Shift+Enter');
  await expect(page.getByRole('button', { name: /^Negative point 2/ })).toBeVisible();
  await expect(status(page)).toContainText('Refine with more clicks', SLOW);

  await hand.press('n', 'b');
  await hand.aimAt([225, 145]);
  await hand.press('Enter');
  await hand.aimAt([345, 335]);
  await hand.press('Enter');
  await expect(status(page)).toContainText('Drag again to replace the box', SLOW);
  await hand.press('p', 'Escape');
}

async function trackAndStop(page: Page, hand: KeyHand): Promise<void> {
  await hand.press('t');
  const done = page.getByText(/^\d+ of \d+ frames$/);
  const count = async () => Number.parseInt((await done.textContent()) ?? '0', 10);
  await expect.poll(count, { timeout: 120_000 }).toBeGreaterThanOrEqual(5);
  await hand.command('Stop tracking');
  await expect(page.getByText(/^Stopped after .+ which are kept\.$/)).toBeVisible(SLOW);
}

/** A click on a later frame, taken back and made again. */
async function correct(page: Page, hand: KeyHand): Promise<void> {
  await hand.press('Home', 'ArrowRight', 'ArrowRight', '2');
  await hand.takeAim();
  await hand.aimAt([160, 300]);
  await hand.press('Shift+Enter');
  const point = page.getByRole('button', { name: /^Negative point 1/ });
  await expect(point).toBeVisible();
  await expect(status(page)).not.toContainText('…', SLOW);
  await hand.press('Control+z');
  await expect(point).toHaveCount(0);
  await hand.press('Control+Shift+z');
  await expect(point).toBeVisible();
  await hand.press('Escape', 'Shift+R');
  const fixed = page.getByRole('button', { name: 'Undo: fixed tracking of Object 2' });
  await expect(fixed).toBeVisible(SLOW);
  await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0, SLOW);
}

/** A name, a colour, and two objects made one. */
async function changeObjects(page: Page, hand: KeyHand): Promise<void> {
  await hand.press('1', 'F2');
  await expect(page.getByRole('textbox', { name: 'Name of Object 1' })).toBeFocused();
  await page.keyboard.type('mug');
  await hand.press('Enter');
  await expect.poll(() => hand.focused()).toMatch(/^mug/);
  await hand.command('colour');
  await expect(page.getByRole('dialog', { name: 'Colour of mug' })).toBeVisible();
  await hand.press('Tab', 'Tab', 'Tab', 'Enter', 'Escape');
  await expect.poll(() => hand.focused()).toBe('Object 1. Change the colour of mug');
  await hand.press('2');
  await hand.command('Merge “Object 2” into “mug”');
  await expect(page.getByRole('button', { name: 'More for Object 2' })).toHaveCount(0);
}

/** By the menu that stands for dropping files. */
async function loadTruth(page: Page, hand: KeyHand): Promise<void> {
  await hand.press('g');
  await expect(page.getByRole('button', { name: /^Load ground truth…/ })).toBeVisible();
  await hand.tabTo(/^Load ground truth…/);
  const choosing = page.waitForEvent('filechooser');
  await hand.press('Enter');
  await expect(page.getByRole('menuitem', { name: /^Files…/ })).toBeFocused();
  await hand.press('Enter');
  await (await choosing).setFiles(TRUTH);
  await expect(page.getByText(/is the ground truth/).first()).toBeVisible(SLOW);
}

async function exportProject(page: Page, hand: KeyHand): Promise<ExportedProject> {
  await hand.press('Control+e');
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await expect(dialog).toBeVisible();
  await hand.tabTo(/^PNG masks$/);
  await hand.press('ArrowDown', 'ArrowDown', 'ArrowDown');
  expect(await hand.focused()).toBe('Project');
  expect(await hand.isFocusSeen()).toBe(true);
  await hand.tabTo(/^Save/);
  const downloading = page.waitForEvent('download');
  await hand.press('Enter');
  const bytes = await readFile(await (await downloading).path());
  await hand.press('Escape');
  await expect(dialog).toHaveCount(0);
  return parseProject(bytes) as ExportedProject;
}

type ExportedProject = ProjectFile & {
  readonly objects: readonly { readonly name: string; readonly color: string }[];
};

function status(page: Page) {
  return page.getByRole('main', { name: 'Stage' }).getByRole('status');
}
