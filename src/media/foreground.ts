/**
 * Tells work that can wait when nothing more urgent is under way. There is no queue: urgent work
 * starts at once, and what can wait asks between its steps.
 */
export class Foreground {
  #running = 0;
  #waiting: (() => void)[] = [];

  /** Runs urgent work. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      if (this.#running === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /**
   * Resolves when no urgent work is under way.
   * @throws the signal's reason when aborted before that
   */
  async whenIdle(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#running > 0) {
      await new Promise<void>((resolve) => {
        const onAbort = () => resolve();
        signal.addEventListener('abort', onAbort);
        this.#waiting.push(() => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        });
      });
      signal.throwIfAborted();
    }
  }
}
