import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const FOLDER = process.env['STUDIO_DIST'] ?? 'dist';
/** What the page may load before its first paint. */
const MOST_SCRIPT_BYTES = 250_000;
const MOST_STYLE_BYTES = 20_000;
/** What the export worker may load before its first answer. */
const MOST_EXPORT_WORKER_BYTES = 100_000;

/** Of Vite's manifest. */
interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** What comes before the first paint, and so must not be in it. */
const BEHIND = [
  /^src\/(engine|media|render|scoring|formats|exchange)\//,
  /^src\/ui\/(export|palette|benchmark)\//,
  /^src\/ui\/ground-truth\/scores-panel/,
  /^src\/ui\/scores\/scores-dialog/,
  /^node_modules\/(mediabunny|gifenc|onnxruntime-web|uplot|@zip\.js)\//,
];

function firstChunks(): readonly Chunk[] {
  const text = readFileSync(join(FOLDER, '.vite/manifest.json'), 'utf8');
  const manifest = JSON.parse(text) as Readonly<Record<string, Chunk>>;
  const found = new Map<string, Chunk>();
  const visit = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`${name} is not in the manifest`);
    if (found.has(name)) return;
    found.set(name, chunk);
    chunk.imports?.forEach(visit);
  };
  visit('index.html');
  return [...found.values()];
}

function gzippedBytes(files: readonly string[]): number {
  const sizes = files.map((file) => gzipSync(readFileSync(join(FOLDER, file))).byteLength);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The files of this repository, and of packages, that a script was made of. */
function sourcesOf(file: string): readonly string[] {
  const path = join(FOLDER, `${file}.map`);
  // The bundler's own few lines have none.
  if (!existsSync(path)) return [];
  const map = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly sources: readonly string[];
  };
  return map.sources.map((source) =>
    source.replace(/^(\.\.\/)+/, '').replace(/^.*(?=node_modules)/, ''),
  );
}

/** A worker's script with those that it imports before it starts. */
function workerScripts(name: string): readonly string[] {
  const assets = join(FOLDER, 'assets');
  const entry = readdirSync(assets).find((file) => new RegExp(`^${name}-.*\\.js$`).test(file));
  if (entry === undefined) throw new Error(`there is no ${name}`);
  const found = new Set([entry]);
  for (const file of found) {
    const text = readFileSync(join(assets, file), 'utf8');
    for (const [, imported = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g)) {
      found.add(imported);
    }
  }
  return [...found].map((file) => `assets/${file}`);
}

test('the export worker loads what makes pictures when pictures are exported', () => {
  const scripts = workerScripts('export\\.worker');
  const bytes = gzippedBytes(scripts);
  console.log(`export worker: ${bytes} bytes of scripts, gzipped`);
  expect(bytes).toBeLessThanOrEqual(MOST_EXPORT_WORKER_BYTES);
  const sources = scripts.flatMap(sourcesOf);
  expect(sources).toContain('src/exchange/clip-exporter.ts');
  const pictures = /^(src\/render\/|node_modules\/(mediabunny|gifenc)\/)/;
  expect(sources.filter((path) => pictures.test(path))).toEqual([]);
});

test('what the first paint waits for is small, and none of it is for later', () => {
  const chunks = firstChunks();
  const scripts = chunks.map(({ file }) => file);
  const styles = [...new Set(chunks.flatMap(({ css = [] }) => css))];
  const sizes = { scripts: gzippedBytes(scripts), styles: gzippedBytes(styles) };
  console.log(`first paint: ${sizes.scripts} bytes of scripts, ${sizes.styles} of styles, gzipped`);
  expect(sizes.scripts).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
  expect(sizes.styles).toBeLessThanOrEqual(MOST_STYLE_BYTES);
  const sources = scripts.flatMap(sourcesOf);
  expect(sources).toContain('src/ui/shell/shell.tsx');
  expect(sources.some((path) => path.startsWith('node_modules/react-dom/'))).toBe(true);
  expect(sources.filter((path) => BEHIND.some((pattern) => pattern.test(path)))).toEqual([]);
});
