import { get, set } from 'idb-keyval';

/** After this, a driver may have changed without the browser telling. */
const VALID_MS = 7 * 24 * 3600 * 1000;

/** Remembers which checks have passed, so that they are not repeated at every visit. */
export class CheckRecord {
  readonly #prefix: string;

  /** @param prefix tells these checks from other records of the page */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Whether `key` passed within the last week. Without storage, never. */
  async hasPassed(key: string): Promise<boolean> {
    try {
      const passedAt: unknown = await get(`${this.#prefix}:${key}`);
      return typeof passedAt === 'number' && Date.now() - passedAt < VALID_MS;
    } catch (error) {
      if (error instanceof DOMException) return false;
      throw error;
    }
  }

  /** Notes that `key` passed now; without storage it will have to pass again. */
  async notePass(key: string): Promise<void> {
    try {
      await set(`${this.#prefix}:${key}`, Date.now());
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
}
