import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import packageJson from './package.json' with { type: 'json' };
import { crossOriginIsolation } from './scripts/headers.mjs';
import { offline } from './scripts/vite-offline.mjs';
import { viteShared } from './scripts/vite-shared.mjs';

export default defineConfig({
  plugins: [react(), offline()],
  // Exports say which version of the studio wrote them.
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
  ...viteShared,
  worker: { format: 'es' },
  build: { sourcemap: true, manifest: true },
  server: { headers: crossOriginIsolation },
  preview: { headers: crossOriginIsolation },
});
