import { expect, test, type Browser } from '@playwright/test';
import { rleIou } from '../../src/core/rle.ts';
import { masksOfProject, parseProject, type MasksByPlace } from './exported-masks.ts';
import { Studio } from './studio.ts';

const VIDEO = { width: 640, height: 360 };
const MUG = { x: 438, y: 262 };
/** What a software GPU manages in a minute. */
const FRAMES = 4;

test('the sample is tracked on WebGPU as on WASM, and stopping keeps what is done', async ({
  browser,
}) => {
  test.setTimeout(900_000);
  const onWebGpu = await trackSample(browser, 'WebGPU');
  const onWasm = await trackSample(browser, 'WASM');
  for (let frame = 0; frame < FRAMES; frame++) {
    const [first, second] = [onWebGpu, onWasm].map((masks) => masks.get(`${frame}/1`));
    if (first === undefined || second === undefined) throw new Error(`no mask on frame ${frame}`);
    expect(rleIou(first, second)).toBeGreaterThanOrEqual(0.995);
  }
});

/** In a profile of its own: the other run's work would be opened again with the sample. */
async function trackSample(browser: Browser, backend: 'WebGPU' | 'WASM'): Promise<MasksByPlace> {
  await using context = await browser.newContext();
  const page = await context.newPage();
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  await studio.setModel(backend, 128);
  await studio.clickVideo(MUG, VIDEO);
  await studio.answered();
  await studio.trackSome(FRAMES);
  return masksOfProject(parseProject(await studio.export('Project')));
}
