const FIRST_CAPACITY = 1024;

/** A growing list of pixel positions, `y·width + x`, whose memory is used again. */
export class PositionList {
  #values = new Int32Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(position: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = position;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was pushed since the last `clear`; a view that the next `push` or `clear` invalidates. */
  view(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}
