import { invariant } from '../../../core/assert.ts';
import { isAbort, StudioError } from '../../../core/errors.ts';
import type { Size } from '../../../core/geometry.ts';
import { rleFromTransitions, type MaskRle } from '../../../core/rle.ts';
import { HOLE_AREA_PX } from '../fill-holes/fill-holes.ts';
import { GpuHoleFiller } from '../fill-holes/gpu-hole-filler.ts';
import { createComputePipeline, GpuResources, type BufferSlice } from '../gpu-resources.ts';
import { bilinearTable, type BilinearTable } from './bilinear-table.ts';
import { GpuMaskOwners, type OwnersInputs } from './gpu-mask-owners.ts';
import { PARAMS_BYTES } from './mask-params.wgsl.ts';
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
import { TransitionForecast } from './transition-forecast.ts';

const WORKGROUP_SIZE = 64;

/** Inputs of the passes for one video size. */
interface VideoPlan extends OwnersInputs {
  readonly video: Size;
  readonly transitions: TransitionInputs;
}

/** One object on its way through a slot. */
interface Read {
  readonly source: MaskSource<BufferSlice>;
  readonly slot: ReadbackSlot;
  /** Changes that are copied at first. */
  readonly changes: number;
}

/**
 * `MaskReader` over GPU buffers: holes are filled, the mask resized and its changes found on the
 * GPU, and only those and the scores are read back, in one mapping for each object. A mask with
 * more changes than the masks before it takes a second mapping for the rest; one with more than
 * `TRANSITION_CAPACITY` for one bit a pixel. Twin of `CpuMaskReader`.
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
  readonly #forecast = new TransitionForecast(TRANSITION_CAPACITY);
  /** Made when objects first share a frame without overlapping. */
  #owners: GpuMaskOwners | undefined;
  #plan: VideoPlan | undefined;
  #bytesRead = 0;
  #isDisposed = false;

  constructor(device: GPUDevice, { logitSize, holeAreaPx = HOLE_AREA_PX }: MaskReaderOptions) {
    const { STORAGE, COPY_DST, COPY_SRC, UNIFORM } = GPUBufferUsage;
    this.#resources = new GpuResources(device);
    this.#logitSize = logitSize;
    this.#transitions = createComputePipeline(device, 'mask transitions', MASK_TRANSITIONS_WGSL);
    this.#params = this.#resources.create('mask parameters', PARAMS_BYTES, UNIFORM | COPY_DST);
    const usage = STORAGE | COPY_DST | COPY_SRC;
    this.#logits = this.#resources.create('logits', this.#logitBytes, usage);
    if (holeAreaPx === 0) {
      this.#filled = this.#logits;
    } else {
      this.#filled = this.#resources.create('filled logits', this.#logitBytes, STORAGE | COPY_SRC);
      const filler = new GpuHoleFiller(device, { size: logitSize, maxAreaPx: holeAreaPx });
      this.#holes = { filler, binding: filler.bind(whole(this.#logits), whole(this.#filled)) };
    }
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /**
   * GPU buffers made so far; constant once warm (a video size, reads overlapping, an overflow,
   * more objects that may not overlap).
   */
  get allocations(): number {
    return this.#resources.allocations + (this.#holes?.filler.allocations ?? 0);
  }

  get #logitBytes(): number {
    return this.#logitSize.width * this.#logitSize.height * 4;
  }

  async read(source: MaskSource<BufferSlice>, video: Size): Promise<MaskReading> {
    const plan = this.#planFor(video);
    const read = this.#reading(source);
    // Submitted before the promise is returned, so that the caller may dispose the source.
    this.#submit([read], (encoder) => {
      this.#encodeFilled(encoder, source);
      const pass = encoder.beginComputePass({ label: 'mask transitions' });
      encodeTransitions(pass, read.slot, plan.transitions);
      pass.end();
    });
    return this.#settle(read, plan);
  }

  async readNonOverlapping(
    sources: readonly MaskSource<BufferSlice>[],
    video: Size,
  ): Promise<readonly MaskReading[]> {
    const [only] = sources;
    if (only === undefined) return [];
    if (sources.length === 1) return [await this.read(only, video)];
    const plan = this.#planFor(video);
    const reads = sources.map((source) => this.#reading(source));
    this.#owners ??= new GpuMaskOwners(this.#resources, this.#logitBytes);
    const owners = this.#owners;
    const transitions = owners.prepare(sources.length, plan);
    this.#submit(reads, (encoder) => {
      for (const [i, { source, slot }] of reads.entries()) {
        slot.setOwner(i + 1);
        this.#encodeFilled(encoder, source);
        copy(encoder, whole(this.#filled), owners.logitsOf(i));
      }
      const pass = encoder.beginComputePass({ label: 'masks without overlap' });
      owners.encode(pass, workgroups(plan));
      for (const { slot } of reads) encodeTransitions(pass, slot, transitions);
      pass.end();
    });
    return Promise.all(reads.map((read) => this.#settle(read, plan)));
  }

  #reading(source: MaskSource<BufferSlice>): Read {
    invariant(source.logits.size >= this.#logitBytes, 'logits do not fill their size');
    const slot = this.#freeSlots.pop() ?? new ReadbackSlot(this.#resources);
    return { source, slot, changes: this.#forecast.changes };
  }

  /** Runs `encode` between what every read begins and ends with. */
  #submit(reads: readonly Read[], encode: (encoder: GPUCommandEncoder) => void): void {
    const { device } = this.#resources;
    const encoder = device.createCommandEncoder({ label: 'read masks' });
    for (const { source, slot } of reads) {
      const { result } = slot;
      const at = (offset: number): BufferSlice => ({ buffer: result, offset, size: 4 });
      encoder.clearBuffer(result, RESULT_OFFSETS.count, 4);
      copy(encoder, source.iouScores, at(RESULT_OFFSETS.iou));
      copy(encoder, source.objectScoreLogits, at(RESULT_OFFSETS.objectScore));
    }
    encode(encoder);
    for (const { slot, changes } of reads) slot.encodeCopy(encoder, changes);
    device.queue.submit([encoder.finish()]);
  }

  /** Appends the work that leaves an object's logits in `#filled`. */
  #encodeFilled(encoder: GPUCommandEncoder, { logits }: MaskSource<BufferSlice>): void {
    copy(encoder, logits, whole(this.#logits, this.#logitBytes));
    if (this.#holes === undefined) return;
    const pass = encoder.beginComputePass({ label: 'fill holes' });
    this.#holes.filler.encode(pass, this.#holes.binding);
    pass.end();
  }

  /** Reads a slot's result and gives the slot back. */
  async #settle(read: Read, plan: VideoPlan): Promise<MaskReading> {
    try {
      return await this.#collect(read, plan);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      this.#freeSlots.push(read.slot);
    }
  }

  async #collect(read: Read, plan: VideoPlan): Promise<MaskReading> {
    const result = await read.slot.readResult(read.changes);
    this.#bytesRead += result.byteLength;
    const header = new DataView(result);
    const count = header.getUint32(RESULT_OFFSETS.count, true);
    this.#forecast.note(count);
    return {
      mask: await this.#maskOf({ ...read, result, count, plan }),
      predictedIou: header.getFloat32(RESULT_OFFSETS.iou, true),
      objectScoreLogit: header.getFloat32(RESULT_OFFSETS.objectScore, true),
    };
  }

  async #maskOf({ result, count, changes, slot, plan }: MaskResult): Promise<MaskRle> {
    if (count <= TRANSITION_CAPACITY) {
      const positions = new Uint32Array(count);
      const copied = Math.min(count, changes);
      positions.set(new Uint32Array(result, RESULT_OFFSETS.header, copied));
      if (copied < count) {
        const rest = await slot.readPositions(copied, count);
        this.#bytesRead += rest.byteLength;
        positions.set(rest, copied);
      }
      return rleFromTransitions(plan.video.width, plan.video.height, positions.sort());
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
    if (this.#isDisposed) throw readerDisposed();
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
    const buffer = this.#resources.createFilled('mask axes', axes);
    const sources = [this.#params, this.#filled, buffer];
    this.#plan = {
      video,
      words,
      params: this.#params,
      axes: buffer,
      transitions: { pipeline: this.#transitions, sources, words },
    };
    return this.#plan;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#holes?.filler[Symbol.dispose]();
    this.#resources[Symbol.dispose]();
  }
}

interface MaskResult extends Read {
  readonly result: ArrayBuffer;
  /** Changes that there are, also those that were not copied or did not fit. */
  readonly count: number;
  readonly plan: VideoPlan;
}

function whole(buffer: GPUBuffer, size = buffer.size): BufferSlice {
  return { buffer, offset: 0, size };
}

/** Copies as much as `to` holds. */
function copy(encoder: GPUCommandEncoder, from: BufferSlice, to: BufferSlice): void {
  encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, to.size);
}

function encodeTransitions(
  pass: GPUComputePassEncoder,
  slot: ReadbackSlot,
  inputs: TransitionInputs,
): void {
  pass.setPipeline(inputs.pipeline);
  pass.setBindGroup(0, slot.bindingFor(inputs));
  pass.dispatchWorkgroups(workgroups(inputs));
}

/** Of passes with one thread for each word of the packed mask. */
function workgroups({ words }: { readonly words: number }): number {
  return Math.ceil(words / WORKGROUP_SIZE);
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
