import type { Entry } from '@zip.js/zip.js';
import { StudioError } from '../../core/errors.ts';

/** One picture of a clip, wherever it lies. */
export interface ImageFile {
  /** With folders, separated by `/`. */
  readonly path: string;
  readonly bytes: number;
  /** The whole file. */
  read(): Promise<Blob>;
  /** Its first bytes; fewer where the file is shorter. */
  readHead(bytes: number): Promise<Uint8Array>;
}

/** The name without folders. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path without its last part; empty for a bare file name. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** A picture that is a file of its own. */
export function plainImage(file: File): ImageFile {
  return {
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    bytes: file.size,
    read: () => Promise.resolve(file),
    readHead: async (bytes) => new Uint8Array(await file.slice(0, bytes).arrayBuffer()),
  };
}

/** APPNOTE.TXT 4.3.7: the local header's fixed part, and where the lengths of the rest stand. */
const LOCAL_HEADER_BYTES = 30;
const LOCAL_NAME_LENGTH_AT = 26;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;

/**
 * A picture inside a zip, read as a range of the zip file. A stored one is that range itself, and
 * nothing is copied; a deflated one is inflated as far as asked for.
 */
export function zippedImage(zip: Blob, entry: Entry): ImageFile {
  const open = async (): Promise<Blob> => {
    const header = zip.slice(entry.offset, entry.offset + LOCAL_HEADER_BYTES);
    const view = new DataView(await header.arrayBuffer());
    const lengths =
      view.getUint16(LOCAL_NAME_LENGTH_AT, true) + view.getUint16(LOCAL_NAME_LENGTH_AT + 2, true);
    const start = entry.offset + LOCAL_HEADER_BYTES + lengths;
    return zip.slice(start, start + entry.compressedSize);
  };
  const inflate = async () => inflated(await open(), entry);
  const isStored = entry.compressionMethod === METHOD_STORED;
  return {
    path: entry.filename,
    bytes: entry.uncompressedSize,
    read: async () => (isStored ? open() : new Response(await inflate()).blob()),
    readHead: async (bytes) =>
      isStored
        ? new Uint8Array(await (await open()).slice(0, bytes).arrayBuffer())
        : readStart(await inflate(), bytes),
  };
}

function inflated(data: Blob, entry: Entry): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (entry.encrypted || entry.compressionMethod !== METHOD_DEFLATED) {
    const reason = entry.encrypted ? 'encrypted' : 'packed in a way that is not read here';
    throw new StudioError('file-invalid', `${entry.filename} is ${reason}.`, {
      hint: 'Unpack the zip and open the folder, or pack it again without a password.',
    });
  }
  return data.stream().pipeThrough(new DecompressionStream('deflate-raw'));
}

async function readStart(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  bytes: number,
): Promise<Uint8Array> {
  const head = new Uint8Array(bytes);
  let filled = 0;
  const reader = stream.getReader();
  while (filled < bytes) {
    const { value } = await reader.read();
    if (value === undefined) break;
    const part = value.subarray(0, bytes - filled);
    head.set(part, filled);
    filled += part.length;
  }
  await reader.cancel();
  return head.subarray(0, filled);
}
