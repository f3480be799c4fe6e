import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { downloadZip } from 'client-zip';
import { craftPng, headerChunk, pngChunk } from '../helpers/craft-png.ts';
import { maskOfIds, submissionMasks } from './result-masks.ts';
import {
  scoreFolders,
  unzip,
  unzipInto,
  visorSequences,
  writeTruthTree,
} from './scored-folders.ts';
import { Studio, type DroppedFile } from './studio.ts';

const CLIP = 'public/samples/coffee.mp4';
const TRUTH = 'tests/fixtures/visor/coffee/P00_00.json';
const MUG = { x: 438, y: 262 };
const VIDEO = { width: 640, height: 360 };

test('the protocol is run, and its scores are those of `npm run score`', async ({ page }) => {
  test.setTimeout(900_000);
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([await clip(), await truth()]);
  await studio.modelReady();
  const panel = await scoresPanel(page);
  await expect(panel.getByText('10 of 10 frames matched')).toBeVisible();
  await expect(panel.getByText('0 of 10 frames scored, 10 without a mask')).toBeVisible();
  await runAllSequences(page, panel);

  const folder = await mkdtemp(join(tmpdir(), 'scores-'));
  try {
    const results = await download(page, 'DAVIS results');
    const official = await scoreElsewhere(folder, results);
    const files = await unzip(await download(page, 'Scores as CSV'));
    for (const [name, text] of official) {
      const own = files.find(({ path }) => path.endsWith(name));
      expect(new TextDecoder().decode(own?.content), name).toBe(text);
    }
    const [mean, region, , , boundary] = numbersOf(official.get('global_results-P00_00.csv'));
    const overall = `J&F ${percent(mean)}J ${percent(region)}F ${percent(boundary)}`;
    await expect(panel.locator('.gt-overall')).toHaveText(`All sequences${overall}`);
    expect(mean).toBeGreaterThan(0.9);
    const submitted = await submissionMasks(await download(page, 'Challenge submission'));
    expect(submitted).toEqual(await maskOfIds(results));
  } finally {
    await rm(folder, { recursive: true });
  }
  // Both sequences share their objects, and the empty one is the first of them.
  await page.getByRole('tab', { name: 'Objects 2' }).click();
  // A click after the run corrects on the whole clip.
  await studio.seek(27);
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
});

test('masks made by clicking are scored, and a correction says what it gained', async ({
  page,
}) => {
  test.setTimeout(600_000);
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([await clip(), await truth()]);
  await studio.modelReady();
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
  const panel = await scoresPanel(page);
  await panel.getByLabel('Object compared to mug').selectOption('Object 1');
  await expect(panel.getByText('1 of 10 frames scored, 9 without a mask')).toBeVisible();
  await page.getByRole('tab', { name: /^Objects/ }).click();
  await studio.trackSome(12);
  await page.getByRole('tab', { name: /^Scores/ }).click();
  await expect(panel.getByText(/^[5-9] of 10 frames scored/)).toBeVisible();
  await studio.seek(6);
  const before = await panel.locator('.gt-figures').textContent();
  await studio.clickVideo({ x: 470, y: 260 }, VIDEO, 'right');
  await studio.answered();
  await expect(panel.getByText(/mug, frame 6: .+ after 2 clicks/)).toBeVisible();
  expect(await panel.locator('.gt-figures').textContent()).not.toBe(before);
  for (const view of ['Truth', 'Outlines', 'Errors', 'Masks']) {
    await page.getByRole('radio', { name: view, exact: true }).click();
  }
});

test('what cannot be a ground truth is refused, and the one before stays', async ({ page }) => {
  test.setTimeout(300_000);
  const studio = new Studio(page);
  await studio.open();
  await studio.drop([await clip(), await truth()]);
  await studio.modelReady();
  const panel = await scoresPanel(page);
  await expect(panel.getByText('10 of 10 frames matched')).toBeVisible();
  for (const { file, says } of await hostileFiles()) {
    await test.step(file.name, async () => {
      await studio.drop([file]);
      await page.getByRole('button', { name: 'Ground truth to score against' }).click();
      const alert = page.getByRole('alert').filter({ hasText: says });
      await expect(alert).toBeVisible({ timeout: 60_000 });
      await alert.getByRole('button', { name: 'Put away' }).click();
      await expect(panel.getByText('P00_00.json')).toBeVisible();
      await expect(panel.getByText('10 of 10 frames matched')).toBeVisible();
    });
  }
  await page.getByRole('tab', { name: /^Objects/ }).click();
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
});

async function clip(): Promise<DroppedFile> {
  return { name: 'P00_00.mp4', type: 'video/mp4', bytes: await readFile(CLIP) };
}

async function truth(): Promise<DroppedFile> {
  return { name: 'P00_00.json', type: 'application/json', bytes: await readFile(TRUTH) };
}

async function scoresPanel(page: Page): Promise<Locator> {
  await page.getByRole('tab', { name: /^Scores/ }).click();
  return page.getByRole('tabpanel', { name: /^Scores/ });
}

async function runAllSequences(page: Page, panel: Locator): Promise<void> {
  await panel.getByRole('button', { name: 'Other ways to run the protocol' }).click();
  await page.getByRole('menuitem', { name: 'All 2 sequences: annotated frames only' }).click();
  await expect(panel.getByText(/^Sequence 2 of 2/)).toBeVisible({ timeout: 300_000 });
  const run = panel.getByRole('button', { name: 'Run the protocol', exact: true });
  await expect(run).toBeVisible({ timeout: 300_000 });
  await expect(panel.getByText('10 of 10 frames scored', { exact: true })).toBeVisible();
}

/** Saves through the panel's menu and gives the file's bytes. */
async function download(page: Page, name: string): Promise<Uint8Array<ArrayBuffer>> {
  await page.getByRole('tabpanel').getByRole('button', { name: 'Export', exact: true }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
  return Uint8Array.from(await readFile(await (await downloading).path()));
}

/** What `npm run score` writes of the exported masks and of the annotations. */
async function scoreElsewhere(
  folder: string,
  results: Uint8Array<ArrayBuffer>,
): Promise<ReadonlyMap<string, string>> {
  const sequences = await visorSequences(Uint8Array.from(await readFile(TRUTH)));
  const folders = {
    truth: join(folder, 'truth'),
    predictions: join(folder, 'results'),
    setFile: join(folder, 'P00_00.txt'),
    out: join(folder, 'out'),
  };
  await writeTruthTree(sequences, folders.truth);
  await unzipInto(results, folders.predictions);
  await writeFile(folders.setFile, sequences.map(({ name }) => name).join('\n'));
  return scoreFolders(folders);
}

/** The second line of `global_results`: J&F, J's mean, recall, decay, F's mean, recall, decay. */
function numbersOf(csv: string | undefined): readonly number[] {
  return (csv?.split('\n')[1] ?? '').split(',').map(Number);
}

function percent(fraction: number | undefined): string {
  return ((fraction ?? Number.NaN) * 100).toFixed(1);
}

interface HostileFile {
  readonly file: DroppedFile;
  /** A part of what the user is told. */
  readonly says: string;
}

async function hostileFiles(): Promise<readonly HostileFile[]> {
  const text = await readFile(TRUTH, 'utf8');
  const withSegments = (segments: string) =>
    text.replace('"segments":[', `"segments":[${segments},`);
  const json = (name: string, content: string): HostileFile => {
    const bytes = new TextEncoder().encode(content);
    return { file: { name, type: 'application/json', bytes }, says: name };
  };
  const start = text.slice(0, text.indexOf('[') + 1);
  const header = headerChunk({ width: 1e5, height: 1e5, bitDepth: 8, colorType: 3 });
  const bomb = craftPng(header, pngChunk('IDAT', deflateSync(new Uint8Array(2 ** 24))));
  return [
    json('cut.json', text.slice(0, text.length / 2)),
    json('deep.json', `${start}${'['.repeat(40)}${']'.repeat(40)}]}`),
    json('not-a-number.json', withSegments('[[NaN,5],[2,7],[3,1]]')),
    json('many.json', withSegments(`[${'[1,1],'.repeat(1e6)}[2,2]]`)),
    { file: await zip('bomb.zip', 'bear/00000.png', bomb), says: 'bear/00000.png' },
    { file: await zip('up.zip', '../P00_00.json', text), says: 'outside itself' },
  ];
}

async function zip(
  name: string,
  path: string,
  input: string | Uint8Array<ArrayBuffer>,
): Promise<DroppedFile> {
  const bytes = await downloadZip([{ name: path, input }]).arrayBuffer();
  return { name, type: 'application/zip', bytes: new Uint8Array(bytes) };
}
