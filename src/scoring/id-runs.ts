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
    const bytes = ids.byteOffset % WORD_BYTES === 0 ? ids : Uint8Array.from(ids);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    let [row, rowStart] = [0, 0];
    for (let at = 0; at < bytes.length;) {
      const id = bytes[at] ?? 0;
      const end = endOfRun(bytes, words, at);
      for (; rowStart + width <= end; rowStart += width) {
        this.#push(id, width);
        this.#rowStarts[++row] = this.#count;
      }
      if (end > rowStart) this.#push(id, end - rowStart);
      at = end;
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

/**
 * Where the bytes begin to differ from the one at `start`: by sixteen where they are alike. Nothing
 * is read past the end, since engines leave their fast path for an array that this is done to.
 */
function endOfRun(bytes: Uint8Array, words: Uint32Array, start: number): number {
  const id = bytes[start] ?? 0;
  let at = start;
  for (; at % WORD_BYTES !== 0; at++) {
    if (at === bytes.length || bytes[at] !== id) return at;
  }
  const word = Math.imul(id, SPLAT) >>> 0;
  const last = words.length - 3;
  let i = at / WORD_BYTES;
  while (
    i < last &&
    words[i] === word &&
    words[i + 1] === word &&
    words[i + 2] === word &&
    words[i + 3] === word
  ) {
    i += 4;
  }
  while (i < words.length && words[i] === word) i++;
  at = i * WORD_BYTES;
  while (at < bytes.length && bytes[at] === id) at++;
  return at;
}
