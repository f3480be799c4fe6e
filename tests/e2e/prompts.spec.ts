import { expect, test, type Page } from '@playwright/test';
import { objectId } from '../../src/core/ids.ts';
import { lassoRle } from '../../src/core/lasso.ts';
import { rleFromString, rleIou, type MaskRle } from '../../src/core/rle.ts';
import { paintIds } from '../../src/formats/id-plane.ts';
import { IndexedPngWriter } from '../../src/formats/png-writer.ts';
import { masksOfProject, parseProject, type ProjectFile } from './exported-masks.ts';
import { StageHand, type At } from './stage-hand.ts';
import { Studio } from './studio.ts';

/** On a busy machine an answer takes its time. */
const SLOW = { timeout: 30_000 };
const VIDEO = { width: 640, height: 360 };
/** The blue mug of the sample, without its handle. */
const MUG: readonly At[] = [
  [402, 222],
  [424, 210],
  [460, 212],
  [478, 226],
  [472, 298],
  [440, 306],
  [404, 294],
];
const ON_MUG: At = [438, 262];

const mugMask = lassoRle(
  MUG.map(([x, y]) => ({ x, y })),
  VIDEO,
);

async function openSample(page: Page): Promise<{ studio: Studio; hand: StageHand }> {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await expect(page.getByText(/640 × 360 · 287 frames/)).toBeVisible({ timeout: 60_000 });
  await studio.modelReady();
  return { studio, hand: new StageHand(page, VIDEO) };
}

/** What is saved: the prompts as they are, and the masks by place. */
async function saved(studio: Studio) {
  // The parts of a project that these tests look at, besides its masks.
  const project = parseProject(await studio.export('Project')) as ProjectFile & {
    readonly prompts: readonly {
      readonly kind: string;
      readonly points?: readonly unknown[];
      readonly mask?: unknown;
      readonly candidate?: number;
      readonly segmentation?: { readonly size: [number, number]; readonly counts: string };
    }[];
  };
  const { prompts } = project;
  return { prompts, masks: masksOfProject(project) };
}

const status = (page: Page) => page.getByRole('main', { name: 'Stage' }).getByRole('status');

function paintedMask(prompt: { segmentation?: { counts: string } } | undefined): MaskRle {
  const { segmentation } = prompt ?? {};
  if (segmentation === undefined) throw new Error('no mask was saved as prompt');
  return rleFromString(segmentation.counts, VIDEO.width, VIDEO.height);
}

test('a mug is painted, mended with the eraser, and tracked', async ({ page }) => {
  test.setTimeout(400_000);
  const { studio, hand } = await openSample(page);
  await page.keyboard.press('d');
  await page.getByRole('slider', { name: 'Size' }).fill('45');
  for (const y of [225, 245, 265, 285]) {
    await hand.drag([
      [410, y],
      [468, y],
    ]);
  }
  await expect(page.getByText('Prompted here')).toBeVisible(SLOW);
  await page.keyboard.press('s');
  await hand.drag([
    [396, 212],
    [398, 216],
  ]);
  await page.keyboard.press('p');
  await expect(status(page)).toContainText('Click to refine the mask you made', SLOW);
  await studio.trackSome(10);

  const { prompts, masks } = await saved(studio);
  expect(prompts).toHaveLength(1);
  const painted = paintedMask(prompts[0]);
  expect(rleIou(painted, mugMask)).toBeGreaterThan(0.8);
  const first = masks.get('0/1');
  // The engine gives a mask back as it was given, but for what its quarter resolution cannot hold.
  expect(first && rleIou(first, painted)).toBeGreaterThan(0.93);
  const tracked = Array.from({ length: 10 }, (_, at) => masks.get(`${at + 1}/1`));
  // The hand lifts the mug a little by then.
  for (const mask of tracked) expect(mask && rleIou(mask, mugMask)).toBeGreaterThan(0.5);
});

test('a lasso is refined with a click, as the reference does with a mask', async ({ page }) => {
  const { studio, hand } = await openSample(page);
  await page.keyboard.press('l');
  await hand.drag([...MUG, MUG[0] ?? [0, 0]]);
  await expect(page.getByText('Prompted here')).toBeVisible(SLOW);
  await page.keyboard.press('p');
  await expect(status(page)).toContainText('Click to refine the mask you made', SLOW);
  const given = await saved(studio);
  expect(given.prompts).toMatchObject([{ kind: 'mask' }]);
  expect(rleIou(paintedMask(given.prompts[0]), mugMask)).toBeGreaterThan(0.95);

  await studio.clickVideo({ x: 438, y: 262 }, VIDEO);
  await studio.answered();
  const refined = await saved(studio);
  expect(refined.prompts).toMatchObject([{ kind: 'clicks', points: [{ label: 'positive' }] }]);
  expect(refined.prompts[0]?.mask).toEqual(given.prompts[0]?.segmentation);
  const [before, after] = [given.masks.get('0/1'), refined.masks.get('0/1')];
  expect(before && after && rleIou(before, after)).toBeGreaterThan(0.6);
  expect(after).not.toEqual(before);

  await page.keyboard.press('Backspace');
  await expect(status(page)).toContainText('Click to refine the mask you made', SLOW);
  const again = await saved(studio);
  expect(again.masks.get('0/1')).toEqual(before);
});

test('a resting pointer shows what a click would select, and the click selects it', async ({
  page,
}) => {
  const { studio, hand } = await openSample(page);
  // Its features come with the first click on the frame.
  await studio.clickVideo({ x: 285, y: 250 }, VIDEO);
  await studio.answered();
  await page.getByRole('button', { name: 'New object' }).click();
  await hand.moveTo([560, 60]);
  const area = [[380, 190], { width: 120, height: 130 }] as const;
  const plain = await hand.look(...area);
  await hand.moveTo(ON_MUG);
  await expect.poll(async () => plain.equals(await hand.look(...area)), SLOW).toBe(false);
  const { masks } = await saved(studio);
  expect([...masks.keys()], 'nothing is selected yet').toEqual(['0/1']);
  await hand.moveTo([560, 60]);
  await expect.poll(async () => plain.equals(await hand.look(...area)), SLOW).toBe(true);

  await page.getByRole('button', { name: 'How masks look' }).click();
  await page.getByRole('switch', { name: /Preview clicks/ }).click();
  await page.keyboard.press('Escape');
  await hand.moveTo(ON_MUG);
  await page.waitForTimeout(1500);
  expect(plain.equals(await hand.look(...area)), 'it is off').toBe(true);
});

test('a click that may mean several things is given another meaning, which is tracked', async ({
  page,
}) => {
  test.setTimeout(400_000);
  const { studio } = await openSample(page);
  await studio.clickVideo({ x: 300, y: 130 }, VIDEO);
  await studio.answered();
  const group = page.getByRole('group', { name: 'Which mask the point means' });
  await expect(group).toBeVisible(SLOW);
  const before = await saved(studio);
  const chosen = () => group.locator('button[aria-pressed="true"]').getAttribute('aria-label');
  const first = await chosen();
  await page.keyboard.press('c');
  await expect.poll(chosen, SLOW).not.toBe(first);
  await expect(status(page)).toContainText('choose which mask', SLOW);
  const after = await saved(studio);
  expect(after.prompts[0]?.candidate).toBeDefined();
  const [mask, other] = [before.masks.get('0/1'), after.masks.get('0/1')];
  expect(mask && other && rleIou(mask, other)).toBeLessThan(0.9);
  await studio.trackSome(5);
  const tracked = await saved(studio);
  const later = tracked.masks.get('4/1');
  const nearer = [mask, other].map((one) => (one && later ? rleIou(one, later) : 0));
  expect(nearer[1]).toBeGreaterThan(nearer[0] ?? 1);
});

test('a PNG becomes the prompt of an object', async ({ page }) => {
  const { studio } = await openSample(page);
  const beside = lassoRle(
    MUG.map(([x, y]) => ({ x: x - 300, y })),
    VIDEO,
  );
  const ids = new Uint8Array(VIDEO.width * VIDEO.height);
  paintIds(ids, VIDEO, [
    { objectId: objectId(4), mask: mugMask },
    { objectId: objectId(9), mask: beside },
  ]);
  const png = Buffer.from(await new IndexedPngWriter(VIDEO).encode(ids));
  await page.getByRole('button', { name: 'More for Object 1' }).click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: /Use a mask file as prompt/ }).click();
  await (await choosing).setFiles({ name: 'mug.png', mimeType: 'image/png', buffer: png });
  const dialog = page.getByRole('dialog', { name: 'Which mask of “mug.png”?' });
  await dialog.getByRole('button', { name: /^4/ }).click();
  await expect(status(page)).toContainText('Click to refine the mask you made', SLOW);
  const { prompts } = await saved(studio);
  expect(paintedMask(prompts[0])).toEqual(mugMask);
});
