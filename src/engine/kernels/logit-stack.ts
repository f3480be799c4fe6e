import { invariant } from '../../core/assert.ts';
import type { BufferSlice, GpuResources } from './gpu-resources.ts';

/** Options of a `LogitStack`. */
export interface LogitStackOptions {
  readonly resources: GpuResources;
  readonly label: string;
  /** Of one object. */
  readonly logitBytes: number;
}

/**
 * The logits of several objects, one after another in one buffer, so that one program sees to all of
 * them. Grows with the most objects seen.
 */
export class LogitStack {
  readonly #options: LogitStackOptions;
  #buffer: GPUBuffer | undefined;

  constructor(options: LogitStackOptions) {
    this.#options = options;
  }

  /**
   * The buffer, with room for so many objects; another one where it had to grow. Work that uses the
   * earlier one must have been submitted.
   */
  roomFor(objects: number): GPUBuffer {
    const { resources, label, logitBytes } = this.#options;
    // By powers of two, so that few of many objects that come one by one make a new buffer.
    const bytes = logitBytes * 2 ** Math.ceil(Math.log2(objects));
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const usage = STORAGE | COPY_SRC | COPY_DST;
    this.#buffer = resources.atLeast(this.#buffer, { label, bytes, usage });
    return this.#buffer;
  }

  /** Appends the copies of objects' logits into the room made for them, in their order. */
  encodeIn(encoder: GPUCommandEncoder, objects: readonly BufferSlice[]): void {
    for (const [buffer, at, { buffer: from, offset }] of this.#places(objects)) {
      encoder.copyBufferToBuffer(from, offset, buffer, at, this.#options.logitBytes);
    }
  }

  /** Appends the copies out of it, to where each object's logits are wanted. */
  encodeOut(encoder: GPUCommandEncoder, objects: readonly BufferSlice[]): void {
    for (const [buffer, at, { buffer: to, offset }] of this.#places(objects)) {
      encoder.copyBufferToBuffer(buffer, at, to, offset, this.#options.logitBytes);
    }
  }

  #places(objects: readonly BufferSlice[]) {
    const { logitBytes } = this.#options;
    return objects.map((slice, object) => {
      invariant(slice.size >= logitBytes, 'logits do not fill their size');
      invariant(this.#buffer !== undefined, 'no room was made for logits');
      return [this.#buffer, object * logitBytes, slice] as const;
    });
  }
}
