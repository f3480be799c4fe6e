import { ensureChromium } from './ensure-installed.mjs';
import { HEADLESS_ARGS, SWIFTSHADER_WEBGPU_ARGS } from './chromium.mjs';

/** By then the bank and what is kept for later, of 64 frames at most, are full. */
const SETTLED_FRAMES = 70;
/** ONNX Runtime's for a pointer and two scores; what is kept of them is bounded too. */
const MOST_GROWTH = 0.005;

/**
 * `npm run bench -- --track-bytes [--model nano] [--size 128] [--objects 1] [--frames 100] [--computes]`:
 * bytes and buffers that a device holds along a track, what is kept for later too, beside what was planned. Fails where they grow. The
 * device computes nothing unless asked to, so that any model can be counted.
 * @param {import('vite').ViteDevServer} server
 * @param {(name: string) => string | undefined} option
 */
export async function benchTrackBytes(server, option) {
  const executablePath = ensureChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium to count in.');
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({
    executablePath,
    args: [...HEADLESS_ARGS, ...SWIFTSHADER_WEBGPU_ARGS],
  });
  const frames = Number(option('frames') ?? 100);
  const request = {
    size: option('model') ?? 'nano',
    imageSize: Number(option('size') ?? 128),
    objects: Number(option('objects') ?? 1),
    frames,
    computes: process.argv.includes('--computes'),
  };
  try {
    const page = await browser.newPage();
    page.on('console', (message) => console.log(message.text()));
    await page.goto(`${server.resolvedUrls?.local[0]}tests/bench/index.html`);
    /** @type {import('../tests/bench/bytes.worker.ts').BytesResult} */
    const { samples, planned } = await page.evaluate(
      (asked) => /** @type {any} */ (globalThis).answer('bytes', asked),
      request,
    );
    print(request, samples, planned);
    assertFlat(samples.slice(2));
  } finally {
    await browser.close();
  }
}

/**
 * @param {{ size: string, imageSize: number, objects: number, frames: number }} request
 * @param {readonly import('../tests/bench/bytes.worker.ts').BytesSample[]} samples
 * @param {import('../tests/bench/bytes.worker.ts').BytesResult['planned']} planned
 */
function print({ size, imageSize, objects, frames }, samples, planned) {
  console.log(`## ${size} at ${imageSize}, ${objects} tracked over ${frames} frames\n`);
  console.log('| at | MB held | buffers |\n| --- | --- | --- |');
  const shown = new Set([0, 20, 40, 60, 100, 300, 500, 700, frames - 1].map(String));
  for (const { at, bytes, buffers } of samples) {
    if (Number.isNaN(Number(at)) || shown.has(at)) {
      console.log(`| ${at} | ${(bytes / 1e6).toFixed(2)} | ${buffers} |`);
    }
  }
  const parts = Object.entries(planned).map(
    ([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(1)}`,
  );
  console.log(`\nPlanned, MB: ${parts.join(', ')}.`);
}

/** @param {readonly import('../tests/bench/bytes.worker.ts').BytesSample[]} samples one a frame */
function assertFlat(samples) {
  const settled = samples.slice(SETTLED_FRAMES);
  const [first] = settled;
  if (first === undefined) return;
  const most = Math.max(...settled.map(({ bytes }) => bytes));
  const growth = most / first.bytes - 1;
  console.log(
    `From frame ${SETTLED_FRAMES} on, what is held grows by ${(100 * growth).toFixed(2)} % at most.`,
  );
  if (growth > MOST_GROWTH) throw new Error('What a track holds grows with its length.');
}
