import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { crossOriginIsolation } from './scripts/headers.mjs';
import { findChromium, HEADLESS_ARGS, SWIFTSHADER_WEBGPU_ARGS } from './scripts/chromium.mjs';

function chromiumLane(name: string, args: readonly string[]) {
  const executablePath = findChromium();
  return {
    resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
    optimizeDeps: {
      exclude: ['onnxruntime-web'],
      // Found late, inside a worker or a test, they would make Vite reload a running test.
      include: [
        'client-zip',
        '@zip.js/zip.js/lib/zip-core-native.js',
        'comlink',
        'lucide-react',
        'radix-ui',
        'react',
        'react-dom/client',
        'react/jsx-dev-runtime',
        'zustand',
        'zustand/react/shallow',
        'zustand/vanilla',
      ],
    },
    server: { headers: crossOriginIsolation, fs: { allow: ['.', '../shared'] } },
    test: {
      name,
      include: [`tests/${name}/**/*.test.{ts,tsx}`],
      testTimeout: 120_000,
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
      { test: { name: 'unit', environment: 'node', include: ['tests/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'parity',
          environment: 'node',
          include: ['tests/parity/**/*.test.ts'],
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      chromiumLane('browser', []),
      chromiumLane('gpu', SWIFTSHADER_WEBGPU_ARGS),
    ],
  },
});
