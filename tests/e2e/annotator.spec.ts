import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { masksOfProject, parseProject, type MasksByPlace } from './exported-masks.ts';
import { readGif } from './gif-frames.ts';
import { keepPictures } from './key-states.ts';
import { expectExport } from './opened-exports.ts';
import { StageHand } from './stage-hand.ts';
import { Studio } from './studio.ts';

const VIDEO = { width: 640, height: 360 };
/** On the blue mug. */
const MUG = { x: 438, y: 262 };
/** Beside the kettle, on the table: what a mask of the kettle may run onto. */
const BESIDE_KETTLE = { x: 160, y: 300 };
/** Tracked are the frames from 0 to this one. */
const LAST = 31;
const MIDDLE = 16;
/** Tracked after the page was reloaded. */
const FURTHER = 4;
const VIDEO_FRAMES = 8;

test('an annotator’s work: two objects, tracked, corrected, exported, and gone on with', async ({
  page,
}) => {
  test.setTimeout(600_000);
  const studio = new Studio(page);
  await studio.open();
  await keepPictures(page, '1 start');
  await annotate(studio);
  await keepPictures(page, '2 prompted');
  await trackMarkedFrames(studio);
  const tracked = await masksNow(studio);
  for (const id of [1, 2]) expect(framesOf(tracked, id)).toBe(LAST + 1);
  await keepPictures(page, '3 tracked');

  const corrected = await correctOne(studio, tracked);
  await keepPictures(page, '4 corrected');
  await undoAndRedo(studio, tracked, corrected);
  const split = await splitAndMerge(studio, corrected);
  await exportEverything(page, split);
  await goOnAfterReload(studio, split);
});

/** A mug by points, a kettle by a box; one gets a name. */
async function annotate(studio: Studio): Promise<void> {
  const { page } = studio;
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  await studio.setModel('WASM', 128);
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
  await studio.clickVideo({ x: MUG.x + 20, y: MUG.y + 25 }, VIDEO);
  await studio.answered();
  await studio.clickVideo({ x: 100, y: 60 }, VIDEO, 'right');
  await studio.answered();
  await page.getByRole('button', { name: 'New object' }).click();
  await page.getByRole('radio', { name: 'Box around the object' }).click();
  await new StageHand(page, VIDEO).drag([
    [225, 145],
    [345, 335],
  ]);
  await expect(stageStatus(page)).toContainText('Drag again to replace the box', {
    timeout: 30_000,
  });
  await page.keyboard.press('p');
  await page.getByRole('button', { name: 'More for Object 2' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Name of Object 2' }).fill('kettle');
  await page.keyboard.press('Enter');
  await expect(kettle(page)).toBeVisible();
}

async function trackMarkedFrames(studio: Studio): Promise<void> {
  await studio.seek(LAST);
  await studio.page.keyboard.press('Shift+I');
  await studio.seek(0);
  await studio.track('Forward', LAST + 1);
}

/** The kettle drifts: a click on a middle frame, and only what that changes is tracked again. */
async function correctOne(studio: Studio, before: MasksByPlace): Promise<MasksByPlace> {
  const { page } = studio;
  await studio.seek(MIDDLE);
  await kettle(page).click();
  await studio.clickVideo(BESIDE_KETTLE, VIDEO, 'right');
  await studio.answered();
  await page.keyboard.press('Shift+R');
  const outcome = page.getByText(/^\d+ frames run again, \d+ left as they were\.$/);
  await expect(outcome).toBeVisible({ timeout: 120_000 });
  const [run, saved] = ((await outcome.textContent()) ?? '').match(/\d+/g)?.map(Number) ?? [];
  expect(run).toBeGreaterThan(0);
  // Outward on both sides of the middle frame, and that frame itself.
  expect((run ?? 0) + (saved ?? 0)).toBe(LAST + 1);

  const after = await masksNow(studio);
  expect(ofObject(after, 1), 'the mug’s masks are those from before').toEqual(ofObject(before, 1));
  expect(after.get(`${MIDDLE}/2`)).not.toEqual(before.get(`${MIDDLE}/2`));
  expect(framesOf(after, 2)).toBe(LAST + 1);
  return after;
}

async function undoAndRedo(
  studio: Studio,
  tracked: MasksByPlace,
  corrected: MasksByPlace,
): Promise<void> {
  const { page } = studio;
  const undo = page.getByRole('button', { name: /^Undo: / });
  await undo.click();
  await undo.click();
  await expect(page.getByRole('button', { name: /^Redo: / })).toBeEnabled();
  expect(await masksNow(studio), 'as before the correction').toEqual(tracked);
  await page.keyboard.press('Control+Shift+z');
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByRole('button', { name: /^Redo: / })).toHaveCount(0);
  expect(await masksNow(studio), 'as after it').toEqual(corrected);
}

/** The kettle becomes two objects at the middle frame, and one again. */
async function splitAndMerge(studio: Studio, before: MasksByPlace): Promise<MasksByPlace> {
  const { page } = studio;
  await studio.seek(MIDDLE);
  await page.getByRole('button', { name: 'More for kettle' }).click();
  await page.getByRole('menuitem', { name: `Split off from frame ${MIDDLE} on` }).click();
  await expect(page.getByText('Object 3')).not.toHaveCount(0);
  const split = await masksNow(studio);
  expect(framesOf(split, 2)).toBe(MIDDLE);
  expect(framesOf(split, 3)).toBe(LAST + 1 - MIDDLE);
  await page.getByRole('button', { name: 'More for Object 3' }).click();
  await page.getByRole('menuitem', { name: 'Merge into' }).hover();
  // A pointer that jumps closes a submenu on its way.
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('menuitem', { name: 'Object 1' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem', { name: 'kettle' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'More for Object 3' })).toHaveCount(0, {
    timeout: 30_000,
  });
  const merged = await masksNow(studio);
  expect(merged).toEqual(before);
  return merged;
}

/** Whatever the dialog offers is written and opened. */
async function exportEverything(page: Page, masks: MasksByPlace): Promise<void> {
  await page.keyboard.press('Control+e');
  const dialog = page.getByRole('dialog');
  await keepPictures(page, '5 export');
  const kinds = await dialog.getByRole('group', { name: 'What to export' }).locator('label').all();
  expect(kinds.length).toBeGreaterThanOrEqual(16);
  for (const label of kinds) {
    const kind = (await label.textContent())?.trim() ?? '';
    await test.step(`export ${kind}`, async () => {
      await label.click();
      const file = await save(page, dialog);
      await expectExport(kind, { ...file, masks, video: VIDEO, frameCount: VIDEO_FRAMES });
    });
  }
  await exportEveryFile(page, dialog);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

/** What is chosen last is a video: in each kind of file that is offered. */
async function exportEveryFile(page: Page, dialog: Locator): Promise<void> {
  const files = dialog.getByRole('radiogroup', { name: 'File' }).getByRole('radio');
  const offered = await files.allTextContents();
  expect(offered).toEqual(expect.arrayContaining(['MP4', 'WebM', 'GIF']));
  for (const file of offered) {
    await test.step(`export ${file}`, async () => {
      await files.getByText(file, { exact: true }).click();
      const { name, bytes } = await save(page, dialog);
      expect(name.toLowerCase()).toMatch(new RegExp(`\\.${file.toLowerCase()}$`));
      if (file !== 'GIF') return;
      const gif = await readGif(page, bytes);
      expect(gif.count).toBeGreaterThan(1);
      expect(gif.width / gif.height).toBeCloseTo(VIDEO.width / VIDEO.height, 1);
    });
  }
}

interface SavedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function save(page: Page, dialog: Locator): Promise<SavedFile> {
  await makeSmall(dialog);
  const downloading = page.waitForEvent('download', { timeout: 60_000 });
  await dialog.getByRole('button', { name: /^Save/ }).click();
  const download = await downloading;
  const bytes = Uint8Array.from(await readFile(await download.path()));
  return { name: download.suggestedFilename(), bytes };
}

/** Of a video, the first frames in a small size. */
async function makeSmall(dialog: Locator): Promise<void> {
  const to = dialog.getByRole('textbox', { name: 'To', exact: true });
  if ((await to.count()) === 0) return;
  const size = dialog.getByRole('combobox', { name: 'Size' });
  if ((await size.locator('option[value="preview"]').count()) > 0)
    await size.selectOption('preview');
  await to.fill(String(VIDEO_FRAMES - 1));
  await to.press('Enter');
}

async function goOnAfterReload(studio: Studio, before: MasksByPlace): Promise<void> {
  const { page } = studio;
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  const saved = page.getByRole('region', { name: 'Go on with' });
  await expect(saved.getByText(/^2 objects · 64 masks · /)).toBeVisible();
  await keepPictures(page, '6 reloaded');
  await saved.getByRole('button', { name: 'Continue coffee.mp4' }).click();
  await expect(page.getByText(/^Continued from /)).toBeVisible({ timeout: 60_000 });
  await studio.modelReady();
  expect(await masksNow(studio)).toEqual(before);
  await page.getByRole('button', { name: 'Take the marks away' }).click();
  await studio.seek(LAST + FURTHER);
  await page.keyboard.press('Shift+I');
  await studio.seek(LAST + 1);
  await page.keyboard.press('i');
  await studio.track('Forward', FURTHER);
  const further = await masksNow(studio);
  for (const id of [1, 2]) expect(framesOf(further, id)).toBe(LAST + 1 + FURTHER);
  for (const [place, mask] of before) expect(further.get(place)).toEqual(mask);
}

async function masksNow(studio: Studio): Promise<MasksByPlace> {
  return masksOfProject(parseProject(await studio.export('Project')));
}

function ofObject(masks: MasksByPlace, id: number): MasksByPlace {
  return new Map([...masks].filter(([place]) => place.endsWith(`/${id}`)));
}

function framesOf(masks: MasksByPlace, id: number): number {
  return ofObject(masks, id).size;
}

/** Its row in the list of objects. */
function kettle(page: Page): Locator {
  return page.getByRole('region', { name: 'Objects' }).getByRole('button', { name: /^kettle/ });
}

function stageStatus(page: Page): Locator {
  return page.getByRole('main', { name: 'Stage' }).getByRole('status');
}
