import { spawnSync } from 'node:child_process';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { readFile } from 'node:fs/promises';
import { Studio } from './studio.ts';

const SAMPLE = { width: 640, height: 360 };
const LAST_FRAME = 29;

test('a video of the sample is saved as chosen, and players’ libraries read it', async ({
  page,
}) => {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  await studio.clickVideo({ x: 440, y: 260 }, SAMPLE);
  await studio.answered();
  await page.getByRole('button', { name: /^Export/ }).click();
  const mp4 = await exportVideo(page, { look: 'Overlay', file: 'MP4', codec: 'H.264' });
  await expectVideo(mp4, 'avc');
  const webm = await exportVideo(page, { look: 'Blur', file: 'WebM', codec: 'VP9' });
  await expectVideo(webm, 'vp9');
});

test('axe finds nothing in the options of any kind of export', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  await studio.clickVideo({ x: 440, y: 260 }, SAMPLE);
  await studio.answered();
  await page.getByRole('button', { name: /^Export/ }).click();
  const kinds = page.getByRole('group', { name: 'What to export' });
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const kind of ['PNG masks', 'SA-V', 'Overlay', 'Cut-out', 'Blur', 'Spotlight']) {
      await kinds.getByText(kind, { exact: true }).click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        kind,
      ).toEqual([]);
    }
  }
});

interface VideoChoice {
  readonly look: string;
  readonly file: 'MP4' | 'WebM';
  readonly codec: string;
}

/** Saves the first frames, small, and gives where the file lies. */
async function exportVideo(page: Page, { look, file, codec }: VideoChoice): Promise<string> {
  const dialog = page.getByRole('dialog');
  const kinds = dialog.getByRole('group', { name: 'What to export' });
  await kinds.getByText(look, { exact: true }).click();
  await dialog.getByRole('radio', { name: file }).click();
  await dialog.getByRole('combobox', { name: 'Size' }).selectOption('preview');
  await dialog.getByRole('textbox', { name: 'To', exact: true }).fill(String(LAST_FRAME));
  await dialog.getByRole('textbox', { name: 'To', exact: true }).press('Enter');
  await expect(dialog.getByText(codec, { exact: true })).toBeVisible();
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: /^Save/ }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${look}\\.${file}$`, 'i'));
  await expect(page.getByText(new RegExp(`is written: 30 frames, .+, ${codec}\\.$`))).toBeVisible();
  return download.path();
}

async function expectVideo(path: string, codec: string): Promise<void> {
  const source = new BufferSource(await readFile(path));
  const input = new Input({ source, formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error('the file has no video');
  expect([track.codec, track.displayWidth, track.displayHeight]).toEqual([codec, 320, 180]);
  const times: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) times.push(packet.timestamp);
  expect(times).toHaveLength(LAST_FRAME + 1);
  expect(times[0]).toBe(0);
  const probe = spawnSync(
    'ffprobe',
    [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      'stream=nb_read_frames',
      '-of',
      'csv=p=0',
      path,
    ],
    { encoding: 'utf8' },
  );
  if (probe.error !== undefined) {
    test.info().annotations.push({ type: 'left out', description: 'ffprobe is not installed' });
    return;
  }
  expect(probe.stderr).toBe('');
  expect(Number.parseInt(probe.stdout, 10)).toBe(LAST_FRAME + 1);
}
