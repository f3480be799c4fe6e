import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { crossOriginIsolation } from './scripts/headers.mjs';
import { viteShared } from './scripts/vite-shared.mjs';
import { FILE_URL, fileUrls, findDawn } from './scripts/dawn.mjs';
import { findChromium, HEADLESS_ARGS, SWIFTSHADER_WEBGPU_ARGS } from './scripts/chromium.mjs';

/** Those that start no worker and take no video frame. */
const DAWN_GPU_TESTS = [
  'tests/gpu/kernels/*.test.ts',
  'tests/gpu/engine/graph/*.test.ts',
  'tests/gpu/engine/attention-rates.test.ts',
  'tests/gpu/engine/bank-attention-probe.test.ts',
  'tests/gpu/engine/capture-probe.test.ts',
  'tests/gpu/engine/captured-graphs.test.ts',
  'tests/gpu/engine/explicit-zeros.test.ts',
  'tests/gpu/engine/half-precision.test.ts',
  'tests/gpu/engine/model-variant.test.ts',
  'tests/gpu/engine/segmented-memory-attention.test.ts',
  'tests/gpu/engine/steady-graph.test.ts',
];

function chromiumLane(name: string, args: readonly string[]) {
  const executablePath = findChromium();
  return {
    ...viteShared,
    server: { headers: crossOriginIsolation, fs: { allow: ['.', '../shared'] } },
    test: {
      name,
      include: [`tests/${name}/**/*.test.{ts,tsx}`],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      // What is waited for comes later on a busy machine.
      expect: { poll: { timeout: 10_000 } },
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: {
            args: [...HEADLESS_ARGS, ...args],
            ...(executablePath === undefined ? {} : { executablePath }),
          },
        }),
        instances: [{ browser: 'chromium' as const }],
      },
    },
  };
}

/** The engine in Node on Dawn's WebGPU, and tests of the GPU lane that need no page. */
function dawnLane() {
  return {
    plugins: [fileUrls()],
    test: {
      name: 'dawn',
      environment: 'node',
      include: findDawn() === undefined ? [] : ['tests/dawn/**/*.test.ts', ...DAWN_GPU_TESTS],
      setupFiles: ['tests/dawn/setup.ts'],
      server: { deps: { inline: [FILE_URL] } },
      // One device at a time, each in a process of its own.
      pool: 'forks' as const,
      fileParallelism: false,
      testTimeout: 600_000,
      hookTimeout: 600_000,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/unit/**/*.test.ts'],
          testTimeout: 30_000,
          // Among them one that lints hundreds of files.
          hookTimeout: 30_000,
          // A process for each of two hundred files takes longer than what is in them.
          pool: 'threads',
          isolate: false,
          // Vitest leaves one core to itself, of two.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'parity',
          environment: 'node',
          include: ['tests/parity/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      dawnLane(),
      chromiumLane('browser', []),
      chromiumLane('gpu', SWIFTSHADER_WEBGPU_ARGS),
    ],
  },
});
