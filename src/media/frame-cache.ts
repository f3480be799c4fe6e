import type { DecodedFrame } from './decoded-frame.ts';

/** Decoded frames by number, bounded by bytes; the one used longest ago goes first. */
export class FrameCache {
  readonly #budgetBytes: number;
  readonly #frames = new Map<number, DecodedFrame>();
  #usedBytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  has(index: number): boolean {
    return this.#frames.has(index);
  }

  get(index: number): DecodedFrame | undefined {
    const frame = this.#frames.get(index);
    if (frame !== undefined) {
      this.#frames.delete(index);
      this.#frames.set(index, frame);
    }
    return frame;
  }

  /** Keeps the frame, even where it alone is over the budget: it was just asked for. */
  put(index: number, frame: DecodedFrame): void {
    this.#drop(index);
    this.#frames.set(index, frame);
    this.#usedBytes += frame.data.byteLength;
    for (const oldest of this.#frames.keys()) {
      if (this.#usedBytes <= this.#budgetBytes || oldest === index) return;
      this.#drop(oldest);
    }
  }

  clear(): void {
    this.#frames.clear();
    this.#usedBytes = 0;
  }

  #drop(index: number): void {
    const frame = this.#frames.get(index);
    if (frame === undefined) return;
    this.#frames.delete(index);
    this.#usedBytes -= frame.data.byteLength;
  }
}
