/**
 * Who goes first; lower is sooner. Prompts outrank tracking, which outranks looking at what a prompt
 * would give, which outranks reading ahead.
 */
export const CALL_PRIORITY = { prompt: 0, propagation: 1, preview: 2, prefetch: 3 } as const;

/** One of `CALL_PRIORITY`. */
export type CallPriority = (typeof CALL_PRIORITY)[keyof typeof CALL_PRIORITY];

interface Waiting {
  readonly priority: CallPriority;
  start(): void;
}

/**
 * Runs one task at a time, the most urgent first, in order of arrival among equals. Two overlapping
 * ORT calls corrupt its WASM module, so every one of them goes through one queue.
 */
export class CallQueue {
  readonly #waiting: Waiting[] = [];
  #isBusy = false;

  /** Runs `task` when its turn comes. Its error is the caller's; the queue goes on. */
  async run<T>(priority: CallPriority, task: () => Promise<T>): Promise<T> {
    await this.#turn(priority);
    try {
      return await task();
    } finally {
      this.#release();
    }
  }

  #turn(priority: CallPriority): Promise<void> {
    if (!this.#isBusy) {
      this.#isBusy = true;
      return Promise.resolve();
    }
    return new Promise((start) => {
      const after = this.#waiting.findIndex((other) => other.priority > priority);
      const at = after === -1 ? this.#waiting.length : after;
      this.#waiting.splice(at, 0, { priority, start });
    });
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isBusy = false;
    else next.start();
  }
}
