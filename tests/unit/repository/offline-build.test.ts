import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { crossOriginIsolation } from '../../../scripts/headers.mjs';
import { offlineBuild } from '../../../scripts/vite-offline.mjs';

const FILES = {
  'index.html': '<p>hi</p>',
  'assets/index-a1.js': 'app',
  'assets/index-a1.js.map': 'left out',
  'assets/ort-wasm-simd-threaded-c3.mjs': '1',
  'assets/ort-wasm-simd-threaded-c3.wasm': '2',
  'assets/ort.wasm.min-c3.js': '3',
  'assets/ort-wasm-simd-threaded.jspi-c3.mjs': '4',
  'assets/ort-wasm-simd-threaded.jspi-c3.wasm': '5',
  'assets/ort.jspi.min-c3.js': '6',
  'assets/ort-wasm-simd-threaded.asyncify-c3.mjs': '7',
  'assets/ort-wasm-simd-threaded.asyncify-c3.wasm': '8',
  'assets/ort.webgpu.min-c3.js': '9',
  'models/nano.safetensors': 'weights',
  'models/README.md': 'left out',
  'service-worker.js': 'left out',
  '.vite/manifest.json': 'left out',
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  for (const [path, text] of Object.entries(FILES)) write(path, text);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test('the list has what pages ask for, and which build of ONNX Runtime a file is of', () => {
  const { files, headers } = offlineBuild(folder);
  expect(headers).toEqual(crossOriginIsolation);
  const parts = Object.fromEntries(files.map(({ path, part }) => [path, part]));
  expect(parts).toEqual({
    '': undefined,
    'assets/index-a1.js': undefined,
    'models/nano.safetensors': undefined,
    'assets/ort-wasm-simd-threaded-c3.mjs': 'wasm',
    'assets/ort-wasm-simd-threaded-c3.wasm': 'wasm',
    'assets/ort.wasm.min-c3.js': 'wasm',
    'assets/ort-wasm-simd-threaded.jspi-c3.mjs': 'jspi',
    'assets/ort-wasm-simd-threaded.jspi-c3.wasm': 'jspi',
    'assets/ort.jspi.min-c3.js': 'jspi',
    'assets/ort-wasm-simd-threaded.asyncify-c3.mjs': 'asyncify',
    'assets/ort-wasm-simd-threaded.asyncify-c3.wasm': 'asyncify',
    'assets/ort.webgpu.min-c3.js': 'asyncify',
  });
  const page = files.find(({ path }) => path === '');
  // `printf '<p>hi</p>' | openssl dgst -sha256 -binary | base64`
  expect(page?.integrity).toBe('sha256-Ckc1KB23ACI69jq8OHw1H2TqaWGh75VWMd8I2WFp53I=');
});

test('the id is that of the contents', () => {
  const { id } = offlineBuild(folder);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  write('assets/index-a1.js.map', 'changed');
  expect(offlineBuild(folder).id).toBe(id);
  write('models/nano.safetensors', 'other weights');
  expect(offlineBuild(folder).id).not.toBe(id);
});

test('a part that is not whole stops the build', () => {
  rmSync(join(folder, 'assets/ort.jspi.min-c3.js'));
  expect(() => offlineBuild(folder)).toThrow('ONNX Runtime jspi: 2 files instead of 3');
});
