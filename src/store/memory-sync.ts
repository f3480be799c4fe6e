import type { InferenceClient } from '../client/inference-client.ts';
import { objectId } from '../core/ids.ts';
import { memoryEditsOf, type MemorySlice } from './memory-slice.ts';

interface MemorySyncOptions {
  readonly inference: Pick<InferenceClient, 'setMemoryEdits'>;
  /** What the page says now. */
  readonly memory: () => MemorySlice;
}

/**
 * Tells the engine what was decided about memories, before it is used: what a session has been told
 * is compared with what the page says, so that undoing, importing and starting over need not say
 * anything by themselves.
 */
export class MemorySync {
  readonly #options: MemorySyncOptions;
  /** What the engine's session knows. */
  #known: MemorySlice['byObject'] = {};
  #settling = Promise.resolve();

  constructor(options: MemorySyncOptions) {
    this.#options = options;
  }

  /** Another session has begun, of which nothing was told yet. */
  forget(): void {
    this.#known = {};
  }

  /**
   * Resolves when the engine knows what the page says.
   * @throws what the engine says to it
   */
  settle(): Promise<void> {
    const settled = this.#settling.then(() => this.#tell());
    this.#settling = settled.catch(() => undefined);
    return settled;
  }

  async #tell(): Promise<void> {
    const { inference, memory } = this.#options;
    const known = this.#known;
    const { byObject } = memory();
    const ids = new Set([...Object.keys(known), ...Object.keys(byObject)].map(Number));
    for (const id of ids) {
      if (known[id] === byObject[id]) continue;
      await inference.setMemoryEdits(objectId(id), memoryEditsOf({ byObject }, objectId(id)));
    }
    // A session that has begun meanwhile knows nothing.
    if (this.#known === known) this.#known = byObject;
  }
}
