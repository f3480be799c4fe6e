import { ensurePackages, ROOT } from './ensure-installed.mjs';

ensurePackages();
const { build, preview } = await import('vite');
await build({ root: ROOT, logLevel: 'warn' });
const server = await preview({ root: ROOT, preview: { port: 4173, strictPort: false } });
console.log('\nSegmentation Studio is served at:');
server.printUrls();
console.log('Press Ctrl+C to stop.');
