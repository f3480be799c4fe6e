interface BoundedCacheOptions<Value> {
  /** What all values together may cost, in any unit. */
  readonly budget: number;
  /** What one costs, in that unit; must not change. */
  readonly costOf: (value: Value) => number;
}

/** Values by key within a budget; the one used longest ago goes first. */
export class BoundedCache<Key, Value> {
  readonly #options: BoundedCacheOptions<Value>;
  /** The one used last is last. */
  readonly #values = new Map<Key, Value>();
  #used = 0;

  constructor(options: BoundedCacheOptions<Value>) {
    this.#options = options;
  }

  /** What the values cost together. */
  get used(): number {
    return this.#used;
  }

  has(key: Key): boolean {
    return this.#values.has(key);
  }

  get(key: Key): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  /** Keeps the value, even where it alone is over the budget: it was just asked for. */
  put(key: Key, value: Value): void {
    const { budget, costOf } = this.#options;
    this.#drop(key);
    this.#values.set(key, value);
    this.#used += costOf(value);
    for (const oldest of this.#values.keys()) {
      if (this.#used <= budget || oldest === key) return;
      this.#drop(oldest);
    }
  }

  clear(): void {
    this.#values.clear();
    this.#used = 0;
  }

  #drop(key: Key): void {
    const value = this.#values.get(key);
    if (value === undefined) return;
    this.#values.delete(key);
    this.#used -= this.#options.costOf(value);
  }
}
