import type { SourceFile } from '../source-file.ts';

/** How a reading of annotations is watched and stopped. */
export interface LabelReading {
  readonly signal?: AbortSignal;
  /** Told the uncompressed bytes of the file read so far. */
  readonly onBytes?: (bytes: number) => void;
}

/** Between two reports of progress. */
const PIECE_BYTES = 128 * 1024;

/** The file's bytes in pieces, since some systems hand out a file in one. */
export async function* countedBytes(
  file: SourceFile,
  { signal, onBytes }: LabelReading,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let bytes = 0;
  for await (const chunk of file.stream(signal)) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      signal?.throwIfAborted();
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      yield piece;
      bytes += piece.length;
      onBytes?.(bytes);
    }
  }
}
