import { invariant } from '../../../core/assert.ts';
import { isAbort, StudioError } from '../../../core/errors.ts';
import type { Size } from '../../../core/geometry.ts';
import { rleFromTransitions, type MaskRle } from '../../../core/rle.ts';
import { HOLE_AREA_PX } from '../fill-holes/fill-holes.ts';
import { GpuHoleFiller } from '../fill-holes/gpu-hole-filler.ts';
import { createComputePipeline, GpuResources, type BufferSlice } from '../gpu-resources.ts';
import { bilinearTable, type BilinearTable } from './bilinear-table.ts';
import {
  readerDisposed,
  type MaskReader,
  type MaskReaderOptions,
  type MaskReading,
  type MaskSource,
} from './mask-reader.ts';
import { MASK_TRANSITIONS_WGSL } from './mask-transitions.wgsl.ts';
import { packedMaskWords, rleFromPackedMask } from './packed-mask.ts';
import {
  ReadbackSlot,
  RESULT_OFFSETS,
  TRANSITION_CAPACITY,
  type TransitionInputs,
} from './readback-slot.ts';

const WORKGROUP_SIZE = 64;

/** Inputs of the transition pass for one video size. */
interface VideoPlan extends TransitionInputs {
  readonly video: Size;
}

/**
 * `MaskReader` over GPU buffers: holes are filled, the mask resized and its changes found on the
 * GPU, and only those and the scores are read back, in one mapping. A mask with more changes than
 * `TRANSITION_CAPACITY` takes a second mapping, of one bit a pixel. Twin of `CpuMaskReader`.
 */
export class GpuMaskReader implements MaskReader<BufferSlice> {
  readonly #resources: GpuResources;
  readonly #logitSize: Size;
  readonly #transitions: GPUComputePipeline;
  readonly #holes: { readonly filler: GpuHoleFiller; readonly binding: GPUBindGroup } | undefined;
  /** The source's logits, copied so that every binding can be kept. */
  readonly #logits: GPUBuffer;
  readonly #filled: GPUBuffer;
  readonly #params: GPUBuffer;
  /** Slots that no read is using; as many exist as reads ever overlapped. */
  readonly #freeSlots: ReadbackSlot[] = [];
  #plan: VideoPlan | undefined;
  #bytesRead = 0;
  #isDisposed = false;

  constructor(device: GPUDevice, { logitSize, holeAreaPx = HOLE_AREA_PX }: MaskReaderOptions) {
    const { STORAGE, COPY_DST, UNIFORM } = GPUBufferUsage;
    this.#resources = new GpuResources(device);
    this.#logitSize = logitSize;
    this.#transitions = createComputePipeline(device, 'mask transitions', MASK_TRANSITIONS_WGSL);
    this.#params = this.#resources.create('mask parameters', 32, UNIFORM | COPY_DST);
    this.#logits = this.#resources.create('logits', this.#logitBytes, STORAGE | COPY_DST);
    if (holeAreaPx === 0) {
      this.#filled = this.#logits;
    } else {
      this.#filled = this.#resources.create('filled logits', this.#logitBytes, STORAGE);
      const filler = new GpuHoleFiller(device, { size: logitSize, maxAreaPx: holeAreaPx });
      this.#holes = { filler, binding: filler.bind(whole(this.#logits), whole(this.#filled)) };
    }
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** GPU buffers made so far; constant once warm (a video size, reads overlapping, an overflow). */
  get allocations(): number {
    return this.#resources.allocations + (this.#holes?.filler.allocations ?? 0);
  }

  get #logitBytes(): number {
    return this.#logitSize.width * this.#logitSize.height * 4;
  }

  async read(source: MaskSource<BufferSlice>, video: Size): Promise<MaskReading> {
    if (this.#isDisposed) throw readerDisposed();
    invariant(source.logits.size >= this.#logitBytes, 'logits do not fill their size');
    const plan = this.#planFor(video);
    const slot = this.#freeSlots.pop() ?? new ReadbackSlot(this.#resources);
    try {
      // Submitted before the promise is returned, so that the caller may dispose the source.
      this.#submit(source, plan, slot);
      return await this.#collect(slot, plan);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      this.#freeSlots.push(slot);
    }
  }

  #submit(source: MaskSource<BufferSlice>, plan: VideoPlan, slot: ReadbackSlot): void {
    const { device } = this.#resources;
    const { logits, iouScores, objectScoreLogits } = source;
    const binding = slot.bindingFor(plan);
    const encoder = device.createCommandEncoder({ label: 'read mask' });
    const copy = (from: BufferSlice, to: GPUBuffer, at: { offset: number; bytes: number }) =>
      encoder.copyBufferToBuffer(from.buffer, from.offset, to, at.offset, at.bytes);
    encoder.clearBuffer(slot.result, RESULT_OFFSETS.count, 4);
    copy(logits, this.#logits, { offset: 0, bytes: this.#logitBytes });
    copy(iouScores, slot.result, { offset: RESULT_OFFSETS.iou, bytes: 4 });
    copy(objectScoreLogits, slot.result, { offset: RESULT_OFFSETS.objectScore, bytes: 4 });
    const pass = encoder.beginComputePass({ label: 'read mask' });
    if (this.#holes !== undefined) this.#holes.filler.encode(pass, this.#holes.binding);
    pass.setPipeline(this.#transitions);
    pass.setBindGroup(0, binding);
    pass.dispatchWorkgroups(Math.ceil(plan.words / WORKGROUP_SIZE));
    pass.end();
    slot.encodeCopy(encoder);
    device.queue.submit([encoder.finish()]);
  }

  async #collect(slot: ReadbackSlot, plan: VideoPlan): Promise<MaskReading> {
    const result = await slot.readResult();
    this.#bytesRead += result.byteLength;
    const header = new DataView(result);
    const count = header.getUint32(RESULT_OFFSETS.count, true);
    return {
      mask: await this.#maskOf({ result, count, slot, plan }),
      predictedIou: header.getFloat32(RESULT_OFFSETS.iou, true),
      objectScoreLogit: header.getFloat32(RESULT_OFFSETS.objectScore, true),
    };
  }

  async #maskOf({ result, count, slot, plan }: MaskResult): Promise<MaskRle> {
    if (count <= TRANSITION_CAPACITY) {
      const positions = new Uint32Array(result, RESULT_OFFSETS.header, count).sort();
      return rleFromTransitions(plan.video.width, plan.video.height, positions);
    }
    const packed = await slot.readPacked(plan.words);
    this.#bytesRead += packed.byteLength;
    return rleFromPackedMask(packed, plan.video);
  }

  /** A mapping aborts when its buffer or its device goes; anything else is a bug of ours. */
  #explain(error: unknown): unknown {
    if (!isAbort(error)) return error;
    if (this.#isDisposed) return readerDisposed();
    return new StudioError('device-lost', 'The graphics processor was reset by the system.', {
      hint: 'Tracking continues from the last stored frame once it is started again.',
      cause: error,
    });
  }

  #planFor({ width, height }: Size): VideoPlan {
    const current = this.#plan;
    if (current?.video.width === width && current.video.height === height) return current;
    invariant(width > 0 && height > 0, 'a video has pixels');
    if (current !== undefined) this.#resources.release(current.axes);
    const video = { width, height };
    const words = packedMaskWords(video);
    const logits = this.#logitSize;
    const axes = packAxes(bilinearTable(logits.width, width), bilinearTable(logits.height, height));
    this.#resources.device.queue.writeBuffer(
      this.#params,
      0,
      Uint32Array.of(logits.width, logits.height, width, height, words, TRANSITION_CAPACITY),
    );
    this.#plan = {
      video,
      words,
      pipeline: this.#transitions,
      params: this.#params,
      logits: this.#filled,
      axes: this.#resources.createFilled('mask axes', axes),
    };
    return this.#plan;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#holes?.filler[Symbol.dispose]();
    this.#resources[Symbol.dispose]();
  }
}

interface MaskResult {
  readonly result: ArrayBuffer;
  /** Changes that there are, also those that did not fit. */
  readonly count: number;
  readonly slot: ReadbackSlot;
  readonly plan: VideoPlan;
}

function whole(buffer: GPUBuffer): BufferSlice {
  return { buffer, offset: 0, size: buffer.size };
}

/** `[index, bits of the weight]` for the video's columns, then for its rows. */
function packAxes(columns: BilinearTable, rows: BilinearTable): Uint32Array<ArrayBuffer> {
  const packed = new Uint32Array((columns.outputSize + rows.outputSize) * 2);
  let at = 0;
  for (const { lower, upperWeights } of [columns, rows]) {
    const weightBits = new Uint32Array(upperWeights.buffer);
    for (let i = 0; i < lower.length; i++) {
      packed[at++] = lower[i] ?? 0;
      packed[at++] = weightBits[i] ?? 0;
    }
  }
  return packed;
}
