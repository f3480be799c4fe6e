import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { crossOriginIsolation } from './scripts/headers.mjs';
import { viteShared } from './scripts/vite-shared.mjs';
import { findChromium, HEADLESS_ARGS, SWIFTSHADER_WEBGPU_ARGS } from './scripts/chromium.mjs';

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
      chromiumLane('browser', []),
      chromiumLane('gpu', SWIFTSHADER_WEBGPU_ARGS),
    ],
  },
});
