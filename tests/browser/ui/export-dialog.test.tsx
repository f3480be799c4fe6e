import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { objectId } from '../../../src/core/ids.ts';
import { until } from '../../helpers/until.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let studio: MountedStudio;

beforeEach(async () => {
  await page.viewport(1024, 700);
  studio = await mountOpenStudio({ info: { frameCount: 24 } });
  studio.actions.tracklets.rename(objectId(1), 'cup');
  studio.actions.prompts.addPoint({ x: 100, y: 90 }, 'positive');
  await until(
    () => studio.store.getState().tracklets.items[0]?.summaries.coveredFrames === 1,
    'it has a mask',
  );
  studio.actions.view.openDialog({ kind: 'export' });
  await expect.element(kinds()).toBeVisible();
});

afterEach(() => studio[Symbol.dispose]());

const kinds = () => page.getByRole('group', { name: 'What to export' });

async function choose(title: string): Promise<void> {
  await kinds().getByText(title, { exact: true }).click();
}

test('every kind says what it holds and what it is for, and fits a small window', async () => {
  const titles = [...studio.element.ownerDocument.querySelectorAll('.export-kind')].map(
    (label) => label.textContent ?? '',
  );
  expect(titles).toHaveLength(17);
  const seen = new Set<string>();
  for (const title of titles) {
    await choose(title);
    await expect.element(page.getByRole('heading', { name: title, exact: true })).toBeVisible();
    seen.add(document.querySelector('.export-detail')?.textContent ?? '');
    const dialog = document.querySelector('.dialog');
    expect(dialog?.scrollHeight, title).toBeLessThanOrEqual((dialog?.clientHeight ?? 0) + 1);
    expect(dialog?.scrollWidth, title).toBeLessThanOrEqual((dialog?.clientWidth ?? 0) + 1);
  }
  expect(seen.size).toBe(17);
});

test('arrow keys walk through the kinds, and the last one is remembered', async () => {
  kinds().getByRole('radio', { name: 'PNG masks', exact: true }).element().focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}');
  expect(studio.store.getState().view.exportChoice.kind).toBe('coco');
  studio.actions.view.closeDialog();
  studio.actions.view.openDialog({ kind: 'export' });
  await expect.element(kinds().getByRole('radio', { name: 'COCO' })).toBeChecked();
});

test('a video is written as chosen', async () => {
  await choose('Pixelate');
  await page.getByRole('radio', { name: 'The objects' }).click();
  await page.getByRole('radio', { name: 'Strong' }).click();
  await page.getByRole('radio', { name: 'WebM' }).click();
  await expect.element(page.getByText('VP9', { exact: true })).toBeVisible();
  await page.getByRole('combobox', { name: 'Size' }).selectOptions('preview');
  await page.getByRole('textbox', { name: 'From' }).fill('3');
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('900');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('textbox', { name: 'To', exact: true })).toHaveValue('23');
  await page.getByRole('button', { name: 'Save…' }).click();
  await expect.element(page.getByText(/kitchen.pixelate.webm” is written/)).toBeVisible();
  expect(studio.exporter.requests[0]?.format).toEqual({
    kind: 'video',
    container: 'webm',
    hasSound: true,
    first: 3,
    last: 23,
    maxSidePx: 320,
    look: { kind: 'pixelate', region: 'objects', strengthAt720: 48 },
  });
});

test('warns of frames that show no mask, and more plainly where objects are to be hidden', async () => {
  await choose('Overlay');
  await expect
    .element(page.getByRole('note'))
    .toHaveTextContent('23 of these frames were never tracked: no mask is shown there.');
  await choose('Blur');
  await page.getByRole('radio', { name: 'The objects' }).click();
  await expect.element(page.getByRole('note')).toHaveTextContent('nothing is hidden there');
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('0');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('note')).not.toBeInTheDocument();
});

test('says so where the browser cannot encode, and that only WebM is transparent', async () => {
  studio.exporter.codecs = { mp4: undefined, webm: 'VP9' };
  await choose('Cut-out');
  await expect.element(page.getByText(/^This browser cannot encode it/)).toBeVisible();
  await page.getByRole('radio', { name: 'Nothing' }).click();
  await expect.element(page.getByRole('radio', { name: 'MP4' })).toBeDisabled();
  await expect.element(page.getByText('VP9', { exact: true })).toBeVisible();
});

test('a GIF is a kind of file with sizes and a rate of its own', async () => {
  await choose('Spotlight');
  await page.getByRole('radio', { name: 'GIF' }).click();
  await expect
    .element(page.getByText('No sound, and at most 256 colours a picture.'))
    .toBeVisible();
  await expect.element(page.getByRole('switch', { name: 'Sound' })).not.toBeInTheDocument();
  await page.getByRole('combobox', { name: 'Size' }).selectOptions('320 × 180');
  await page.getByRole('radio', { name: '15', exact: true }).click();
  await page.getByRole('button', { name: 'Save…' }).click();
  await expect.element(page.getByText(/kitchen.spotlight.gif” is written/)).toBeVisible();
  expect(studio.exporter.requests[0]?.format).toEqual({
    kind: 'gif',
    first: 0,
    last: 23,
    maxSidePx: 320,
    framesPerSecond: 15,
    look: { kind: 'spotlight', darkness: 0.7 },
  });
});

test('sound goes with a video unless it is turned off, and where it cannot the dialog says why', async () => {
  await choose('Overlay');
  const sound = page.getByRole('switch', { name: 'Sound' });
  await expect.element(sound).toBeChecked();
  await expect.element(page.getByText('AAC, copied from the clip as it is.')).toBeVisible();
  await sound.click();
  await page.getByRole('button', { name: 'Save…' }).click();
  await until(() => studio.exporter.requests.length === 1, 'it is written');
  expect(studio.exporter.requests[0]?.format).toMatchObject({ hasSound: false });
  const told = [
    [{ kind: 'none' }, 'The clip has no sound.'],
    [
      { kind: 'left-out', from: 'AC-3', missing: 'decoder' },
      'Left out: WebM does not hold AC-3, and this browser cannot decode it.',
    ],
  ] as const;
  for (const [plan, text] of told) {
    studio.exporter.sound = plan;
    await page.getByRole('radio', { name: 'MP4' }).click();
    await page.getByRole('radio', { name: 'WebM' }).click();
    await expect.element(page.getByText(text)).toBeVisible();
    await expect.element(sound).toBeDisabled();
    await expect.element(sound).not.toBeChecked();
  }
  studio.exporter.sound = { kind: 'encoded', from: 'AAC', codec: 'Opus' };
  await page.getByRole('radio', { name: 'MP4' }).click();
  await page.getByRole('radio', { name: 'WebM' }).click();
  await expect
    .element(page.getByText('Encoded again as Opus: WebM does not hold AAC.'))
    .toBeVisible();
  await sound.click();
  await expect.element(sound).toBeChecked();
});

test('a range that is no range keeps Save from being pressed', async () => {
  await choose('Matte');
  await page.getByRole('textbox', { name: 'From' }).fill('9');
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('4');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('button', { name: 'Save…' })).toBeDisabled();
  await expect.element(page.getByText(/^Choose frames from 0 to 23/)).toBeVisible();
  await page.getByRole('button', { name: 'Whole clip' }).click();
  await expect.element(page.getByRole('button', { name: 'Save…' })).toBeEnabled();
});

test('VISOR’s shape is asked for before Save can be pressed', async () => {
  await choose('VISOR');
  await expect.element(page.getByRole('button', { name: 'Save…' })).toBeEnabled();
  studio[Symbol.dispose]();
  studio = await mountOpenStudio({ info: { frameCount: 24, width: 640, height: 480 } });
  studio.actions.prompts.addPoint({ x: 100, y: 90 }, 'positive');
  await until(
    () => studio.store.getState().tracklets.items[0]?.summaries.coveredFrames === 1,
    'it has a mask',
  );
  studio.actions.view.openDialog({ kind: 'export' });
  await choose('VISOR');
  await expect
    .element(page.getByText('VISOR’s pictures are 16 : 9, the clip’s 640 × 480.', { exact: false }))
    .toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Save…' })).toBeDisabled();
  await choose('COCO');
  await expect.element(page.getByRole('button', { name: 'Save…' })).toBeEnabled();
});

test('a choice of objects is offered where there are several with masks', async () => {
  await expect.element(page.getByRole('combobox', { name: 'Objects' })).not.toBeInTheDocument();
  studio.actions.view.closeDialog();
  studio.actions.tracklets.add();
  studio.actions.prompts.addPoint({ x: 300, y: 90 }, 'positive');
  await until(
    () => studio.store.getState().tracklets.items[1]?.summaries.coveredFrames === 1,
    'it has one too',
  );
  studio.actions.view.openDialog({ kind: 'export' });
  await page.getByRole('combobox', { name: 'Objects' }).selectOptions('cup');
  await page.getByRole('button', { name: 'Save…' }).click();
  await until(() => studio.exporter.requests.length === 1, 'it is written');
  expect(studio.exporter.requests[0]?.objects.map(({ name }) => name)).toEqual(['cup']);
});

test('how long it will still take is told', async () => {
  // Long enough to be looked at, on a busy machine too.
  studio.exporter.stepMs = 1500;
  await page.getByRole('button', { name: 'Save…' }).click();
  await expect.element(page.getByText(/frames, \d+ s left$/)).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(page.getByText('Cancelled.')).toBeVisible();
});
