import { spawnSync } from 'node:child_process';
import { installDawn } from './dawn.mjs';
import { ROOT } from './ensure-installed.mjs';

/**
 * `npm run test:dawn [-- FILE…]`: the lane that runs the engine in Node on Dawn's WebGPU, where the machine
 * has it; else it says what is missing and ends well.
 */
const adapter = await installDawn();
if (typeof adapter === 'string') {
  console.log(`Skipped: ${adapter}`);
  process.exit();
}
console.log(`Dawn on ${adapter.description}, ${adapter.vendor} ${adapter.architecture}`);
const { status } = spawnSync(
  process.execPath,
  [`${ROOT}node_modules/vitest/vitest.mjs`, 'run', '--project', 'dawn', ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit' },
);
process.exit(status ?? 1);
