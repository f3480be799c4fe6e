import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/** How to get what `findDawn` looks for. */
const INSTALL =
  'npm install --no-save webgpu@0.6.2, or name the folder of that package in DAWN_PATH.';

/**
 * Folder of the npm package `webgpu`, Dawn's bindings for Node: `DAWN_PATH`, else the installed one. It is
 * a second implementation of WebGPU to test and measure with, not a dependency.
 */
export function findDawn() {
  const chosen = process.env['DAWN_PATH'];
  if (chosen) return chosen;
  try {
    return dirname(createRequire(import.meta.url).resolve('webgpu/package.json'));
  } catch {
    return undefined;
  }
}

/**
 * Puts Dawn's WebGPU where the engine looks for one: `navigator.gpu` and the standard's global names.
 * `DAWN_OPTIONS` chooses among adapters, `backend=vulkan,adapter=NAME`; the Vulkan loader reads
 * `VK_DRIVER_FILES`.
 * @returns {Promise<GPUAdapterInfo | string>} the adapter, or why there is none
 */
export async function installDawn() {
  const folder = findDawn();
  if (folder === undefined) return `Dawn for Node is not here: ${INSTALL}`;
  const entry = join(folder, 'index.js');
  if (!existsSync(entry)) return `${folder} is not the npm package webgpu: ${INSTALL}`;
  // V8 stands still for half a minute in the first run otherwise, optimising ONNX Runtime's build of which
  // little is run here.
  setFlagsFromString('--liftoff-only');
  try {
    const { create, globals } = await import(pathToFileURL(entry).href);
    Object.assign(globalThis, globals);
    copySharedMemory(globals.GPUQueue);
    const gpu = create(process.env['DAWN_OPTIONS']?.split(',') ?? []);
    const adapter = await gpu.requestAdapter();
    if (adapter === null) return 'Dawn finds no graphics adapter. Is there a Vulkan driver?';
    const value = {
      gpu,
      hardwareConcurrency: availableParallelism(),
      userAgent: `Node ${process.version}`,
    };
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
    return adapter.info;
  } catch (error) {
    return `Dawn cannot be used: ${String(error)}`;
  }
}

/**
 * Lets `writeBuffer` take views of shared memory, as browsers do and Dawn's bindings do not: ONNX Runtime's
 * build with threads has no other.
 * @param {typeof GPUQueue} Queue
 */
function copySharedMemory({ prototype }) {
  /** @type {GPUQueue['writeBuffer']} */
  const write = Reflect.get(prototype, 'writeBuffer');
  /** @this {GPUQueue} @param {Parameters<GPUQueue['writeBuffer']>} given */
  prototype.writeBuffer = function (...given) {
    const [buffer, offset, data, from = 0, size] = given;
    const memory = ArrayBuffer.isView(data) ? data.buffer : data;
    if (!(memory instanceof SharedArrayBuffer)) return write.apply(this, given);
    const view = ArrayBuffer.isView(data) ? data : new Uint8Array(memory);
    const unit = 'BYTES_PER_ELEMENT' in view ? view.BYTES_PER_ELEMENT : 1;
    const bytes = new Uint8Array(memory, view.byteOffset, view.byteLength);
    const end = size === undefined ? undefined : (from + size) * unit;
    return write.call(this, buffer, offset, Uint8Array.from(bytes.subarray(from * unit, end)));
  };
}

const MARK = '\0file-url:';

/** Ids of the modules that `fileUrls` makes; a test runner must not take them for files. */
export const FILE_URL = /file-url:/;

/**
 * A plugin for Vite in Node: `file?url` is the file's own URL, which Node can import and read.
 * @returns {import('vite').Plugin}
 */
export function fileUrls() {
  return {
    name: 'file-urls',
    enforce: 'pre',
    // Pages are served by a URL of their server.
    applyToEnvironment: ({ config }) => config.consumer === 'server',
    async resolveId(id, importer) {
      if (!id.endsWith('?url')) return undefined;
      const file = await this.resolve(id.slice(0, -'?url'.length), importer, { skipSelf: true });
      return file && `${MARK}${file.id}`;
    },
    load(id) {
      if (!id.startsWith(MARK)) return undefined;
      return `export default ${JSON.stringify(pathToFileURL(id.slice(MARK.length)).href)}`;
    },
  };
}
