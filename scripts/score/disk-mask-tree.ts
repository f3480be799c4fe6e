import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../src/core/errors.ts';
import { readIndexPng } from '../../src/formats/png-reader.ts';
import type { MaskTree, MaskTreeEntry } from '../../src/scoring/mask-tree.ts';
import { namedError } from '../../src/scoring/named-error.ts';

/** Masks of 8K frames, and no image that was made to fill the memory. */
const MAX_PIXELS = 2 ** 26;

/** A folder on this machine's disk as the evaluation reads it. */
export function diskMaskTree(folder: string): MaskTree {
  return {
    name: folder,
    list: async (path) => {
      try {
        const entries = await readdir(join(folder, path), { withFileTypes: true });
        return await Promise.all(entries.map((entry) => entryOf(join(folder, path), entry)));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    read: async (path) => {
      const file = join(folder, path);
      try {
        return await readIndexPng(Uint8Array.from(await readFile(file)), { maxPixels: MAX_PIXELS });
      } catch (error) {
        if (isMissing(error)) throw missingMask(file);
        throw namedError(file, error);
      }
    },
  };
}

/** Data sets are often made of links, which count as what they point to. */
async function entryOf(
  folder: string,
  entry: { readonly name: string; isDirectory(): boolean; isSymbolicLink(): boolean },
): Promise<MaskTreeEntry> {
  const { name } = entry;
  if (!entry.isSymbolicLink()) return { name, isFolder: entry.isDirectory() };
  return { name, isFolder: (await stat(join(folder, name))).isDirectory() };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function missingMask(file: string): StudioError {
  return new StudioError('file-invalid', `There is no mask ${file}.`, {
    hint: 'Each scored frame needs a PNG of the name that the ground truth has.',
  });
}
