import { sha256OfBlob } from './sha256.ts';

const PIECES = 16;
const PIECE_BYTES = 64 * 1024;

/** A clip's files: one video or zip, or the pictures of a folder. */
export type ClipFiles =
  | {
      readonly kind: 'file';
      readonly file: File;
      /** Of a zip that holds several clips: the folder of this one. */
      readonly folder?: string;
    }
  | { readonly kind: 'folder'; readonly files: readonly File[] };

type FileClip = Extract<ClipFiles, { readonly kind: 'file' }>;

/**
 * Tells a clip from all others that a user may have, without reading it whole: SHA-256 of its length
 * and of 16 pieces spread over it, of at most 1 MiB together, as lower-case hex. A file's own name
 * does not matter, nor does the order in which a folder's files come.
 * @throws the platform's error when a file cannot be read
 */
export function clipFingerprint(clip: ClipFiles): Promise<string> {
  const parts = clip.kind === 'file' ? piecesOfFile(clip) : piecesOfFolder(clip.files);
  return sha256OfBlob(new Blob([...parts]));
}

function piecesOfFile({ file, folder }: FileClip): readonly BlobPart[] {
  const step = Math.max(0, file.size - PIECE_BYTES) / (PIECES - 1);
  const starts = new Set(Array.from({ length: PIECES }, (_, at) => Math.round(at * step)));
  const head = folder === undefined ? '' : `folder ${JSON.stringify(folder)}\n`;
  return [`file ${file.size}\n${head}`, ...[...starts].map((start) => pieceAt(file, start))];
}

function piecesOfFolder(files: readonly File[]): readonly BlobPart[] {
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  const list = sorted.map(({ name, size }) => [name, size]);
  const step = Math.max(1, (sorted.length - 1) / (PIECES - 1));
  const places = Array.from({ length: PIECES }, (_, at) => Math.round(at * step));
  const sampled = [...new Set(places)].flatMap((place) => sorted[place] ?? []);
  return [`folder ${JSON.stringify(list)}\n`, ...sampled.map((file) => pieceAt(file, 0))];
}

function pieceAt(file: File, start: number): Blob {
  return file.slice(start, Math.min(start + PIECE_BYTES, file.size));
}
