import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OfflineBuild, OfflineFile } from '../../../src/storage/offline/offline-build.ts';
import { OfflineStudio } from '../../../src/storage/offline/offline-studio.ts';

const ROOT = 'https://studio.test/deep/';
const HEADERS = { 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** A server of some texts that checks integrity as browsers do, and counts. */
class Server {
  readonly texts = new Map<string, string>();
  readonly asked: string[] = [];
  isDown = false;

  readonly fetch = async (request: Request | string, init?: RequestInit): Promise<Response> => {
    const url = typeof request === 'string' ? request : request.url;
    const path = url.slice(ROOT.length);
    this.asked.push(path);
    const text = this.texts.get(path);
    if (this.isDown) throw new TypeError('Failed to fetch');
    if (text === undefined) return new Response('nothing here', { status: 404 });
    if (init?.integrity !== undefined && init.integrity !== (await integrityOf(text))) {
      throw new TypeError('Failed to fetch: integrity');
    }
    return new Response(text, { headers: { 'Content-Type': 'text/plain' } });
  };
}

async function integrityOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

let server: Server;
let pages = { open: 1, hasNewer: false };

/** A build of what the server has now. */
async function build(id: string, parts: Readonly<Record<string, string>> = {}) {
  const files = [...server.texts].map(async ([path, text]): Promise<OfflineFile> => {
    const part = parts[path];
    const file = { path, integrity: await integrityOf(text) };
    return part === undefined ? file : { ...file, part };
  });
  const made: OfflineBuild = { id, headers: HEADERS, files: await Promise.all(files) };
  return new OfflineStudio({
    build: made,
    root: ROOT,
    caches,
    fetch: server.fetch,
    countPages: async () => pages.open,
    hasNewer: () => pages.hasNewer,
  });
}

async function ask(studio: OfflineStudio, path: string, init?: RequestInit) {
  return studio.responseTo(new Request(ROOT + path, init));
}

async function textOf(studio: OfflineStudio, path: string): Promise<string | undefined> {
  return (await ask(studio, path))?.text();
}

async function forgetAll(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
}

beforeEach(async () => {
  await forgetAll();
  server = new Server();
  server.texts.set('', 'page 1').set('assets/app-1.js', 'app 1').set('models/nano', 'weights');
});
afterEach(forgetAll);

test('what is installed is there without a server, with the headers of the page', async () => {
  const studio = await build('1');
  await studio.install();
  server.isDown = true;
  expect(await textOf(studio, '')).toBe('page 1');
  expect(await textOf(studio, 'index.html?sample#top')).toBe('page 1');
  const app = await ask(studio, 'assets/app-1.js');
  expect(app?.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp');
  expect(app?.headers.get('Content-Type')).toBe('text/plain');
  const part = await ask(studio, 'models/nano', { headers: { Range: 'bytes=2-4' } });
  expect([part?.status, await part?.text()]).toEqual([206, 'igh']);
});

test('requests that are not for the studio’s files are left to the browser', async () => {
  const studio = await build('1');
  expect(await ask(studio, 'other.html')).toBeUndefined();
  expect(await ask(studio, '', { method: 'POST' })).toBeUndefined();
  const elsewhere = new Request('https://elsewhere.test/deep/assets/app-1.js');
  expect(studio.responseTo(elsewhere)).toBeUndefined();
  expect(studio.responseTo(new Request('https://studio.test/'))).toBeUndefined();
});

test('a build that the server no longer has is not installed', async () => {
  const studio = await build('1');
  server.texts.set('assets/app-1.js', 'something else');
  await expect(studio.install()).rejects.toThrow(TypeError);
});

test('a part is kept when asked for, or when it is first used', async () => {
  server.texts.set('assets/gpu.wasm', 'gpu').set('assets/cpu.wasm', 'cpu');
  const studio = await build('1', { 'assets/gpu.wasm': 'gpu', 'assets/cpu.wasm': 'cpu' });
  await studio.install();
  expect(server.asked).not.toContain('assets/gpu.wasm');
  await studio.keepPart('gpu');
  expect(await textOf(studio, 'assets/cpu.wasm')).toBe('cpu');
  server.isDown = true;
  expect(await textOf(studio, 'assets/gpu.wasm')).toBe('gpu');
  expect(await textOf(studio, 'assets/cpu.wasm')).toBe('cpu');
});

test('another build downloads only what changed, and keeps the parts in use', async () => {
  server.texts.set('assets/gpu-1.wasm', 'gpu').set('assets/cpu-1.wasm', 'cpu');
  const parts = { 'assets/gpu-1.wasm': 'gpu', 'assets/cpu-1.wasm': 'cpu' };
  const first = await build('1', parts);
  await first.install();
  await first.keepPart('gpu');
  server.texts.delete('assets/app-1.js');
  server.texts.delete('assets/gpu-1.wasm');
  server.texts.set('', 'page 2').set('assets/app-2.js', 'app 2').set('assets/gpu-2.wasm', 'gpu 2');
  server.asked.length = 0;
  const second = await build('2', { 'assets/gpu-2.wasm': 'gpu', 'assets/cpu-1.wasm': 'cpu' });
  await second.install();
  expect(server.asked.sort()).toEqual(['', 'assets/app-2.js', 'assets/gpu-2.wasm']);
  // Pages of the first build go on until they are reloaded, whichever worker answers them.
  server.isDown = true;
  expect(await textOf(first, '')).toBe('page 1');
  expect(await textOf(second, '')).toBe('page 2');
  expect(await textOf(second, 'assets/app-1.js')).toBe('app 1');
  expect(await textOf(second, 'assets/gpu-1.wasm')).toBe('gpu');
  await caches.open('of another program');
  const kept = async () => (await caches.keys()).sort();
  pages = { open: 1, hasNewer: false };
  await second.takeOver();
  pages = { open: 2, hasNewer: false };
  await second.pageStarted();
  pages = { open: 1, hasNewer: true };
  await second.pageStarted();
  expect(await kept()).toEqual(['of another program', 'studio-1', 'studio-2']);
  pages = { open: 1, hasNewer: false };
  await second.pageStarted();
  expect(await textOf(second, 'models/nano')).toBe('weights');
  await expect(textOf(second, 'assets/app-1.js')).rejects.toThrow('Failed to fetch');
  await second.removeAllBuilds();
  expect(await caches.keys()).toEqual(['of another program']);
});

test('a build that takes over with no page open forgets the others at once', async () => {
  await (await build('1')).install();
  const second = await build('2');
  await second.install();
  pages = { open: 0, hasNewer: false };
  await second.takeOver();
  expect(await caches.keys()).toEqual(['studio-2']);
});

test('what is neither kept nor as it was built is what the server says', async () => {
  const studio = await build('1');
  server.texts.set('models/nano', 'other weights');
  expect(await textOf(studio, 'models/nano')).toBe('other weights');
  server.texts.delete('models/nano');
  expect((await ask(studio, 'models/nano'))?.status).toBe(404);
  expect(await caches.keys()).toEqual([]);
});
