import type { MaskRle } from '../core/rle.ts';

/** What an entry costs besides its runs. */
const ENTRY_BYTES = 128;

/**
 * Keeps what the first pass over a file read, so that most files need no second one. Past its
 * budget it forgets everything and stays empty: the file is then read again.
 */
export class Retained<Item> {
  readonly #maxBytes: number;
  #items: Item[] | undefined = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** All items in order; absent when they were too many. */
  get items(): readonly Item[] | undefined {
    return this.#items;
  }

  add(item: Item, masks: Iterable<MaskRle>): void {
    if (this.#items === undefined) return;
    this.#bytes += ENTRY_BYTES;
    for (const mask of masks) this.#bytes += ENTRY_BYTES + mask.counts.byteLength;
    if (this.#bytes > this.#maxBytes) this.#items = undefined;
    else this.#items.push(item);
  }
}
