import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { build } from 'vite';
import { crossOriginIsolation } from './headers.mjs';

/** @typedef {import('../src/storage/offline/offline-build.ts').OfflineBuild} OfflineBuild */
/** @typedef {import('../src/storage/offline/offline-build.ts').OfflineFile} OfflineFile */

const WORKER = 'service-worker.js';
/** What no page asks for: maps and notes, the build's own manifest, and the service worker. */
const LEFT_OUT = [/\.map$/, /\.md$/, /\.txt$/, /^\.vite\//, new RegExp(`^${WORKER}`)];
/** The builds of ONNX Runtime, of which a browser uses one, by the names of their files. */
const PARTS = {
  jspi: /^assets\/ort(-wasm-simd-threaded)?\.jspi\b/,
  asyncify: /^assets\/ort(-wasm-simd-threaded\.asyncify|\.webgpu)\b/,
  wasm: /^assets\/ort(-wasm-simd-threaded-|\.wasm\b)/,
};
/** Glue, WASM and interface. */
const FILES_OF_PART = 3;

/**
 * Makes the service worker, after everything else: it holds the list of all that was built, by which
 * it keeps the studio for use without a network.
 * @returns {import('vite').Plugin}
 */
export function offline() {
  /** @type {import('vite').ResolvedConfig} */
  let config;
  return {
    name: 'offline',
    apply: 'build',
    configResolved: (resolved) => {
      config = resolved;
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler: async (error) => {
        if (error === undefined) await buildWorker(config);
      },
    },
  };
}

/** @param {import('vite').ResolvedConfig} config */
async function buildWorker({ root, build: { outDir }, logLevel }) {
  const folder = resolve(root, outDir);
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: logLevel ?? 'info',
    define: { __OFFLINE_BUILD__: JSON.stringify(offlineBuild(folder)) },
    build: {
      outDir: folder,
      emptyOutDir: false,
      sourcemap: true,
      rolldownOptions: {
        input: join(root, 'workers/service-worker.ts'),
        output: { format: 'iife', entryFileNames: WORKER },
      },
    },
  });
}

/**
 * What was built into a folder.
 * @param {string} folder
 * @returns {OfflineBuild}
 */
export function offlineBuild(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => path.slice(folder.length + 1).replaceAll(sep, '/'))
    .filter((path) => LEFT_OUT.every((pattern) => !pattern.test(path)))
    .sort()
    .map((path) => offlineFile(folder, path));
  for (const part of Object.keys(PARTS)) {
    const count = files.filter((file) => file.part === part).length;
    if (count !== FILES_OF_PART) {
      throw new Error(`ONNX Runtime ${part}: ${count} files instead of ${FILES_OF_PART}`);
    }
  }
  const id = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { id, headers: crossOriginIsolation, files };
}

/** @param {string} folder @param {string} path @returns {OfflineFile} */
function offlineFile(folder, path) {
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, path)))
    .digest('base64');
  const part = Object.entries(PARTS).find(([, pattern]) => pattern.test(path))?.[0];
  return {
    path: path === 'index.html' ? '' : path,
    integrity: `sha256-${hash}`,
    ...(part === undefined ? {} : { part }),
  };
}
