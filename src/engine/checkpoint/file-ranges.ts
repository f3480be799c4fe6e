import { invalidCheckpoint } from './checkpoint-errors.ts';

/** Reads stretches of a file and nothing else, so that a checkpoint of any size costs little. */
export class FileRanges {
  readonly #file: Blob;
  readonly #signal: AbortSignal | undefined;

  constructor(file: Blob, signal?: AbortSignal) {
    this.#file = file;
    this.#signal = signal;
  }

  get sizeBytes(): number {
    return this.#file.size;
  }

  /**
   * Reads `byteLength` bytes. The caller owns the result, which starts its own buffer.
   * @param what names the stretch in messages, as in "the tensor table"
   * @throws StudioError `checkpoint-invalid` when the range is not inside the file or the file
   * cannot be read; the signal's reason when aborted
   */
  async read(
    byteOffset: number,
    byteLength: number,
    what: string,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#signal?.throwIfAborted();
    if (!(byteOffset >= 0 && byteLength >= 0 && byteOffset + byteLength <= this.sizeBytes)) {
      throw invalidCheckpoint(
        `${what} would lie at bytes ${byteOffset} to ${byteOffset + byteLength}, outside the file's ${this.sizeBytes}.`,
      );
    }
    const bytes = await this.#readBlob(byteOffset, byteLength, what);
    this.#signal?.throwIfAborted();
    return bytes;
  }

  async #readBlob(
    byteOffset: number,
    byteLength: number,
    what: string,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const hint = 'It was moved, changed or its drive was removed: choose the file again.';
    try {
      const buffer = await this.#file.slice(byteOffset, byteOffset + byteLength).arrayBuffer();
      if (buffer.byteLength === byteLength) return new Uint8Array(buffer);
    } catch (cause) {
      throw invalidCheckpoint(`The file could not be read (${what}).`, { hint, cause });
    }
    throw invalidCheckpoint(`The file became shorter while it was read (${what}).`, { hint });
  }
}
