/** ORT wants exactly these usages of a buffer it is given. */
const USAGE = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** ORT's kernels bind tensors as vectors of four numbers, also one that holds a single number. */
const ALIGNMENT_BYTES = 16;

/**
 * Buffers of one device, reused by exact size: a steady loop asks for the same few sizes and then
 * allocates nothing. Work on one queue runs in order, so a buffer may be reused as soon as the
 * commands that read it are submitted.
 */
export class GpuBufferPool implements Disposable {
  readonly #device: GPUDevice;
  readonly #free = new Map<number, GPUBuffer[]>();
  readonly #all = new Set<GPUBuffer>();
  #isDisposed = false;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Buffers made so far and not destroyed; steady after warm-up. */
  get bufferCount(): number {
    return this.#all.size;
  }

  get bytes(): number {
    let bytes = 0;
    for (const buffer of this.#all) bytes += buffer.size;
    return bytes;
  }

  /** A buffer of at least `bytes`, contents undefined. Give it back with `release`. */
  acquire(bytes: number): GPUBuffer {
    const size = Math.max(1, Math.ceil(bytes / ALIGNMENT_BYTES)) * ALIGNMENT_BYTES;
    const reused = this.#free.get(size)?.pop();
    if (reused !== undefined) return reused;
    const buffer = this.#device.createBuffer({ size, usage: USAGE });
    this.#all.add(buffer);
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    if (this.#isDisposed) return;
    const free = this.#free.get(buffer.size);
    if (free === undefined) this.#free.set(buffer.size, [buffer]);
    else free.push(buffer);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const buffer of this.#all) buffer.destroy();
    this.#all.clear();
    this.#free.clear();
  }
}
