import { defaultClientConditions } from 'vite';

/** What the studio's own Vite configuration and that of the browser lanes share. */
export const viteShared = {
  // The glue that ORT bundles starts its threads from this project's own worker chunk and hangs;
  // with this condition ORT loads its glue from `wasmPaths` instead (src/engine/runtime).
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  optimizeDeps: {
    exclude: ['onnxruntime-web'],
    // Found late, inside a worker or a test, they would make Vite reload a running page.
    include: [
      '@zip.js/zip.js/lib/zip-core-native.js',
      'client-zip',
      'comlink',
      'gifenc',
      'hash-wasm',
      'idb-keyval',
      'lucide-react',
      'mediabunny',
      'radix-ui',
      'react',
      'react-dom/client',
      'react/jsx-dev-runtime',
      'uplot',
      'zustand',
      'zustand/react/shallow',
      'zustand/vanilla',
    ],
  },
};
