import { ensurePackages, ROOT } from './ensure-installed.mjs';

ensurePackages();
const { createServer } = await import('vite');
const server = await createServer({ root: ROOT });
await server.listen();
server.printUrls();
