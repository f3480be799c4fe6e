import { invariant } from '../core/assert.ts';
import type { IdPlane } from '../core/scores.ts';

const WORD_BYTES = 4;
/** Times a byte gives a word of four of it. */
const SPLAT = 0x01010101;

/**
 * A plane of object ids as runs of one id within a row: all that scoring looks at. Masks have few
 * runs, so what comes after costs little. Its memory is used again for each plane.
 */
export class IdRuns {
  #width = 0;
  #height = 0;
  #count = 0;
  #ends = new Int32Array(1024);
  #ids = new Uint8Array(1024);
  #rowStarts = new Int32Array(0);

  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  /** By run: the column after its last. */
  get ends(): Int32Array {
    return this.#ends;
  }

  /** By run: its id. */
  get ids(): Uint8Array {
    return this.#ids;
  }

  /** By row: its first run; one more entry for the end. */
  get rowStarts(): Int32Array {
    return this.#rowStarts;
  }

  /** Reads another plane in place of the one before; views taken earlier no longer hold. */
  read({ width, height, ids }: IdPlane): void {
    invariant(ids.length === width * height, 'ids do not fill width × height');
    this.#width = width;
    this.#height = height;
    this.#count = 0;
    if (this.#rowStarts.length !== height + 1) this.#rowStarts = new Int32Array(height + 1);
    const isAligned = ids.byteOffset % WORD_BYTES === 0;
    const bytes = isAligned ? ids : Uint8Array.from(ids);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    for (let y = 0; y < height; y++) {
      this.#rowStarts[y] = this.#count;
      this.#readRow(bytes, words, y * width);
    }
    this.#rowStarts[height] = this.#count;
  }

  /** Four pixels at a time where they are alike, which nearly all are. */
  #readRow(bytes: Uint8Array, words: Uint32Array, rowStart: number): void {
    const rowEnd = rowStart + this.#width;
    for (let at = rowStart; at < rowEnd;) {
      const id = bytes[at] ?? 0;
      at++;
      while (at < rowEnd && at % WORD_BYTES !== 0 && bytes[at] === id) at++;
      if (at % WORD_BYTES === 0) {
        const word = Math.imul(id, SPLAT) >>> 0;
        while (at + WORD_BYTES <= rowEnd && words[at >> 2] === word) at += WORD_BYTES;
        while (at < rowEnd && bytes[at] === id) at++;
      }
      this.#push(id, at - rowStart);
    }
  }

  #push(id: number, end: number): void {
    if (this.#count === this.#ends.length) {
      const [ends, ids] = [this.#ends, this.#ids];
      this.#ends = new Int32Array(2 * ends.length);
      this.#ends.set(ends);
      this.#ids = new Uint8Array(2 * ids.length);
      this.#ids.set(ids);
    }
    this.#ends[this.#count] = end;
    this.#ids[this.#count] = id;
    this.#count++;
  }
}
