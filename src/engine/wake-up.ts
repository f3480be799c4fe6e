/** Lets one reader wait until there is something to read, or until it has waited long enough. */
export class WakeUp {
  #wake: (() => void) | undefined;

  /** Wakes the reader, if it waits. */
  ring(): void {
    this.#wake?.();
  }

  /** Resolves at the next ring, after `maxMs` milliseconds at the latest. One reader at a time. */
  within(maxMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, maxMs);
      this.#wake = done;
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}
