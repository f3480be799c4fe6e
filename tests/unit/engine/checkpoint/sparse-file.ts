import { pieceBytes, type Piece } from './archive-builder.ts';

/** A file of any size that holds only its pieces' bytes, and counts what is read of it. */
export class SparseFile extends Blob {
  readonly #pieces: readonly Piece[];
  readonly #sizeBytes: number;
  bytesRead = 0;
  largestReadBytes = 0;

  constructor(pieces: readonly Piece[]) {
    super();
    this.#pieces = pieces;
    this.#sizeBytes = pieces.reduce((sum, piece) => sum + pieceBytes(piece), 0);
  }

  override get size(): number {
    return this.#sizeBytes;
  }

  override slice(start = 0, end = this.#sizeBytes): Blob {
    const length = Math.max(Math.min(end, this.#sizeBytes) - start, 0);
    this.bytesRead += length;
    this.largestReadBytes = Math.max(this.largestReadBytes, length);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const piece of this.#pieces) {
      const next = at + pieceBytes(piece);
      if (piece instanceof Uint8Array && next > start && at < start + length) {
        const from = Math.max(start - at, 0);
        const to = Math.min(start + length - at, piece.length);
        bytes.set(piece.subarray(from, to), at + from - start);
      }
      at = next;
    }
    return new Blob([bytes]);
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    throw new Error('the whole file was asked for');
  }

  override stream(): ReturnType<Blob['stream']> {
    throw new Error('the whole file was asked for');
  }
}
