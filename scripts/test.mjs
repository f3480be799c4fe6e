import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureChromium, ensurePackages, ROOT } from './ensure-installed.mjs';

/**
 * @typedef {{passed: number, failed: number, skipped: {name: string, reason: string}[]}} Counts
 * @typedef {{command: string[], needsChromium?: boolean, isCounted?: boolean, before?: string[]}} Lane
 */

const VITEST = [
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=./scripts/vitest-count-reporter.mjs',
];

/** In the order in which they run: what fails soonest comes first. @type {Record<string, Lane>} */
const LANES = {
  format: { command: ['oxfmt', '--check', '.'] },
  lint: { command: ['oxlint', '--type-aware'] },
  types: { command: ['tsc', '--build'] },
  unit: { command: [...VITEST, '--project', 'unit'], isCounted: true },
  parity: { command: [...VITEST, '--project', 'parity'], isCounted: true },
  browser: { command: [...VITEST, '--project', 'browser'], isCounted: true, needsChromium: true },
  gpu: { command: [...VITEST, '--project', 'gpu'], isCounted: true, needsChromium: true },
  e2e: {
    before: ['vite', 'build', '--logLevel', 'warn'],
    command: ['playwright', 'test', '--reporter=list,./scripts/playwright-count-reporter.mjs'],
    isCounted: true,
    needsChromium: true,
  },
};

const RESULTS = `${ROOT}test-results`;

/** @param {string[]} command @param {Record<string, string>} env */
function run(command, env = {}) {
  const [program = '', ...args] = command;
  const { status } = spawnSync(`${ROOT}node_modules/.bin/${program}`, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** @param {string} name @param {Lane} lane @returns {Counts} */
function runLane(name, lane) {
  const failure = { passed: 0, failed: 1, skipped: [] };
  if (lane.needsChromium && ensureChromium() === undefined) return failure;
  if (lane.before && !run(lane.before)) return failure;
  if (!lane.isCounted) return run(lane.command) ? { ...failure, passed: 1, failed: 0 } : failure;
  const file = `${RESULTS}/${name}.counts.json`;
  rmSync(file, { force: true });
  const hasSucceeded = run(lane.command, { LANE_COUNTS: file });
  if (!existsSync(file)) return failure;
  /** @type {Counts} */
  const counts = JSON.parse(readFileSync(file, 'utf8'));
  // A runner that fails for another reason than a test must not end green.
  if (!hasSucceeded && counts.failed === 0) counts.failed = 1;
  return counts;
}

function chosenLanes() {
  const option = process.argv.find((argument) => argument.startsWith('--lanes='));
  const names = option?.slice('--lanes='.length).split(',') ?? Object.keys(LANES);
  const unknown = names.filter((name) => !(name in LANES));
  if (unknown.length === 0) return names;
  console.error(
    `No such lane: ${unknown.join(', ')}. There are: ${Object.keys(LANES).join(', ')}.`,
  );
  process.exit(2);
}

ensurePackages();
mkdirSync(RESULTS, { recursive: true });
/** @type {Counts} */
const total = { passed: 0, failed: 0, skipped: [] };
for (const name of chosenLanes()) {
  const lane = LANES[name];
  if (lane === undefined) continue;
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`);
  const startMs = Date.now();
  const counts = runLane(name, lane);
  console.log(
    `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped ` +
      `(${((Date.now() - startMs) / 1000).toFixed(1)} s)`,
  );
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped.push(...counts.skipped);
}
if (total.skipped.length > 0) {
  console.log('\nSkipped:');
  for (const { name, reason } of total.skipped) console.log(`  ${name}: ${reason}`);
}
const skipped = total.skipped.length === 0 ? '' : `, ${total.skipped.length} skipped`;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 ? 0 : 1;
