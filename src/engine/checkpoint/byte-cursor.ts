import { invalidCheckpoint } from './checkpoint-errors.ts';

/** Reads little-endian numbers and text from bytes; a read past the end is a damaged file. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #position = 0;

  /** @param what names the bytes in messages, as in "the zip directory" */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Rounded above 2^53, where no offset or length can be valid anyway. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Pickle writes its doubles, alone of all numbers, in network order. */
  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** The next bytes, sharing memory with the source. */
  bytes(byteLength: number): Uint8Array {
    const start = this.#advance(byteLength);
    return this.#bytes.subarray(start, start + byteLength);
  }

  /** @throws StudioError `checkpoint-invalid` also when the bytes are not UTF-8 */
  utf8(byteLength: number): string {
    const bytes = this.bytes(byteLength);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw invalidCheckpoint(`${this.#what} holds text that is not UTF-8.`, { cause });
    }
  }

  /** Text up to the next newline, which is consumed. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    if (end < 0) throw this.#cutShort();
    const text = this.utf8(end - this.#position);
    this.#position = end + 1;
    return text;
  }

  #advance(byteLength: number): number {
    if (!(byteLength <= this.remaining)) throw this.#cutShort();
    const start = this.#position;
    this.#position += byteLength;
    return start;
  }

  #cutShort(): Error {
    return invalidCheckpoint(`${this.#what} ends in the middle of a value.`);
  }
}
