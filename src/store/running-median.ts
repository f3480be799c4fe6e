const KEPT = 7;
const FEWEST = 3;

/** The median of the last few numbers. One that stands out, such as a first one, does not move it. */
export class RunningMedian {
  readonly #numbers: number[] = [];

  add(number: number): void {
    this.#numbers.push(number);
    if (this.#numbers.length > KEPT) this.#numbers.shift();
  }

  /** The lower of two in the middle; absent before there are three numbers. */
  get value(): number | undefined {
    if (this.#numbers.length < FEWEST) return undefined;
    const sorted = this.#numbers.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)];
  }
}
