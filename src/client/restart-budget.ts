/** Allows `limit` restarts within `windowMs`, so that a machine that fails at once stops trying. */
export class RestartBudget {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #nowMs: () => number;
  #spentAtMs: number[] = [];

  constructor(options: { limit: number; windowMs: number; nowMs: () => number }) {
    this.#limit = options.limit;
    this.#windowMs = options.windowMs;
    this.#nowMs = options.nowMs;
  }

  isLeft(): boolean {
    const now = this.#nowMs();
    this.#spentAtMs = this.#spentAtMs.filter((at) => now - at < this.#windowMs);
    return this.#spentAtMs.length < this.#limit;
  }

  /** Takes one restart out of the budget; false when none is left. */
  spend(): boolean {
    if (!this.isLeft()) return false;
    this.#spentAtMs.push(this.#nowMs());
    return true;
  }

  /** Fills the budget up, after the user changed something that may cure the cause. */
  refill(): void {
    this.#spentAtMs = [];
  }
}
