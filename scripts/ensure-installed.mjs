import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE = [20, 19];
const STAMP = `${ROOT}node_modules/.installed-lock`;

/** Stops with a plain message where Node is too old to run the tools. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.version}.`);
  process.exit(1);
}

/** Installs the locked packages when they are absent or the lock file has changed since. */
export function ensurePackages() {
  checkNode();
  const lock = createHash('sha256')
    .update(readFileSync(`${ROOT}package-lock.json`))
    .digest('hex');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  console.log('Installing packages …');
  // Not `npm ci`: it refuses a lock file that lacks the binaries of other platforms, which npm
  // leaves out of it where the registry does not offer them.
  execFileSync('npm', ['install', '--no-save'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  mkdirSync(`${ROOT}node_modules`, { recursive: true });
  writeFileSync(STAMP, lock);
}

/** Package managers that carry a Chromium, with the commands that install it. */
const INSTALLERS = [
  {
    program: 'apt-get',
    commands: [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', 'chromium'],
    ],
  },
  { program: 'dnf', commands: [['dnf', 'install', '-y', 'chromium']] },
  { program: 'pacman', commands: [['pacman', '-S', '--noconfirm', 'chromium']] },
];

/**
 * Path of a Chromium, installed through the system's package manager when there is none and this
 * user may. Returns undefined, having said what to run, when it cannot be had.
 */
export function ensureChromium() {
  const present = findChromium();
  if (present !== undefined) return present;
  const installer = INSTALLERS.find(
    ({ program }) => spawnSync(program, ['--version']).error === undefined,
  );
  if (installer === undefined) {
    console.error('No Chromium was found. Install Chrome or Chromium, or set CHROMIUM_PATH.');
    return undefined;
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  for (const command of installer.commands) {
    const [program = '', ...args] = [...sudo, ...command];
    const { status } = spawnSync(program, args, { stdio: 'inherit' });
    if (status !== 0) {
      console.error(`No Chromium was found. Run: sudo ${command.join(' ')}`);
      return undefined;
    }
  }
  return findChromium();
}
