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

test('a clip’s sound goes with its video, and a GIF has its rhythm', async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  await studio.dropPath('tests/fixtures/media/sound-aac.mp4', 'video/mp4');
  await expect(page.getByRole('button', { name: 'Try the sample' })).not.toBeVisible();
  await expect(page.getByText('sound-aac.mp4').first()).toBeVisible();
  await studio.clickVideo({ x: 16, y: 96 }, { width: 192, height: 112 });
  await studio.answered();
  await page.getByRole('button', { name: /^Export/ }).click();
  for (const [file, codec, sound] of [
    ['MP4', 'H.264', 'AAC'],
    ['WebM', 'VP9', 'Opus'],
  ] as const) {
    const path = await save(page, { look: 'Side by side', file });
    await expect(
      page.getByText(new RegExp(`is written: 60 frames, .+, ${codec} with ${sound} sound\\.$`)),
    ).toBeVisible();
    const streams = probe(path) ?? [];
    for (const { codec_type: type, start_time: start, nb_read_frames: count } of streams) {
      // Within a packet of the sound.
      expect(Math.abs(Number(start)), `${file} ${type}`).toBeLessThan(1024 / 48_000);
      expect(Number(count)).toBeGreaterThanOrEqual(60);
    }
    if (streams.length > 0) expect(streams.map(({ codec_type: type }) => type)).toContain('audio');
  }
  const gif = await save(page, { look: 'Blur', file: 'GIF' });
  await expect(page.getByText(/is written: 24 frames/)).toBeVisible();
  const [stream] = probe(gif) ?? [];
  if (stream !== undefined)
    expect(stream).toMatchObject({ codec_name: 'gif', nb_read_frames: '24' });
  const read = readByPillow(gif);
  if (read === undefined) return;
  expect(read).toEqual({ size: [192, 112], loop: 0, durations: Array(24).fill(100) });
});

/** Saves what is chosen and gives where it lies. */
async function save(page: Page, { look, file }: Omit<VideoChoice, 'codec'>): Promise<string> {
  const dialog = page.getByRole('dialog');
  const kinds = dialog.getByRole('group', { name: 'What to export' });
  await kinds.getByText(look, { exact: true }).click();
  await dialog.getByRole('radio', { name: file }).click();
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('button', { name: /^Save/ }).click();
  return (await downloading).path();
}

interface VideoChoice {
  readonly look: string;
  readonly file: 'MP4' | 'WebM' | 'GIF';
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
  const streams = probe(path);
  if (streams === undefined) return;
  expect(streams.map(({ nb_read_frames: count }) => Number(count))).toEqual([LAST_FRAME + 1]);
}

/** What ffprobe says of a stream of a file. */
interface ProbedStream {
  readonly codec_name: string;
  readonly codec_type: 'video' | 'audio';
  readonly nb_read_frames: string;
  /** Seconds. */
  readonly start_time: string;
}

/** Reads the whole file by ffprobe, which must find nothing wrong with it; undefined without it. */
function probe(path: string): readonly ProbedStream[] | undefined {
  const entries = 'stream=codec_name,codec_type,nb_read_frames,start_time';
  const { error, stderr, stdout } = spawnSync(
    'ffprobe',
    ['-v', 'error', '-count_frames', '-show_entries', entries, '-of', 'json', path],
    { encoding: 'utf8' },
  );
  if (error !== undefined) {
    test.info().annotations.push({ type: 'left out', description: 'ffprobe is not installed' });
    return undefined;
  }
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { readonly streams: readonly ProbedStream[] }).streams;
}

const READ_GIF = `
import json, sys
from PIL import Image, ImageSequence
image = Image.open(sys.argv[1])
frames = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
print(json.dumps({"size": image.size, "loop": image.info["loop"], "durations": frames}))
`;

/** What Pillow reads of a GIF; undefined where it is not installed. */
function readByPillow(path: string): unknown {
  const python = process.env['PYTHON'] ?? 'python3';
  const { status, stderr, stdout } = spawnSync(python, ['-c', READ_GIF, path], {
    encoding: 'utf8',
  });
  if (status !== 0 && (stderr ?? 'No module named').includes('No module named')) {
    test.info().annotations.push({ type: 'left out', description: 'Pillow is not installed' });
    return undefined;
  }
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}
