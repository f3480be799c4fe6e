import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HEADLESS_ARGS } from '../../scripts/chromium.mjs';
import { ensureChromium, ensurePackages, ROOT } from '../../scripts/ensure-installed.mjs';

/**
 * `node tests/bench/torch-ratio.mjs --sam2=DIR --python=BIN [--cases=nano:256,tiny:512] [--threads=2]
 * [--rounds=7] [--frames=4]`: a tracked frame on onnxruntime-node and on WASM in Chromium against the
 * reference predictor in PyTorch, on the same weights, pictures and threads. `SAM2_SOURCE` and
 * `SAM2_PYTHON` name the same two.
 *
 * The three take turns in one run, a few frames each, and each round gives a ratio of its own: what
 * else the machine does falls on all of them. On a machine that others use, only the processor's time
 * on one thread says something; with more threads it counts those that wait for each other. Above 1
 * is slower than PyTorch.
 */
ensurePackages();
const { createServer } = await import('vite');
const { chromium } = await import('playwright');

/** Frames until the memory bank is full. */
const WARM_FRAMES = 17;
/** Threads of the one before have gone to sleep by then. */
const PAUSE_MS = 400;

/** @param {string} name */
function option(name) {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
}

const source = option('sam2') ?? process.env['SAM2_SOURCE'];
const python = option('python') ?? process.env['SAM2_PYTHON'] ?? 'python3';
const executablePath = ensureChromium();
if (source === undefined || executablePath === undefined) {
  console.error('Name the folder of facebookresearch/sam2: --sam2=DIR, or SAM2_SOURCE.');
  process.exit(1);
}
const threads = Number(option('threads') ?? 2);
const rounds = Number(option('rounds') ?? 7);
const framesEach = Number(option('frames') ?? 4);
const cases = (option('cases') ?? 'nano:256,nano:512,tiny:512').split(',');

const server = await createServer({
  root: ROOT,
  server: { port: 0, hmr: false, watch: null },
  logLevel: 'error',
  // Node 20 cannot parse `using`.
  oxc: { target: 'es2022' },
});
await server.listen();
const browser = await chromium.launch({ executablePath, args: [...HEADLESS_ARGS] });
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, ${threads} threads each; Node ${process.version}, Chromium ${browser.version()}`,
);
for (const one of cases) {
  const [size, imageSize] = one.split(':');
  await compare(/** @type {any} */ (size), Number(imageSize));
}
await browser.close();
await server.close();

/**
 * Some tracked frames: each one's time, and the processor's time for all of them.
 * @typedef {{ ms: readonly number[], cpuMs: number, areaPx: number }} Turn
 */

/** @param {'nano' | 'tiny'} size @param {number} imageSize */
async function compare(size, imageSize) {
  const frameCount = WARM_FRAMES + rounds * framesEach;
  const model = { size, imageSize, threads, frameCount };
  const folder = await mkdtemp(join(tmpdir(), 'torch-'));
  /** @type {typeof import('./torch-job.ts')} */
  const { writeTorchJob } = await load('torch-job');
  /** @type {typeof import('./node-frames.ts')} */
  const { withNodeFrames } = await load('node-frames');
  await writeTorchJob(folder, { ...model, source: /** @type {string} */ (source) });
  const torch = await startTorch(folder);
  const page = await browser.newPage();
  const renderers = await processorOfRenderers();
  try {
    await page.goto(`${server.resolvedUrls?.local[0]}tests/bench/ratio.html`);
    await page.evaluate((asked) => /** @type {any} */ (globalThis).ratio.open(asked), model);
    await withNodeFrames(model, async (node) => {
      /** @type {Record<string, (frames: number) => Promise<Turn>>} */
      const runners = {
        PyTorch: torch.track,
        'onnxruntime-node': (frames) =>
          withProcessorMs(
            async () => processMs(),
            () => node(frames),
          ),
        WASM: (frames) =>
          withProcessorMs(renderers, () =>
            page.evaluate((count) => /** @type {any} */ (globalThis).ratio.track(count), frames),
          ),
      };
      report(`${size} at ${imageSize}`, await takeTurns(runners));
    });
  } finally {
    await page.close();
    torch.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {() => Promise<number>} processorMs
 * @param {() => Promise<import('./scene-frames.ts').FrameTimes>} track
 * @returns {Promise<Turn>}
 */
async function withProcessorMs(processorMs, track) {
  const before = await processorMs();
  const times = await track();
  return { ...times, cpuMs: (await processorMs()) - before };
}

function processMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Of all pages and their workers. */
async function processorOfRenderers() {
  const session = await browser.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    return renderers.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
  };
}

/**
 * Milliseconds of a frame, the round's median, and the processor's, by name; in every second round in
 * the other order.
 * @param {Record<string, (frames: number) => Promise<Turn>>} runners
 */
async function takeTurns(runners) {
  for (const track of Object.values(runners)) await track(WARM_FRAMES);
  /** @type {Record<string, { frameMs: number, cpuMs: number }>[]} */
  const taken = [];
  /** @type {Record<string, number>} */
  const areas = {};
  for (let round = 0; round < rounds; round++) {
    const order = Object.entries(runners);
    if (round % 2 === 1) order.reverse();
    /** @type {Record<string, { frameMs: number, cpuMs: number }>} */
    const turns = {};
    for (const [name, track] of order) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const { ms, cpuMs, areaPx } = await track(framesEach);
      turns[name] = { frameMs: median(ms), cpuMs: cpuMs / framesEach };
      areas[name] = areaPx;
    }
    taken.push(turns);
  }
  return { taken, areas };
}

/** @param {string} title @param {Awaited<ReturnType<typeof takeTurns>>} result */
function report(title, { taken, areas }) {
  const load = loadavg()[0]?.toFixed(1);
  console.log(`\n### ${title}: ${rounds} rounds of ${framesEach} frames, load ${load}\n`);
  console.log(
    '| | ms a frame, median (least) | processor ms, median (least) | against PyTorch, median (range) | by processor time | last mask, px |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const [name, areaPx] of Object.entries(areas)) {
    const valuesOf = (/** @type {'frameMs' | 'cpuMs'} */ what, /** @type {string} */ of) =>
      taken.map((turns) => turns[of]?.[what] ?? Number.NaN);
    const against = (/** @type {'frameMs' | 'cpuMs'} */ what) => {
      const reference = valuesOf(what, 'PyTorch');
      const ratios = valuesOf(what, name).map((ms, at) => ms / (reference[at] ?? Number.NaN));
      const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
      return `${median(ratios).toFixed(2)} (${range})`;
    };
    const told = (/** @type {number[]} */ ms) =>
      `${median(ms).toFixed(1)} (${Math.min(...ms).toFixed(1)})`;
    const cells = [
      name,
      told(valuesOf('frameMs', name)),
      told(valuesOf('cpuMs', name)),
      ...(name === 'PyTorch' ? ['1', '1'] : [against('frameMs'), against('cpuMs')]),
      areaPx,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

/** @param {string} folder */
async function startTorch(folder) {
  const script = join(ROOT, 'tests/bench/torch_frames.py');
  const child = spawn(python, [script, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TQDM_DISABLE: '1' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the reference has stopped; its message is above');
    return value;
  };
  await next();
  return {
    /** @param {number} frames @returns {Promise<Turn>} */
    track: async (frames) => {
      child.stdin.write(`${frames}\n`);
      return JSON.parse(await next());
    },
    stop: () => child.kill(),
  };
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param {string} name @returns {Promise<any>} */
function load(name) {
  return server.ssrLoadModule(`/tests/bench/${name}.ts`);
}
