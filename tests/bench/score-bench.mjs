import { cpus } from 'node:os';
import { ensurePackages, ROOT } from '../../scripts/ensure-installed.mjs';

/**
 * `npm run bench:score [-- --gt=DIR --pred=DIR] [--protocol=davis] [--repeats=7]`: milliseconds of
 * scoring, on frames made for the purpose unless folders are named.
 */
ensurePackages();
const { createServer } = await import('vite');

/** @param {string} name */
function option(name) {
  return process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
}

const server = await createServer({
  root: ROOT,
  configFile: false,
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  logLevel: 'error',
  oxc: { target: 'es2022' },
});
/** @type {typeof import('./score-bench.ts')} */
const { benchScores, diskSet, sceneSet } = /** @type {any} */ (
  await server.ssrLoadModule('/tests/bench/score-bench.ts')
);
const [truth, prediction] = [option('gt'), option('pred')];
const sets =
  truth === undefined || prediction === undefined
    ? [await sceneSet(100, 1), await sceneSet(100, 5), await sceneSet(1000, 1)]
    : [diskSet(truth, prediction)];
const repeats = Number(option('repeats') ?? 7);
const protocol = /** @type {import('../../src/core/scores.ts').ScoreProtocol} */ (
  option('protocol') ?? 'davis'
);
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
for (const set of sets) {
  const result = await benchScores(set, { protocol, repeats });
  const { frames, objects, firstMs, medianMs, countMs, matchMs, mean, peakBytes } = result;
  console.log(`\n### ${set.name}\n`);
  console.log(`${frames} frames, ${objects} objects, J&F ${mean.toFixed(4)}`);
  console.log(
    `from PNGs to report: first ${firstMs.toFixed(0)} ms, then ${medianMs.toFixed(0)} ms`,
  );
  console.log(`a frame from PNGs to report: ${(medianMs / frames).toFixed(2)} ms`);
  console.log(
    `a frame, decoded: ${countMs.median.toFixed(2)} ms (p95 ${countMs.p95.toFixed(2)} ms)`,
  );
  const radii = Array.from(matchMs, ([radius, ms]) => `${radius} px ${ms.toFixed(2)} ms`);
  console.log(`matching of a frame's boundaries by radius: ${radii.join(', ')}`);
  console.log(`peak memory: ${(peakBytes / 2 ** 20).toFixed(0)} MB`);
}
await server.close();
