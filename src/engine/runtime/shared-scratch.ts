import { LEAST_SHARED_BYTES } from '../graph/recorded-memory.ts';
import { MethodOverride } from './method-override.ts';
import type { OrtTensor } from './ort-tensor.ts';

/** What ORT makes tensors with. */
const USAGE =
  GPUBufferUsage.STORAGE |
  GPUBufferUsage.COPY_SRC |
  GPUBufferUsage.COPY_DST |
  GPUBufferUsage.INDIRECT;
const ALIGNMENT_BYTES = 16;

/** What the graphs of one device have together. */
interface Shared {
  readonly device: GPUDevice;
  /** With what destroys them: ORT destroys a graph's buffers when it goes, others may have them too. */
  readonly buffers: Map<GPUBuffer, () => void>;
  /** Those that a graph's results lie in, which graphs recorded later leave alone. */
  readonly withResults: Set<GPUBuffer>;
  /** Results that may be in use, by where they lie. */
  readonly lent: Map<GPUBuffer, OrtTensor>;
}

/**
 * The buffers of recorded runs. ORT binds each recorded graph to buffers that no other graph has; but
 * graphs of one queue run one after another, so that what one has used up another may write over. This
 * hands ORT a buffer of an earlier graph where it asks for a new one.
 */
export class SharedScratch implements Disposable {
  readonly #shared: Shared;

  constructor(device: GPUDevice) {
    this.#shared = { device, buffers: new Map(), withResults: new Set(), lent: new Map() };
  }

  /** For one graph, before it is recorded. */
  open(): GraphScratch {
    return new GraphScratch(this.#shared);
  }

  /** Destroys the buffers; the graphs do not run any more. */
  [Symbol.dispose](): void {
    for (const destroy of this.#shared.buffers.values()) destroy();
    this.#shared.buffers.clear();
  }
}

/** One graph's part in the shared buffers. Disposing it leaves them to the others. */
export class GraphScratch implements Disposable {
  readonly #shared: Shared;
  /** Which its runs write to. */
  readonly #own = new Set<GPUBuffer>();
  #results: readonly GPUBuffer[] = [];

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** A buffer of at least `bytes` whose contents are the graph's from the start of a run to its end. */
  acquire(bytes: number): GPUBuffer {
    const size = Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return this.#reuse(size) ?? this.#add(this.#shared.device.createBuffer({ size, usage: USAGE }));
  }

  /**
   * The graph's first run, in which ORT asks for its buffers and binds them for good.
   * @param resultsOf where the results of what it gives lie
   */
  async record<T>(
    run: () => Promise<T>,
    resultsOf: (given: T) => readonly GPUBuffer[],
  ): Promise<T> {
    const { device, withResults } = this.#shared;
    const create = device.createBuffer.bind(device);
    const supply = (descriptor: GPUBufferDescriptor) => {
      const { size, usage, mappedAtCreation = false } = descriptor;
      if (usage !== USAGE || mappedAtCreation) return create(descriptor);
      return this.#reuse(size) ?? this.#add(create(descriptor));
    };
    using _override = new MethodOverride(device, 'createBuffer', supply);
    const given = await run();
    this.#results = resultsOf(given);
    for (const buffer of this.#results) withResults.add(buffer);
    return given;
  }

  /** From now on the results may be in use until a graph has to write where they lie. */
  lend(results: readonly OrtTensor[]): void {
    for (const result of results) {
      const { gpuBuffer } = result.tensor;
      if (gpuBuffer !== undefined) this.#shared.lent.set(gpuBuffer, result);
    }
  }

  /** Results, this graph's and others', that lie where its next run writes and are still in use. */
  takeBack(): readonly OrtTensor[] {
    const { lent } = this.#shared;
    const inUse: OrtTensor[] = [];
    for (const buffer of this.#own) {
      const tensor = lent.get(buffer);
      if (tensor?.isDisposed === false) inUse.push(tensor);
      lent.delete(buffer);
    }
    return inUse;
  }

  [Symbol.dispose](): void {
    for (const buffer of this.#results) this.#shared.withResults.delete(buffer);
    this.#own.clear();
  }

  #add(buffer: GPUBuffer): GPUBuffer {
    this.#shared.buffers.set(buffer, buffer.destroy.bind(buffer));
    Object.defineProperty(buffer, 'destroy', { value: () => {} });
    this.#own.add(buffer);
    return buffer;
  }

  /** The smallest that is large enough, holds no results and is not this graph's yet. */
  #reuse(bytes: number): GPUBuffer | undefined {
    if (bytes < LEAST_SHARED_BYTES) return undefined;
    const { buffers, withResults } = this.#shared;
    let best: GPUBuffer | undefined;
    for (const buffer of buffers.keys()) {
      const isFree = buffer.size >= bytes && !this.#own.has(buffer) && !withResults.has(buffer);
      if (isFree && (best === undefined || buffer.size < best.size)) best = buffer;
    }
    if (best !== undefined) this.#own.add(best);
    return best;
  }
}
