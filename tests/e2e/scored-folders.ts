import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { objectId } from '../../src/core/ids.ts';
import type { GroundTruthSequence } from '../../src/formats/ground-truth/ground-truth.ts';
import { writeResultsZip, type ResultFrame } from '../../src/formats/davis/davis-results.ts';
import { paintIds } from '../../src/formats/id-plane.ts';
import { blobFile } from '../../src/formats/source-file.ts';
import { loadVisor } from '../../src/formats/visor/load-visor.ts';
import { listZip } from '../../src/formats/zip-reader.ts';

const run = promisify(execFile);
const MAX_FILE_BYTES = 2 ** 24;

/** The sequences of a VISOR file as its authors convert their validation set. */
export async function visorSequences(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<readonly GroundTruthSequence[]> {
  const file = blobFile('P00_00.json', new Blob([bytes]));
  return (await loadVisor(file, { rule: 'first-frame' })).sequences;
}

/** Writes true masks as the folder of PNGs that `npm run score` takes. */
export async function writeTruthTree(
  sequences: readonly GroundTruthSequence[],
  folder: string,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeResultsZip(planes(sequences), { modified: new Date(0) })) {
    chunks.push(chunk);
  }
  await unzipInto(Uint8Array.from(Buffer.concat(chunks)), folder);
}

async function* planes(sequences: readonly GroundTruthSequence[]): AsyncGenerator<ResultFrame> {
  for (const { name: sequence, size, frames } of sequences) {
    for (const { stem, masks } of frames) {
      const ids = new Uint8Array(size.width * size.height);
      paintIds(
        ids,
        size,
        [...masks].map(([id, mask]) => ({ objectId: objectId(id), mask })),
      );
      yield { sequence, stem, size, ids };
    }
  }
}

export async function unzipInto(bytes: Uint8Array<ArrayBuffer>, folder: string): Promise<void> {
  for (const { path, content } of await unzip(bytes)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

export async function unzip(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<readonly { readonly path: string; readonly content: Uint8Array<ArrayBuffer> }[]> {
  const entries = await listZip(new Blob([bytes]));
  return Promise.all(
    entries.map(async (entry) => ({ path: entry.path, content: await entry.read(MAX_FILE_BYTES) })),
  );
}

/** Runs `npm run score` on two folders and gives the files that it writes, by name. */
export async function scoreFolders(folders: {
  readonly truth: string;
  readonly predictions: string;
  /** The name of the set without extension is that of the files. */
  readonly setFile: string;
  readonly out: string;
}): Promise<ReadonlyMap<string, string>> {
  const { truth, predictions, setFile, out } = folders;
  const args = ['--gt', truth, '--pred', predictions, '--set', setFile, '--out', out];
  await run(process.execPath, ['scripts/score.mjs', ...args]);
  const set = basename(setFile, '.txt');
  const names = [`global_results-${set}.csv`, `per-sequence_results-${set}.csv`];
  const files = names.map(async (name) => [name, await readFile(join(out, name), 'utf8')] as const);
  return new Map(await Promise.all(files));
}
