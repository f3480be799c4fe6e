import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { crossOriginIsolation } from '../../scripts/headers.mjs';
import { offlineBuild } from '../../scripts/vite-offline.mjs';

/** Where the built studio lies. */
const FOLDER = process.env['STUDIO_DIST'] ?? 'dist';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.mp4': 'video/mp4',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** The built studio on a server that can be stopped, and that can get another build. */
export class BuildServer {
  readonly url: string;
  readonly #server: Server;
  /** In place of the built ones; undefined: not there. */
  readonly #files: Map<string, string | undefined>;

  private constructor(server: Server, files: Map<string, string | undefined>, port: number) {
    this.#server = server;
    this.#files = files;
    this.url = `http://127.0.0.1:${port}/`;
  }

  /** @param headers on every response */
  static async start(
    headers: Readonly<Record<string, string>> = crossOriginIsolation,
  ): Promise<BuildServer> {
    const changed = new Map<string, string | undefined>();
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://host');
      const path = pathname === '/' ? 'index.html' : normalize(pathname).slice(1);
      const reading = changed.has(path)
        ? Promise.resolve(changed.get(path))
        : readFile(join(FOLDER, path));
      reading.then(
        (content) => {
          const type = TYPES[extname(path)] ?? 'application/octet-stream';
          if (content === undefined) response.writeHead(404).end();
          else response.writeHead(200, { ...headers, 'Content-Type': type }).end(content);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return new BuildServer(server, changed, address.port);
  }

  /** Puts another build in the place of this one; its page says `data-build` on its root. */
  async deploy(build: string): Promise<void> {
    const page = await readFile(join(FOLDER, 'index.html'), 'utf8');
    const worker = await readFile(join(FOLDER, 'service-worker.js'), 'utf8');
    const { id, files } = offlineBuild(FOLDER);
    const kept = files.find(({ path }) => path === '')?.integrity ?? '';
    if (!worker.includes(id) || !worker.includes(kept))
      throw new Error('not the worker of a build');
    const other = page.replace('<html', `<html data-build="${build}"`);
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(other));
    const integrity = `sha256-${Buffer.from(hash).toString('base64')}`;
    this.#files.set('index.html', other);
    this.#files.set(
      'service-worker.js',
      worker.replace(id, id.slice(8) + id.slice(0, 8)).replace(kept, integrity),
    );
  }

  /** Puts another program at this address. */
  giveAway(title: string): void {
    this.#files.set('index.html', `<!doctype html><title>${title}</title>`);
    this.#files.set('service-worker.js', undefined);
  }

  /** No request is answered from now on. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}
