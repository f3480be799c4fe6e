import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import packageJson from './package.json' with { type: 'json' };
import { crossOriginIsolation } from './scripts/headers.mjs';

export default defineConfig({
  plugins: [react()],
  // Exports say which version of the studio wrote them.
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
  // The glue that ORT bundles starts its threads from this project's own worker chunk and hangs;
  // with this condition ORT loads its glue from `wasmPaths` instead (src/engine/runtime).
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  worker: { format: 'es' },
  build: { sourcemap: true },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  server: { headers: crossOriginIsolation },
  preview: { headers: crossOriginIsolation },
});
