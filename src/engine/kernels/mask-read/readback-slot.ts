import { invariant } from '../../../core/assert.ts';
import { bindInOrder, type BufferSlice, type GpuResources } from '../gpu-resources.ts';
import { RESULT_HEADER_WORDS } from './mask-transitions.wgsl.ts';

/**
 * Changes that are listed; a mask with more is read as packed pixels. A solid object has two or three
 * a column: 8192 serve objects over the whole of a 4K frame.
 */
export const TRANSITION_CAPACITY = 8192;

const RESULT_BYTES = resultBytes(TRANSITION_CAPACITY);

/** Byte offsets in the result, in the order of the shader's `Result`. */
export const RESULT_OFFSETS = {
  count: 0,
  iou: 4,
  objectScore: 8,
  /** Read by `OWNED_TRANSITIONS_WGSL` only. */
  owner: 12,
  header: 16,
} as const;

/** What all slots share for one video size and one way to find a mask's changes. */
export interface TransitionInputs {
  readonly pipeline: GPUComputePipeline;
  /** The pipeline's first bindings; the slot's result and packed mask follow. */
  readonly sources: readonly GPUBuffer[];
  /** Words of the packed mask. */
  readonly words: number;
}

/** The buffers of one read under way: results on the GPU, and staging to map them from. */
export class ReadbackSlot {
  readonly result: GPUBuffer;
  readonly #resources: GpuResources;
  readonly #resultStaging: GPUBuffer;
  #packed: GPUBuffer | undefined;
  #packedStaging: GPUBuffer | undefined;
  #inputs: TransitionInputs | undefined;
  #binding: GPUBindGroup | undefined;
  #owner = 0;

  constructor(resources: GpuResources) {
    const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    this.#resources = resources;
    this.result = resources.create('mask result', RESULT_BYTES, STORAGE | COPY_SRC | COPY_DST);
    this.#resultStaging = resources.create('mask staging', RESULT_BYTES, MAP_READ | COPY_DST);
  }

  /** The bind group that fills this slot; made anew only when the inputs are others. */
  bindingFor(inputs: TransitionInputs): GPUBindGroup {
    if (this.#inputs === inputs && this.#binding !== undefined) return this.#binding;
    const { pipeline, sources, words } = inputs;
    const packed: BufferSlice = { buffer: this.#packedFor(words), offset: 0, size: words * 4 };
    this.#inputs = inputs;
    this.#binding = bindInOrder(pipeline, this.#resources.device, [
      ...sources,
      this.result,
      packed,
    ]);
    return this.#binding;
  }

  #packedFor(words: number): GPUBuffer {
    const current = this.#packed;
    if (current !== undefined && current.size >= words * 4) return current;
    if (current !== undefined) this.#resources.release(current);
    if (this.#packedStaging !== undefined) this.#resources.release(this.#packedStaging);
    this.#packedStaging = undefined;
    const { STORAGE, COPY_SRC } = GPUBufferUsage;
    this.#packed = this.#resources.create('packed mask', words * 4, STORAGE | COPY_SRC);
    return this.#packed;
  }

  /** Whose mask the next read is, where `inputs` find masks by owner. No read may be under way. */
  setOwner(owner: number): void {
    if (this.#owner === owner) return;
    this.#owner = owner;
    const { queue } = this.#resources.device;
    queue.writeBuffer(this.result, RESULT_OFFSETS.owner, Uint32Array.of(owner));
  }

  /** Appends the copy of the header and so many positions to where `readResult` maps them. */
  encodeCopy(encoder: GPUCommandEncoder, positions: number): void {
    const bytes = resultBytes(positions);
    encoder.copyBufferToBuffer(this.result, 0, this.#resultStaging, 0, bytes);
  }

  /** The header, then as many positions as were copied. The caller's. */
  async readResult(positions: number): Promise<ArrayBuffer> {
    return readStaging(this.#resultStaging, resultBytes(positions));
  }

  /** Positions of the result from `first` to before `end`, which stay there until the next read. */
  async readPositions(first: number, end: number): Promise<Uint32Array> {
    const { device } = this.#resources;
    const [offset, bytes] = [resultBytes(first), (end - first) * 4];
    const encoder = device.createCommandEncoder({ label: 'read more of a mask' });
    encoder.copyBufferToBuffer(this.result, offset, this.#resultStaging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    return new Uint32Array(await readStaging(this.#resultStaging, bytes));
  }

  /** The packed mask, which stays valid until the slot is used again. */
  async readPacked(words: number): Promise<Uint32Array> {
    const { device } = this.#resources;
    const packed = this.#packed;
    invariant(packed !== undefined && packed.size >= words * 4, 'no mask was packed in this slot');
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    this.#packedStaging ??= this.#resources.create(
      'packed mask staging',
      packed.size,
      MAP_READ | COPY_DST,
    );
    const encoder = device.createCommandEncoder({ label: 'read packed mask' });
    encoder.copyBufferToBuffer(packed, 0, this.#packedStaging, 0, words * 4);
    device.queue.submit([encoder.finish()]);
    return new Uint32Array(await readStaging(this.#packedStaging, words * 4));
  }
}

function resultBytes(positions: number): number {
  return (RESULT_HEADER_WORDS + positions) * 4;
}

async function readStaging(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  await staging.mapAsync(GPUMapMode.READ, 0, bytes);
  const copy = staging.getMappedRange(0, bytes).slice(0);
  staging.unmap();
  return copy;
}
