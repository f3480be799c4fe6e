/** A few numbers, kept sorted in memory that is made once: for medians of many neighbourhoods. */
export class FewNumbers {
  readonly #sorted: Float64Array;
  #count = 0;

  /** @param most how many it can hold */
  constructor(most: number) {
    this.#sorted = new Float64Array(most);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  add(value: number): void {
    const sorted = this.#sorted;
    let at = this.#count++;
    for (; at > 0 && (sorted[at - 1] ?? 0) > value; at--) sorted[at] = sorted[at - 1] ?? 0;
    sorted[at] = value;
  }

  /** The mean of the two in the middle of an even number of them; 0 of none. */
  get median(): number {
    const upper = this.#sorted[this.#count >> 1] ?? 0;
    if (this.#count === 0 || this.#count % 2 === 1) return this.#count === 0 ? 0 : upper;
    return (upper + (this.#sorted[(this.#count >> 1) - 1] ?? 0)) / 2;
  }
}
