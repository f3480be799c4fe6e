import { expect, test, type Page } from '@playwright/test';
import { formatCount } from '../../src/store/format.ts';
import { DISC_VIDEO, discAt, discFramesZip } from './disc-frames.ts';
import { HeapMeter, type HeapUsage } from './heap-usage.ts';
import { Studio } from './studio.ts';

/** `HEAP_FRAMES=2000` makes it the drill of `docs/benchmarks.md`. */
const FRAMES = Number(process.env['HEAP_FRAMES'] ?? 300);
/** Everything is warm by then, and the bank is full. */
const SETTLED = Math.floor(FRAMES / 3);
/** What a tracked frame may leave on a heap: the summary on the page, run lengths in the workers. */
const MOST_BYTES_PER_FRAME = 4096;

test(`no heap grows while ${FRAMES} frames are tracked`, async ({ page }) => {
  test.setTimeout(300_000 + FRAMES * 1500);
  const studio = new Studio(page);
  const meter = await HeapMeter.attach(page);
  await studio.open();
  await studio.drop([await discFramesZip(FRAMES)]);
  await expect(page.getByText(`128 × 96 · ${formatCount(FRAMES)} frames`)).toBeVisible({
    timeout: 60_000,
  });
  await studio.modelReady();
  await studio.setModel('WASM', 128);
  await studio.clickVideo(discAt(0), DISC_VIDEO);
  await studio.answered();
  await page.getByRole('button', { name: 'Forward', exact: true }).click();
  await expect.poll(() => framesDone(page), { timeout: 600_000 }).toBeGreaterThanOrEqual(SETTLED);
  const [from, before] = [await framesDone(page), await meter.measure()];
  await expect(
    page.getByText(new RegExp(`^${formatCount(FRAMES)} frames in .+ fps\\.$`)),
  ).toBeVisible({
    timeout: 60_000 + FRAMES * 1000,
  });
  const after = await meter.measure();
  console.log(await page.getByText(/ frames in .+ fps\.$/).textContent());
  for (const usage of after) {
    const at = before.find(({ thread }) => thread === usage.thread);
    console.log(lineOf(usage, at, FRAMES - from));
    if (at === undefined) continue;
    const grown = (usage.heapBytes - at.heapBytes) / (FRAMES - from);
    expect(grown, `${usage.thread}: bytes a frame`).toBeLessThan(MOST_BYTES_PER_FRAME);
  }
  expect(after.map(({ thread }) => thread)).toEqual(
    expect.arrayContaining(['page', 'decode.worker', 'inference.worker']),
  );
});

async function framesDone(page: Page): Promise<number> {
  const text = await page.getByText(/^[\d\s,.’]+ of [\d\s,.’]+ frames$/).textContent();
  return Number((text ?? '').split(' of ')[0]?.replaceAll(/\D/g, ''));
}

function lineOf(usage: HeapUsage, before: HeapUsage | undefined, frames: number): string {
  const mib = (bytes: number | undefined) => ((bytes ?? Number.NaN) / 2 ** 20).toFixed(1);
  const grown = (usage.heapBytes - (before?.heapBytes ?? Number.NaN)) / frames;
  return (
    `${usage.thread}: heap ${mib(before?.heapBytes)} → ${mib(usage.heapBytes)} MiB` +
    ` (${grown.toFixed(0)} bytes a frame), buffers ${mib(before?.bufferBytes)} → ${mib(usage.bufferBytes)} MiB`
  );
}
