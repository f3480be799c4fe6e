import { cpus } from 'node:os';
import { ensureChromium } from './ensure-installed.mjs';
import { installDawn } from './dawn.mjs';
import { HEADLESS_ARGS, SWIFTSHADER_WEBGPU_ARGS } from './chromium.mjs';

/** GFLOP/s and GB/s of made-up devices, from a small integrated GPU to a large one. */
const RATES = '1000,4000,16000';
const BANDWIDTHS = '50,200,800';
const REPEATS = 5;
/** Browsers round a GPU's clock to 0.1 ms otherwise, longer than most kernels take. */
const EXACT_TIMESTAMPS = ['--disable-dawn-features=timestamp_quantization'];

/**
 * `npm run bench -- --roofline [--model tiny] [--size 1024] [--objects 1] [--bank kernel|graph]
 * [--nodes 12] [--fps 10] [--rate 1000,4000] [--bandwidth 50,200] [--only=node,webgpu,dawn] [--runs 5] [--threads 1]
 * [--adapter none|hardware|swiftshader]`: what a tracked frame costs, counted from the graphs, and beside
 * it what it takes, kernel by kernel, on onnxruntime-node's CPU and where there is a GPU: in Chromium
 * (`webgpu`), or in Node on Dawn without a browser (`dawn`, see `dawn.mjs`).
 * @param {import('vite').ViteDevServer} server
 * @param {(name: string) => string | undefined} option
 */
export async function benchRoofline(server, option) {
  /** @type {typeof import('../tests/bench/roofline.ts')} */
  const { rooflineReport } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/roofline.ts')
  );
  const request = {
    size: await modelSize(server, option('model') ?? 'tiny'),
    imageSize: Number(option('size') ?? 1024),
    objects: positive(option, 'objects', 1),
    bankAttention: bankAttention(option('bank') ?? 'kernel'),
    nodes: positive(option, 'nodes', 12),
    framesPerSecond: positive(option, 'fps', 10),
    devices: devices(option('rate') ?? RATES, option('bandwidth') ?? BANDWIDTHS),
  };
  console.log(
    'Counted from the graphs, which follow from the model’s shapes alone: no weights are read.\n' +
      'Milliseconds “at least” are bounds for made-up devices, not times.',
  );
  const repeats = positive(option, 'runs', REPEATS);
  const only = (option('only') ?? 'node,webgpu').split(',');
  const adapter = only.includes('webgpu') ? (option('adapter') ?? 'hardware') : 'none';
  const onGpu = only.includes('dawn')
    ? await measureOnDawn(server, { ...request, repeats })
    : await measureOnGpu(server, { ...request, repeats }, adapter);
  const { measured } = onGpu ?? {};
  console.log(`\n${rooflineReport(measured === undefined ? request : { ...request, measured })}`);
  if (onGpu !== undefined) {
    if (onGpu.isSoftware) {
      console.log(
        '\nA software device: its times are no GPU’s. What can be compared is shares of its own rates.',
      );
    }
    await printMeasured(server, request, onGpu.profile);
  }
  if (only.includes('node')) {
    const threads =
      option('threads') === undefined ? {} : { intraOpNumThreads: positive(option, 'threads', 1) };
    await profileInNode(server, { ...request, repeats }, threads);
  }
}

/**
 * @param {import('vite').ViteDevServer} server
 * @param {import('../tests/bench/bench-models.ts').BenchCase & { nodes: number }} request
 * @param {import('../tests/bench/node-bench.ts').NodeOptions} options
 */
async function profileInNode(server, request, options) {
  /** @type {typeof import('../tests/bench/node-profile.ts')} */
  const { profileInNode } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/node-profile.ts')
  );
  console.log(
    `\nProcessor: ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores; Node ${process.version}`,
  );
  await printMeasured(server, request, await profileInNode(request, options));
}

/**
 * @param {import('vite').ViteDevServer} server
 * @param {{ size: import('../src/engine/sam2/model-config.ts').ModelSize, imageSize: number, nodes: number }} request
 * @param {import('../tests/bench/measured-frame.ts').MeasuredFrame} measured
 */
async function printMeasured(server, request, measured) {
  /** @type {typeof import('../tests/bench/measured-report.ts')} */
  const { measuredReport } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/measured-report.ts')
  );
  console.log(
    'Times are of profiled runs, the least of each kernel; profiling takes time of its own. “Not profiled” is\n' +
      'the median of other runs of the same networks.',
  );
  console.log(`\n${measuredReport(request, measured)}`);
}

/** @param {import('vite').ViteDevServer} server @param {string} name */
async function modelSize(server, name) {
  /** @type {typeof import('../src/engine/sam2/model-config.ts')} */
  const { MODEL_SIZES } = /** @type {any} */ (
    await server.ssrLoadModule('/src/engine/sam2/model-config.ts')
  );
  const found = MODEL_SIZES.find(({ size }) => size === name.replace('+', '_plus'));
  if (found !== undefined) return found.size;
  throw new Error(`--model ${name}: choose ${MODEL_SIZES.map(({ size }) => size).join(', ')}`);
}

/** @param {string} way @returns {'kernel' | 'graph'} */
function bankAttention(way) {
  if (way === 'kernel' || way === 'graph') return way;
  throw new Error(`--bank ${way}: choose kernel or graph`);
}

/** @param {(name: string) => string | undefined} option @param {string} name @param {number} usual */
function positive(option, name, usual) {
  const value = Number(option(name) ?? usual);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} ${option(name)}: give a whole number from 1 on`);
}

/** @param {string} rates @param {string} bandwidths */
function devices(rates, bandwidths) {
  const [flops, bytes] = [rates, bandwidths].map((list) => list.split(',').map(Number));
  if (flops === undefined || bytes === undefined || flops.length !== bytes.length) {
    throw new Error('--rate and --bandwidth: give as many of one as of the other');
  }
  return flops.map((rate, i) => {
    const bandwidth = bytes[i] ?? NaN;
    if (!(rate > 0 && bandwidth > 0)) throw new Error('--rate and --bandwidth are above 0');
    return { flopPerSecond: rate * 1e9, bytesPerSecond: bandwidth * 1e9 };
  });
}

/**
 * The same in Node, on the adapter that Dawn finds.
 * @param {import('vite').ViteDevServer} server
 * @param {import('../tests/bench/gpu-profile.ts').ProfileRequest} request
 */
async function measureOnDawn(server, { size, imageSize, repeats, bankAttention }) {
  const adapter = await installDawn();
  if (typeof adapter === 'string') {
    console.log(`No device is timed. ${adapter}`);
    return undefined;
  }
  const { vendor, architecture, description, isFallbackAdapter } = adapter;
  console.log(
    `Timed on ${vendor} ${architecture}, ${description}, by Dawn in Node ${process.version}, with weights made from names.`,
  );
  await server.ssrLoadModule('/src/core/dispose-polyfill.ts');
  /** @type {typeof import('../tests/bench/dawn-bench.ts')} */
  const { benchOnDawn } = /** @type {any} */ (
    await server.ssrLoadModule('/tests/bench/dawn-bench.ts')
  );
  const bench = await benchOnDawn({ size, imageSize, repeats, bankAttention });
  return { ...bench, isSoftware: isFallbackAdapter };
}

/**
 * Times of the networks and of their kernels on a GPU, or undefined where there is none.
 * @param {import('vite').ViteDevServer} server
 * @param {import('../tests/bench/gpu-profile.ts').ProfileRequest} request
 * @param {string} adapter
 */
async function measureOnGpu(server, { size, imageSize, repeats, bankAttention }, adapter) {
  const executablePath = adapter === 'none' ? undefined : ensureChromium();
  if (executablePath === undefined) return undefined;
  const isSoftware = adapter === 'swiftshader';
  const { chromium } = await import('playwright');
  const gpu = isSoftware
    ? SWIFTSHADER_WEBGPU_ARGS
    : ['--enable-unsafe-webgpu', '--enable-features=Vulkan'];
  const browser = await chromium.launch({
    executablePath,
    args: [...HEADLESS_ARGS, ...gpu, ...EXACT_TIMESTAMPS],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.resolvedUrls?.local[0]}tests/bench/index.html`);
    const found = await page.evaluate(async () => {
      const { info } = (await navigator.gpu?.requestAdapter()) ?? {};
      if (info === undefined) return undefined;
      return { name: `${info.vendor} ${info.architecture}`, isFallback: info.isFallbackAdapter };
    });
    if (found === undefined || (found.isFallback && !isSoftware)) {
      console.log('No GPU is at hand, so none is timed.');
      return undefined;
    }
    console.log(
      `Timed on ${found.name}${found.isFallback ? ' (software)' : ''}, Chromium ${browser.version()}, with weights made from names.`,
    );
    const network = { size, imageSize, repeats, bankAttention };
    const asked = { ...network, backend: 'webgpu', threads: 1, objects: [] };
    const measured = await page.evaluate(
      (one) => /** @type {any} */ (globalThis).answer('bench', one),
      asked,
    );
    const kernels = await page.evaluate(
      (one) => /** @type {any} */ (globalThis).answer('profile', one),
      network,
    );
    return {
      measured,
      profile: { ...kernels, stages: measured.stages },
      isSoftware: found.isFallback,
    };
  } finally {
    await browser.close();
  }
}
