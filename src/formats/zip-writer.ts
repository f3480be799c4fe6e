import { makeZip } from 'client-zip';

/** A file to put into a zip. */
export interface ZipFile {
  /** With folders, separated by `/`. */
  readonly name: string;
  /** Whole, or in pieces where it is too long to hold. */
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
}

interface ZipOptions {
  /** The date of every file in the zip. */
  readonly modified: Date;
}

/**
 * Writes a zip as a stream of small chunks, files stored and not compressed (PNGs are already).
 * Only one file is held at a time, besides about 100 bytes a file for the directory at the end.
 * Ending the iteration early ends `files` too; an error in `files` is thrown here.
 */
export async function* writeZip(
  files: AsyncIterable<ZipFile>,
  { modified }: ZipOptions,
): AsyncGenerator<Uint8Array, void> {
  const reader = makeZip(entries(files, modified)).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* entries(files: AsyncIterable<ZipFile>, lastModified: Date) {
  for await (const { name, bytes } of files) yield { name, input: bytes, lastModified };
}
