import type { MaskVersion } from './mask-version.ts';

/**
 * The masks in memory that are on no frame now, but that a step can bring back: how much memory
 * they take, and which of them a log has too.
 */
export class HeldMasks {
  /** The longest away first. */
  readonly #saved = new Set<MaskVersion>();
  readonly #unsaved = new Set<MaskVersion>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts a mask in or out, after anything about it has changed. */
  settle(version: MaskVersion): void {
    const isHeld = !version.isShown && version.uses > 0 && version.isLoaded;
    const belongs = version.place === undefined ? this.#unsaved : this.#saved;
    if (isHeld && belongs.has(version)) return;
    if (this.#saved.delete(version) || this.#unsaved.delete(version)) {
      this.#bytes -= version.memoryBytes;
    }
    if (!isHeld) return;
    belongs.add(version);
    this.#bytes += version.memoryBytes;
  }

  /** Lets go of run lengths that a log has too, until the rest takes `bytes` at most. */
  unloadDownTo(bytes: number): void {
    for (const version of this.#saved) {
      if (this.#bytes <= bytes) return;
      version.unload();
      this.settle(version);
    }
  }
}
