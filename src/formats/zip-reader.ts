import {
  BlobReader,
  configure,
  ERR_UNSAFE_FILENAME,
  ZipReader,
  type FileEntry,
} from '@zip.js/zip.js/lib/zip-core-native.js';
import { invariant } from '../core/assert.ts';
import { StudioError } from '../core/errors.ts';
import { isClutter, type SourceFile } from './source-file.ts';

/** More files than any clip has frames; a directory that claims more is refused. */
const MAX_ENTRIES = 1_000_000;

// This code runs in a worker of its own; the library's would only add a hop for each file.
configure({ useWebWorkers: false });

/** A file inside a zip; reading it inflates it and checks the CRC. */
export type ZipEntry = SourceFile;

/**
 * Lists a zip's files from its directory, without folders and without what macOS and hidden files
 * add. Nothing is inflated yet. The zip is read in ranges, never whole.
 * @throws StudioError `file-invalid` when it is no zip, is encrypted, or names a path outside itself
 */
export async function listZip(file: Blob, signal?: AbortSignal): Promise<ZipEntry[]> {
  const reader = new ZipReader(new BlobReader(file), { checkOverlappingEntry: true });
  const entries: ZipEntry[] = [];
  let count = 0;
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      signal?.throwIfAborted();
      if (++count > MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} files`);
      if (!entry.directory && !isClutter(entry.filename)) entries.push(zipEntry(entry));
    }
  } catch (error) {
    throw zipError(error);
  }
  return entries;
}

function zipEntry(entry: FileEntry): ZipEntry {
  const { filename: path, uncompressedSize: bytes } = entry;
  return {
    path,
    bytes,
    read: (maxBytes) => readEntry(entry, maxBytes),
    stream: (signal) => streamEntry(entry, signal),
  };
}

async function readEntry(entry: FileEntry, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { filename, uncompressedSize } = entry;
  if (uncompressedSize > maxBytes) {
    throw new StudioError('file-invalid', `“${filename}” in the zip is too large for a mask.`, {
      hint: `It declares ${uncompressedSize} bytes; at most ${maxBytes} are read.`,
    });
  }
  const bytes = new Uint8Array(uncompressedSize);
  let filled = 0;
  const writable = new WritableStream<Uint8Array>({
    write(chunk) {
      if (filled + chunk.length > bytes.length) throw new Error('longer than the zip declares');
      bytes.set(chunk, filled);
      filled += chunk.length;
    },
  });
  try {
    await entry.getData(writable, { checkSignature: true });
    if (filled !== uncompressedSize) throw new Error('shorter than the zip declares');
  } catch (error) {
    throw zipError(error, filename);
  }
  return bytes;
}

async function* streamEntry(
  entry: FileEntry,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  const { filename, uncompressedSize } = entry;
  const pipe = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const reader = pipe.readable.getReader();
  const options = { checkSignature: true, ...(signal && { signal }) };
  const inflated = entry.getData(pipe.writable, options);
  // Told below, or not wanted any more.
  inflated.catch((error: unknown) => pipe.writable.abort(error).catch(() => undefined));
  let bytes = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      signal?.throwIfAborted();
      bytes += next.value.length;
      if (bytes > uncompressedSize) throw new Error('longer than the zip declares');
      yield next.value;
    }
    await inflated;
    if (bytes !== uncompressedSize) throw new Error('shorter than the zip declares');
  } catch (error) {
    signal?.throwIfAborted();
    throw zipError(error, filename);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function zipError(error: unknown, path?: string): unknown {
  if (error instanceof StudioError) return error;
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  invariant(error instanceof Error, 'the zip reader threw no error');
  if (error.message === ERR_UNSAFE_FILENAME) {
    return new StudioError('file-invalid', `The zip holds a file outside itself${named(error)}.`, {
      cause: error,
      hint: 'Such a zip may be made to overwrite files. Pack the folder again.',
    });
  }
  const what = path === undefined ? 'The zip' : `“${path}” in the zip`;
  return new StudioError('file-invalid', `${what} cannot be read: ${error.message}.`, {
    cause: error,
    hint: 'The file is damaged or not finished; get it again from its source.',
  });
}

function named(error: Error): string {
  return 'filename' in error && typeof error.filename === 'string' ? `: “${error.filename}”` : '';
}
