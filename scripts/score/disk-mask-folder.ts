import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { StudioError } from '../../src/core/errors.ts';
import { readIndexPng } from '../../src/formats/png-reader.ts';
import type { MaskFolder, MaskFolderEntry } from '../../src/scoring/mask-folder.ts';
import { namedError } from '../../src/scoring/named-error.ts';

/** Masks of 8K frames, and no image that was made to fill the memory. */
const MAX_PIXELS = 2 ** 26;
/** zlib takes no smaller ones. */
const MIN_CHUNK_BYTES = 64;

/** A folder on this machine's disk as the evaluation reads it. */
export function diskMaskFolder(folder: string): MaskFolder {
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
        const bytes = Uint8Array.from(readFileSync(file));
        const options = { maxPixels: MAX_PIXELS, inflate: inflateInNode };
        return await readIndexPng(bytes, options);
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
): Promise<MaskFolderEntry> {
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

/**
 * Node's own zlib, on this thread, as the file is read: a mask has a few kilobytes, and handing
 * them to another thread costs several times what the work itself does.
 */
export function inflateInNode(
  parts: readonly Uint8Array<ArrayBuffer>[],
  expectedBytes: number,
): Promise<Uint8Array> {
  return Promise.resolve(inflateExactly(Buffer.concat(parts), expectedBytes));
}

function inflateExactly(bytes: Uint8Array, expectedBytes: number): Uint8Array {
  const chunkSize = Math.max(expectedBytes, MIN_CHUNK_BYTES);
  let raw: Buffer;
  try {
    raw = inflateSync(bytes, { maxOutputLength: expectedBytes, chunkSize });
  } catch (error) {
    throw damagedPng(error);
  }
  if (raw.length < expectedBytes) throw damagedPng();
  // Views of a Buffer are Buffers, which take several times as long to make.
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.length);
}

function damagedPng(cause?: unknown): StudioError {
  return new StudioError('file-invalid', 'The compressed data is damaged.', {
    hint: 'Get the file again from its source.',
    cause,
  });
}
