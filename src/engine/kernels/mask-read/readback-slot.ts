import { invariant } from '../../../core/assert.ts';
import { bindInOrder, type BufferSlice, type GpuResources } from '../gpu-resources.ts';
import { RESULT_HEADER_WORDS, SCORE_WORDS } from './mask-transitions.wgsl.ts';

/**
 * Changes that are listed for each mask on average; masks with more are read as packed pixels. A solid
 * object has two or three a column: 8192 serve objects over the whole of a 4K frame.
 */
export const TRANSITION_CAPACITY = 8192;

/**
 * Masks that a slot takes at once. Their positions together must fit 32 bits and their packed pixels the
 * 128 MiB that a shader can bind anywhere, which they do up to 8192 × 8192.
 */
export const MASKS_TOGETHER = 16;

/** Byte offsets in the result, in the order of the shader's `Result`. */
const RESULT_OFFSETS = { count: 0, first: 4, scores: RESULT_HEADER_WORDS * 4 } as const;

/** What all slots share for one video size and one way to find the changes of masks. */
export interface TransitionInputs {
  readonly pipeline: GPUComputePipeline;
  /** The pipeline's first bindings; the slot's result and packed masks follow. */
  readonly sources: readonly GPUBuffer[];
  /** Words of a packed mask. */
  readonly words: number;
}

/** What is read back at first. */
export interface SlotResult {
  /** Changes that there are, also those that were not copied or not listed. */
  readonly count: number;
  /** IoU and object score of each mask. */
  readonly scores: Float32Array;
  /** As many of the changes as were copied, in no order; see `rlesFromSharedTransitions`. */
  readonly positions: Uint32Array;
}

/** The buffers of one read under way: results on the GPU, and staging to map them from. */
export class ReadbackSlot {
  readonly #resources: GpuResources;
  /** Masks that there is room for, a power of 2. */
  #room = 0;
  #masks = 0;
  #result: GPUBuffer | undefined;
  #resultStaging: GPUBuffer | undefined;
  #packed: GPUBuffer | undefined;
  #packedStaging: GPUBuffer | undefined;
  #inputs: TransitionInputs | undefined;
  #binding: GPUBindGroup | undefined;
  #first = 0;

  constructor(resources: GpuResources) {
    this.#resources = resources;
  }

  /** Masks of the read under way. */
  get masks(): number {
    return this.#masks;
  }

  /** Changes that the list holds. */
  get capacity(): number {
    return this.#masks * TRANSITION_CAPACITY;
  }

  /**
   * Makes the slot ready for so many masks. No read may be under way.
   * @param first which of the frame's objects the first of them is
   */
  prepare(masks: number, first: number): void {
    invariant(masks >= 1 && masks <= MASKS_TOGETHER, `a slot does not take ${masks} masks`);
    this.#masks = masks;
    if (masks > this.#room) this.#grow(2 ** Math.ceil(Math.log2(masks)));
    if (this.#first === first) return;
    this.#first = first;
    const { queue } = this.#resources.device;
    queue.writeBuffer(this.#resultBuffer, RESULT_OFFSETS.first, Uint32Array.of(first));
  }

  /** Bytes of the result before a position, which are read back for as many. */
  bytesBefore(position: number): number {
    return (RESULT_HEADER_WORDS + this.#masks * SCORE_WORDS + position) * 4;
  }

  /** Appends the copies of each mask's scores, and forgets the changes of the read before. */
  encodeBegin(
    encoder: GPUCommandEncoder,
    scores: readonly (readonly [iou: BufferSlice, objectScore: BufferSlice])[],
  ): void {
    const result = this.#resultBuffer;
    encoder.clearBuffer(result, RESULT_OFFSETS.count, 4);
    for (const [at, { buffer, offset }] of scores.flat().entries()) {
      encoder.copyBufferToBuffer(buffer, offset, result, RESULT_OFFSETS.scores + at * 4, 4);
    }
  }

  /** The bind group that fills this slot; made anew only when the inputs are others. */
  bindingFor(inputs: TransitionInputs): GPUBindGroup {
    if (this.#inputs === inputs && this.#binding !== undefined) return this.#binding;
    const { pipeline, sources, words } = inputs;
    const packed = this.#packedFor(words);
    this.#inputs = inputs;
    const bindings = [...sources, this.#resultBuffer, packed];
    this.#binding = bindInOrder(pipeline, this.#resources.device, bindings);
    return this.#binding;
  }

  /** Appends the copy of the scores and so many positions to where `readResult` maps them. */
  encodeCopy(encoder: GPUCommandEncoder, positions: number): void {
    const bytes = this.bytesBefore(positions);
    encoder.copyBufferToBuffer(this.#resultBuffer, 0, this.#staging, 0, bytes);
  }

  /** What `encodeCopy` copied. The caller's. */
  async readResult(positions: number): Promise<SlotResult> {
    const bytes = await readStaging(this.#staging, this.bytesBefore(positions));
    const [count = 0] = new Uint32Array(bytes, RESULT_OFFSETS.count, 1);
    return {
      count,
      scores: new Float32Array(bytes, RESULT_OFFSETS.scores, this.#masks * SCORE_WORDS),
      positions: new Uint32Array(bytes, this.bytesBefore(0), Math.min(positions, count)),
    };
  }

  /** Positions of the list from `from` to before `end`, which stay there until the next read. */
  async readPositions(from: number, end: number): Promise<Uint32Array> {
    const bytes = (end - from) * 4;
    const source = { buffer: this.#resultBuffer, offset: this.bytesBefore(from), size: bytes };
    this.#submitCopy(source, this.#staging);
    return new Uint32Array(await readStaging(this.#staging, bytes));
  }

  /** The packed masks one after another, of so many words each. The caller's. */
  async readPacked(words: number): Promise<Uint32Array> {
    const [packed, bytes] = [this.#packed, this.#masks * words * 4];
    invariant(packed !== undefined && packed.size >= bytes, 'no mask was packed in this slot');
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const need = { label: 'packed mask staging', bytes: packed.size, usage };
    this.#packedStaging = this.#resources.atLeast(this.#packedStaging, need);
    this.#submitCopy({ buffer: packed, offset: 0, size: bytes }, this.#packedStaging);
    return new Uint32Array(await readStaging(this.#packedStaging, bytes));
  }

  get #resultBuffer(): GPUBuffer {
    invariant(this.#result !== undefined, 'the slot was not prepared');
    return this.#result;
  }

  get #staging(): GPUBuffer {
    invariant(this.#resultStaging !== undefined, 'the slot was not prepared');
    return this.#resultStaging;
  }

  #grow(room: number): void {
    const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const words = RESULT_HEADER_WORDS + room * (SCORE_WORDS + TRANSITION_CAPACITY);
    const usage = STORAGE | COPY_SRC | COPY_DST;
    const resources = this.#resources;
    const need = { bytes: words * 4, usage };
    this.#result = resources.atLeast(this.#result, { ...need, label: 'mask result' });
    this.#resultStaging = resources.atLeast(this.#resultStaging, {
      ...need,
      label: 'mask staging',
      usage: MAP_READ | COPY_DST,
    });
    this.#room = room;
    this.#first = 0;
    this.#inputs = undefined;
  }

  #packedFor(words: number): GPUBuffer {
    const { STORAGE, COPY_SRC } = GPUBufferUsage;
    const need = { label: 'packed mask', bytes: this.#room * words * 4, usage: STORAGE | COPY_SRC };
    this.#packed = this.#resources.atLeast(this.#packed, need);
    return this.#packed;
  }

  #submitCopy({ buffer, offset, size }: BufferSlice, to: GPUBuffer): void {
    const { device } = this.#resources;
    const encoder = device.createCommandEncoder({ label: 'read more of masks' });
    encoder.copyBufferToBuffer(buffer, offset, to, 0, size);
    device.queue.submit([encoder.finish()]);
  }
}

async function readStaging(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  await staging.mapAsync(GPUMapMode.READ, 0, bytes);
  const copy = staging.getMappedRange(0, bytes).slice(0);
  staging.unmap();
  return copy;
}
