/** Takes a block of bytes; done with it when the promise resolves, so that it can be used again. */
export type WriteBlock = (block: Uint8Array<ArrayBuffer>) => Promise<void>;

/**
 * Collects small writes into blocks of one size: storage takes hundreds of small writes a second,
 * and thousands of a zip's few bytes each make it thirty times slower.
 */
export class CoalescingWriter {
  readonly #write: WriteBlock;
  readonly #block: Uint8Array<ArrayBuffer>;
  #filled = 0;

  /** @param blockBytes held by this writer for its whole life */
  constructor(write: WriteBlock, blockBytes = 4 * 1024 * 1024) {
    this.#write = write;
    this.#block = new Uint8Array(blockBytes);
  }

  /** Copies `bytes`; resolves once there is room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const taken = Math.min(bytes.length - at, this.#block.length - this.#filled);
      this.#block.set(bytes.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled === this.#block.length) await this.#flush();
    }
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    if (this.#filled > 0) await this.#flush();
  }

  async #flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#filled);
    this.#filled = 0;
    await this.#write(block);
  }
}
