/** Changes of a small object; reading fewer would save nothing that counts. */
const LEAST = 1024;
/** A mask may have this much more changes than those before it and still come in one read. */
const HEADROOM = 1.25;
/** Masks that are remembered: several frames of a few objects. */
const REMEMBERED = 32;

/**
 * How many changes of a mask are read back at first: somewhat more than masks had lately. What a mask
 * has beyond them takes a second read.
 */
export class TransitionForecast {
  readonly #capacity: number;
  readonly #recent: number[] = [];

  /** @param capacity changes that are listed at most; masks with more come another way */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** `LEAST` to the capacity. */
  get changes(): number {
    const wanted = Math.ceil(Math.max(...this.#recent) * HEADROOM);
    return Math.min(Math.max(wanted, LEAST), this.#capacity);
  }

  /** @param changes of a mask that was read; one beyond the capacity says nothing of the others */
  note(changes: number): void {
    if (changes > this.#capacity) return;
    this.#recent.push(changes);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }
}
