import { expect, test, type Page } from '@playwright/test';
import { davisZip } from './davis-tree.ts';
import { Studio } from './studio.ts';

const MUG = { x: 584, y: 349 };
const VIDEO = { width: 854, height: 480 };
/** A model is loaded beside it. */
const SLOWLY = { timeout: 60_000 };
const ONE = [{ name: 'mug', frameCount: 4 }];
const TWO = [
  { name: 'mug', frameCount: 4 },
  { name: 'table', frameCount: 6 },
];

test('a zip of one sequence is the clip and its ground truth, and is scored', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([await davisZip(page, { sequences: ONE })]);
  await expectClip(page, 'mug', 4);
  await page.getByRole('tab', { name: /^Scores/ }).click();
  const panel = page.getByRole('tabpanel', { name: /^Scores/ });
  await expect(panel.getByText('4 of 4 frames matched')).toBeVisible(SLOWLY);
  await expect(panel.getByText('DAVIS-2017-val.zip')).toBeVisible();
  // What is shown is the frame that the masks are of: the click finds what they call object 2.
  await studio.modelReady();
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
  await page.getByRole('tab', { name: /^Objects/ }).click();
  await studio.track('Forward', 4);
  await page.getByRole('tab', { name: /^Scores/ }).click();
  await panel.getByLabel('Object compared to Object 2').selectOption('Object 1');
  await expect(panel.getByText('4 of 4 frames scored', { exact: true })).toBeVisible(SLOWLY);
  // The mean with object 1, which nobody clicked and which counts as 0: object 2 alone has twice that.
  const meanJAndF = async () => {
    const text = (await panel.locator('.gt-figures').textContent()) ?? '';
    return Number(/^J&F([\d.]+?)J/.exec(text)?.[1]);
  };
  await expect.poll(meanJAndF).toBeGreaterThan(30);
});

test('of several sequences the user chooses one, with its own masks', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([await davisZip(page, { sequences: TWO })]);
  const dialog = page.getByRole('dialog', { name: 'Which sequence of “DAVIS-2017-val.zip”?' });
  await expect(dialog.getByRole('button', { name: /^mug 4 frames/ })).toBeVisible();
  await dialog.getByRole('button', { name: /^table 6 frames/ }).click();
  await expect(dialog).toBeHidden();
  await expectClip(page, 'table', 6);
  await page.getByRole('tab', { name: /^Scores/ }).click();
  const panel = page.getByRole('tabpanel', { name: /^Scores/ });
  await expect(panel.getByText('6 of 6 frames matched')).toBeVisible(SLOWLY);
});

test('putting the question away opens nothing, and it can be asked again', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  const zip = await davisZip(page, { sequences: TWO });
  await studio.drop([zip]);
  const dialog = page.getByRole('dialog', { name: /^Which sequence/ });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Try the sample' })).toBeVisible();
  await studio.drop([zip]);
  await dialog.getByRole('button', { name: /^mug 4 frames/ }).click();
  await expectClip(page, 'mug', 4);
});

test('without masks the frames are the clip, and nothing is scored', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([await davisZip(page, { sequences: ONE, hasMasks: false })]);
  await expectClip(page, 'mug', 4);
  await page.getByRole('tab', { name: /^Scores/ }).click();
  // Everything that opening sets off has come to its end.
  await studio.modelReady();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByText(/frames matched/)).toHaveCount(0);
});

test('with its clip open, the whole zip is a ground truth of the sequence in view', async ({
  page,
}) => {
  const studio = new Studio(page);
  await studio.open();
  const zip = await davisZip(page, { sequences: TWO });
  await studio.drop([zip]);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^table/ })
    .click();
  await expectClip(page, 'table', 6);
  await studio.drop([zip]);
  await page.getByRole('button', { name: 'Ground truth to score against' }).click();
  await page.getByRole('tab', { name: /^Scores/ }).click();
  const panel = page.getByRole('tabpanel', { name: /^Scores/ });
  await expect(panel.getByText('6 of 6 frames matched')).toBeVisible(SLOWLY);
});

/** The clip is open at its first frame, with so many frames. */
async function expectClip(page: Page, name: string, frameCount: number): Promise<void> {
  await expect(page.getByRole('heading', { name, exact: true })).toBeVisible(SLOWLY);
  await expect(page.getByRole('slider', { name: 'Playhead' })).toHaveAttribute(
    'aria-valuemax',
    String(frameCount - 1),
  );
}
