import { StudioError } from '../core/errors.ts';
import { fileChunks } from './file-chunks.ts';

/** A file of a folder or inside a zip. */
export interface SourceFile {
  /** With folders, separated by `/`; never absolute, never with `..`. */
  readonly path: string;
  /** Uncompressed. */
  readonly bytes: number;
  /**
   * The whole content.
   * @throws StudioError `file-invalid` when damaged, or longer than `bytes` or `maxBytes`
   */
  read(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The content in pieces, as fast as they are taken; may be called again. Ending the iteration
   * early or aborting `signal` stops reading.
   * @throws StudioError `file-invalid` when damaged or not `bytes` long
   */
  stream(signal?: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
}

/**
 * A file of a chosen folder, or one chosen alone.
 * @param path from the folder on, or the file's name
 */
export function blobFile(path: string, blob: Blob): SourceFile {
  return {
    path,
    bytes: blob.size,
    read: (maxBytes) => readBlob(path, blob, maxBytes),
    stream: (signal) => fileChunks(blob, signal === undefined ? {} : { signal }),
  };
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path without its last part; empty for a file that lies in no folder. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/**
 * Puts the file's path before the message of what `read` throws, where it does not name it.
 * @throws what `read` throws; a `StudioError` with the same code and hint
 */
export async function namingFile<T>(
  { path }: Pick<SourceFile, 'path'>,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    const { code, message, hint } = error;
    const options = hint === undefined ? { cause: error } : { cause: error, hint };
    const named = message.includes(path) ? message : `${path}: ${message}`;
    throw new StudioError(code, named, options);
  }
}

/** Whether a file is hidden, or one that macOS adds beside each file. */
export function isClutter(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

function tooLarge(path: string, bytes: number, maxBytes: number): StudioError {
  return new StudioError('file-invalid', `“${path}” is too large for what it should hold.`, {
    hint: `It has ${bytes} bytes; at most ${maxBytes} are read.`,
  });
}

async function readBlob(
  path: string,
  blob: Blob,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (blob.size > maxBytes) throw tooLarge(path, blob.size, maxBytes);
  const bytes = new Uint8Array(blob.size);
  let filled = 0;
  for await (const chunk of fileChunks(blob)) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
}
