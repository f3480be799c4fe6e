import { cpus } from 'node:os';
import { ensureChromium, ensurePackages, ROOT } from './ensure-installed.mjs';
import { benchHalf } from './bench-half.mjs';
import { benchInt8 } from './bench-int8.mjs';
import { benchRoofline } from './bench-roofline.mjs';
import { benchTrackBytes } from './bench-track-bytes.mjs';
import { fileUrls } from './dawn.mjs';
import { HEADLESS_ARGS, SWIFTSHADER_WEBGPU_ARGS } from './chromium.mjs';

/**
 * `npm run bench [-- --only=node,wasm,webgpu] [--model=nano] [--size=256]`: milliseconds of each network,
 * GFLOP, and the share of the device's own rate for a product of matrices.
 *
 * - `--roofline`: what a tracked frame costs, see `bench-roofline.mjs`; `--only=dawn` is that on a GPU without
 *   a browser.
 * - `--half`: what float16 costs in accuracy, see `bench-half.mjs`.
 * - `--int8`: the same of int8 weights, see `bench-int8.mjs`.
 * - `--track-bytes`: what a GPU holds along a track, see `bench-track-bytes.mjs`.
 */
ensurePackages();
const { createServer } = await import('vite');

/** @param {string} name */
function option(name) {
  const at = process.argv.indexOf(`--${name}`);
  if (at !== -1) return process.argv[at + 1];
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
}

const only = option('only')?.split(',') ?? ['node', 'wasm', 'webgpu'];
const server = await createServer({
  root: ROOT,
  server: { port: 0, hmr: false, watch: null },
  logLevel: 'error',
  plugins: [fileUrls()],
  // Node 20 cannot parse `using`.
  oxc: { target: 'es2022' },
});
await server.listen();
/** @param {string} name */
const isAsked = (name) => process.argv.includes(`--${name}`);
const other = [
  { isWanted: isAsked('roofline') || only.includes('dawn'), run: benchRoofline },
  { isWanted: isAsked('half'), run: benchHalf },
  { isWanted: isAsked('int8'), run: benchInt8 },
  { isWanted: isAsked('track-bytes'), run: benchTrackBytes },
].find(({ isWanted }) => isWanted);
if (other !== undefined) {
  await other.run(server, option).catch((error) => {
    console.error(String(error));
    process.exitCode = 1;
  });
  await server.close();
  process.exit();
}
/** @type {typeof import('../tests/bench/bench-models.ts')} */
const { BENCH_CASES } = /** @type {any} */ (
  await server.ssrLoadModule('/tests/bench/bench-models.ts')
);
const cases = BENCH_CASES.filter(
  ({ size, imageSize }) =>
    (option('model') ?? size) === size && Number(option('size') ?? imageSize) === imageSize,
);
console.log(
  `Processor: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores; Node ${process.version}`,
);

if (only.includes('node')) {
  /** @type {typeof import('../tests/bench/node-bench.ts')} */
  const { benchInNode } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/node-bench.ts')
  );
  for (const one of cases) {
    const result = await benchInNode(one);
    printResult(`${one.size} at ${one.imageSize}, onnxruntime-node CPU`, result);
  }
}
if (only.includes('wasm') || only.includes('webgpu')) await benchInChromium();
await server.close();

async function benchInChromium() {
  const executablePath = ensureChromium();
  if (executablePath === undefined) process.exit(1);
  const { chromium } = await import('playwright');
  const browser = await chromium.launch({
    executablePath,
    args: [...HEADLESS_ARGS, ...SWIFTSHADER_WEBGPU_ARGS],
  });
  console.log(`Chromium ${browser.version()}`);
  for (const one of cases) {
    const isNano = one.size === 'nano';
    for (const threads of only.includes('wasm') ? [1, 2] : []) {
      const request = {
        ...one,
        backend: 'wasm',
        threads,
        objects: isNano && threads === 2 ? [1, 2, 3] : [],
      };
      await benchPage(browser, `WASM, ${threads} thread${threads > 1 ? 's' : ''}`, request);
    }
  }
  if (only.includes('webgpu')) {
    // A software GPU: the bytes read back are what this is for, not the times.
    const request = {
      size: 'nano',
      imageSize: 128,
      repeats: 2,
      backend: 'webgpu',
      threads: 1,
      objects: [1],
    };
    await benchPage(browser, 'WebGPU on SwiftShader', request);
  }
  await browser.close();
}

/** @param {import('playwright').Browser} browser @param {string} where @param {any} request */
async function benchPage(browser, where, request) {
  const page = await browser.newPage();
  await page.goto(`${server.resolvedUrls?.local[0]}tests/bench/index.html`);
  const result = await page.evaluate(
    (asked) => /** @type {any} */ (globalThis).answer('bench', asked, { measuresHeld: true }),
    request,
  );
  printResult(`${request.size} at ${request.imageSize}, ${where}`, result);
  await page.close();
}

/** @param {string} title @param {any} result */
function printResult(title, result) {
  console.log(`\n### ${title}\n`);
  console.log(
    `Product of matrices on the same device and run: ${result.matMulRate.toFixed(1)} GFLOP/s.`,
  );
  const bytes = result.peakBytes ?? result.heldBytes;
  console.log(
    `Memory (${result.peakBytes ? 'peak of the process' : 'held by the page and its worker'}): ${(bytes / 2 ** 20).toFixed(0)} MB.`,
  );
  console.log(
    '\n| network | ms (median) | ms (p95) | GFLOP | GFLOP/s | share |\n| --- | --- | --- | --- | --- | --- |',
  );
  for (const { stage, medianMs, p95Ms, gflop } of result.stages) {
    const rate = (gflop / medianMs) * 1000;
    console.log(
      `| ${stage} | ${medianMs.toFixed(1)} | ${p95Ms.toFixed(1)} | ${gflop.toFixed(2)} | ${rate.toFixed(1)} | ${((100 * rate) / result.matMulRate).toFixed(0)} % |`,
    );
  }
  for (const { objects, frameMs, bytesReadPerFrame } of result.tracks ?? []) {
    console.log(
      `\nTracking ${objects} object${objects > 1 ? 's' : ''} (full bank, 640×360 frames): ${frameMs.toFixed(0)} ms a frame, ${(1000 / frameMs).toFixed(1)} frames/s; read back ${bytesReadPerFrame.toFixed(0)} bytes a frame.`,
    );
  }
}
