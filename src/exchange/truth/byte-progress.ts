import type { TruthProgress } from '../../protocol/ground-truth-api.ts';

/** Adds up the bytes of several readings, one after the other, so that no step goes backwards. */
export class ByteProgress {
  readonly #onProgress: (progress: TruthProgress) => void;
  #bytesBefore = 0;
  #bytesTotal = 0;

  constructor(onProgress: (progress: TruthProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** Takes so many bytes more for granted; less than 0 for what need not be read after all. */
  expect(bytes: number): void {
    this.#bytesTotal += bytes;
  }

  /** @param bytes of the reading under way */
  tell(bytes: number): void {
    const bytesDone = Math.min(this.#bytesBefore + bytes, this.#bytesTotal);
    this.#onProgress({ bytesDone, bytesTotal: this.#bytesTotal });
  }

  /** Ends a reading of so many bytes. */
  end(bytes: number): void {
    this.#bytesBefore += bytes;
    this.tell(0);
  }
}
