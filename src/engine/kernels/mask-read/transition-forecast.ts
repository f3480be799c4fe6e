/** Changes of a few small objects; reading fewer would save nothing that counts. */
const LEAST = 1024;
/** Masks may have this much more changes than those before them and still come in one read. */
const HEADROOM = 1.25;
/** Reads of as many masks that are remembered. */
const REMEMBERED = 8;

/**
 * How many changes of masks are read back at first: somewhat more than as many masks had lately. What
 * they have beyond them takes a second read.
 */
export class TransitionForecast {
  /** Changes of those before, by how many masks there were. */
  readonly #recent = new Map<number, number[]>();

  /** Of all masks of a read; at least `LEAST`. */
  changesOf(masks: number): number {
    const recent = this.#recent.get(masks) ?? [];
    return Math.max(Math.ceil(Math.max(...recent, 0) * HEADROOM), LEAST);
  }

  /** @param changes of so many masks that were read */
  note(masks: number, changes: number): void {
    const recent = this.#recent.get(masks) ?? [];
    recent.push(changes);
    if (recent.length > REMEMBERED) recent.shift();
    this.#recent.set(masks, recent);
  }
}
