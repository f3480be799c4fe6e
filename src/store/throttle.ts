interface ThrottleOptions {
  /** Must not reject. */
  readonly run: () => Promise<void>;
  /** From one start to the next. */
  readonly intervalMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
}

/**
 * Runs a task when it is wanted: never twice at once, not more often than the interval, and once
 * more after the last time that it was wanted.
 */
export class Throttle implements Disposable {
  readonly #options: ThrottleOptions;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWanted = false;
  #isRunning = false;

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  want(): void {
    this.#isWanted = true;
    this.#plan();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#isWanted = false;
  }

  #plan(): void {
    if (!this.#isWanted || this.#isRunning || this.#timer !== undefined) return;
    const { intervalMs, nowMs } = this.#options;
    const waitMs = Math.max(0, this.#startedAtMs + intervalMs - nowMs());
    this.#timer = setTimeout(() => void this.#run(), waitMs);
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#isWanted = false;
    this.#isRunning = true;
    this.#startedAtMs = this.#options.nowMs();
    await this.#options.run();
    this.#isRunning = false;
    this.#plan();
  }
}
