import { ensurePackages, ROOT } from './ensure-installed.mjs';

/**
 * `npm run score -- --gt DIR --pred DIR [--set FILE] [--protocol visor|davis|sav] [--out DIR]`:
 * the official VOS scores of folders of masks. See `docs/scoring.md`.
 */
ensurePackages();
const { createServer } = await import('vite');
// Node 20 cannot run TypeScript; Vite can load it, as the studio's own build does.
const server = await createServer({
  root: ROOT,
  configFile: false,
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  logLevel: 'error',
  oxc: { target: 'es2022' },
});
/** @type {typeof import('./score/score-command.ts')} */
const { runScoreCommand } = /** @type {any} */ (
  await server.ssrLoadModule('/scripts/score/score-command.ts')
);
process.exitCode = await runScoreCommand(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  report: (text) => process.stderr.write(text),
  isInteractive: process.stderr.isTTY,
});
await server.close();
