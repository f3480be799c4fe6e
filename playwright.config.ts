import { defineConfig } from '@playwright/test';
import { findChromium, HEADLESS_ARGS, SWIFTSHADER_WEBGPU_ARGS } from './scripts/chromium.mjs';

const PORT = 4199;
const executablePath = findChromium();

function launch(args: readonly string[]) {
  return {
    args: [...HEADLESS_ARGS, ...args],
    ...(executablePath === undefined ? {} : { executablePath }),
  };
}

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  fullyParallel: false,
  workers: 1,
  timeout: 300_000,
  // Frames and answers come from workers that share two cores with everything else.
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    // An action that never becomes possible must not use up the whole test's time.
    actionTimeout: 30_000,
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'wasm', testIgnore: '**/*.webgpu.spec.ts', use: { launchOptions: launch([]) } },
    {
      name: 'webgpu',
      testMatch: '**/*.webgpu.spec.ts',
      use: { launchOptions: launch(SWIFTSHADER_WEBGPU_ARGS) },
    },
  ],
  webServer: {
    command: `npx vite preview --host 127.0.0.1 --port ${PORT} --strictPort`,
    port: PORT,
    reuseExistingServer: false,
  },
});
