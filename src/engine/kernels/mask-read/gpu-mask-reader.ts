import { invariant } from '../../../core/assert.ts';
import { isAbort, StudioError } from '../../../core/errors.ts';
import type { Size } from '../../../core/geometry.ts';
import type { MaskRle } from '../../../core/rle.ts';
import { createComputePipeline, GpuResources, type BufferSlice } from '../gpu-resources.ts';
import { LogitStack } from '../logit-stack.ts';
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
  MASKS_TOGETHER,
  ReadbackSlot,
  TRANSITION_CAPACITY,
  type SlotResult,
  type TransitionInputs,
} from './readback-slot.ts';
import { rlesFromSharedTransitions } from './shared-transitions.ts';
import { TransitionForecast } from './transition-forecast.ts';

const WORKGROUP_SIZE = 64;

/** A frame's masks may be under way when the next frame's are read; more are made where more reads overlap. */
const SLOTS = 2;

/** Inputs of the passes for one video size and one stack of logits. */
interface VideoPlan extends OwnersInputs {
  readonly video: Size;
  readonly transitions: TransitionInputs;
}

/** Objects on their way through a slot. */
interface Read {
  readonly sources: readonly MaskSource<BufferSlice>[];
  readonly slot: ReadbackSlot;
  /** Changes that are copied at first. */
  readonly changes: number;
}

/** How the masks of a read are found. */
interface Finding {
  readonly transitions: TransitionInputs;
  /** What comes before that in the pass. */
  readonly encodeBefore: (pass: GPUComputePassEncoder) => void;
}

/**
 * `MaskReader` over GPU buffers: masks are resized and their changes found on the GPU, and only those and
 * the scores are read back. All objects of a call are one piece of work, and up to `MASKS_TOGETHER` of
 * them one program and one mapping. Where they have more changes than those before them it takes a second
 * mapping for the rest; where they have more than are listed, for one bit a pixel. Twin of
 * `CpuMaskReader`.
 */
export class GpuMaskReader implements MaskReader<BufferSlice> {
  readonly #resources: GpuResources;
  readonly #logitSize: Size;
  readonly #transitions: GPUComputePipeline;
  /** The sources' logits, copied so that every binding can be kept. */
  readonly #logits: LogitStack;
  readonly #params: GPUBuffer;
  /** Slots that no read is using, the one used longest ago first. */
  readonly #freeSlots: ReadbackSlot[] = [];
  #slots = 0;
  readonly #forecast = new TransitionForecast();
  /** Made when objects first share a frame without overlapping. */
  #owners: GpuMaskOwners | undefined;
  #plan: VideoPlan | undefined;
  #bytesRead = 0;
  #isDisposed = false;

  constructor(device: GPUDevice, { logitSize }: MaskReaderOptions) {
    const resources = new GpuResources(device);
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const logitBytes = logitSize.width * logitSize.height * 4;
    this.#resources = resources;
    this.#logitSize = logitSize;
    this.#transitions = createComputePipeline(device, 'mask transitions', MASK_TRANSITIONS_WGSL);
    this.#params = resources.create('mask parameters', PARAMS_BYTES, uniform);
    this.#logits = new LogitStack({ resources, label: 'logits to read', logitBytes });
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** GPU buffers made so far; constant once all video sizes and overlaps have been seen. */
  get allocations(): number {
    return this.#resources.allocations;
  }

  async read(
    sources: readonly MaskSource<BufferSlice>[],
    video: Size,
  ): Promise<readonly MaskReading[]> {
    if (this.#isDisposed) throw readerDisposed();
    if (sources.length === 0) return [];
    const plan = this.#planFor(video, sources.length);
    const { transitions } = plan;
    return this.#find(sources, plan, { transitions, encodeBefore: () => undefined });
  }

  async readNonOverlapping(
    sources: readonly MaskSource<BufferSlice>[],
    video: Size,
  ): Promise<readonly MaskReading[]> {
    // An object alone shares with nobody.
    if (sources.length < 2 || this.#isDisposed) return this.read(sources, video);
    const plan = this.#planFor(video, sources.length);
    this.#owners ??= new GpuMaskOwners(this.#resources);
    const owners = this.#owners;
    return this.#find(sources, plan, {
      transitions: owners.prepare(sources.length, plan),
      encodeBefore: (pass) => owners.encode(pass, workgroups(plan)),
    });
  }

  /** Submitted before the promise is returned, so that the caller may dispose the sources. */
  async #find(
    sources: readonly MaskSource<BufferSlice>[],
    plan: VideoPlan,
    { transitions, encodeBefore }: Finding,
  ): Promise<readonly MaskReading[]> {
    const { device } = this.#resources;
    const reads = this.#readsOf(sources);
    const encoder = device.createCommandEncoder({ label: 'read masks' });
    this.#logits.encodeIn(
      encoder,
      sources.map(({ logits }) => logits),
    );
    for (const read of reads) read.slot.encodeBegin(encoder, read.sources.map(scoresOf));
    const pass = encoder.beginComputePass({ label: 'read masks' });
    encodeBefore(pass);
    pass.setPipeline(transitions.pipeline);
    for (const { slot } of reads) {
      pass.setBindGroup(0, slot.bindingFor(transitions));
      pass.dispatchWorkgroups(workgroups(plan), 1, slot.masks);
    }
    pass.end();
    for (const { slot, changes } of reads) slot.encodeCopy(encoder, changes);
    device.queue.submit([encoder.finish()]);
    return (await Promise.all(reads.map((read) => this.#settle(read, plan)))).flat();
  }

  #readsOf(sources: readonly MaskSource<BufferSlice>[]): readonly Read[] {
    return Array.from({ length: Math.ceil(sources.length / MASKS_TOGETHER) }, (_, at) => {
      const first = at * MASKS_TOGETHER;
      const own = sources.slice(first, first + MASKS_TOGETHER);
      const slot = this.#takeSlot();
      slot.prepare(own.length, first);
      const changes = Math.min(this.#forecast.changesOf(own.length), slot.capacity);
      return { sources: own, slot, changes };
    });
  }

  /** Slots take turns, so that all have room for as many masks and those after them make no buffer. */
  #takeSlot(): ReadbackSlot {
    const free = this.#slots < SLOTS ? undefined : this.#freeSlots.shift();
    if (free !== undefined) return free;
    this.#slots++;
    return new ReadbackSlot(this.#resources);
  }

  /** Reads a slot's result and gives the slot back. */
  async #settle(read: Read, plan: VideoPlan): Promise<readonly MaskReading[]> {
    try {
      return await this.#collect(read, plan);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      this.#freeSlots.push(read.slot);
    }
  }

  async #collect({ slot, changes }: Read, plan: VideoPlan): Promise<readonly MaskReading[]> {
    const result = await slot.readResult(changes);
    this.#bytesRead += slot.bytesBefore(changes);
    const { count, scores } = result;
    const masks =
      count > slot.capacity
        ? await this.#unpack(slot, plan)
        : rlesFromSharedTransitions(await this.#allOf(slot, result), slot.masks, plan.video);
    return masks.map((mask, i) => ({
      mask,
      predictedIou: scores[2 * i] ?? NaN,
      objectScoreLogit: scores[2 * i + 1] ?? NaN,
    }));
  }

  /** All changes, ascending, those too that were not copied at first. */
  async #allOf(slot: ReadbackSlot, { count, positions }: SlotResult): Promise<Uint32Array> {
    this.#forecast.note(slot.masks, count);
    if (positions.length === count) return positions.sort();
    const all = new Uint32Array(count);
    all.set(positions);
    const rest = await slot.readPositions(positions.length, count);
    this.#bytesRead += rest.byteLength;
    all.set(rest, positions.length);
    return all.sort();
  }

  async #unpack(slot: ReadbackSlot, { words, video }: VideoPlan): Promise<readonly MaskRle[]> {
    const packed = await slot.readPacked(words);
    this.#bytesRead += packed.byteLength;
    return Array.from({ length: slot.masks }, (_, mask) =>
      rleFromPackedMask(packed.subarray(mask * words, (mask + 1) * words), video),
    );
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

  #planFor({ width, height }: Size, objects: number): VideoPlan {
    const logits = this.#logits.roomFor(objects);
    const current = this.#plan;
    const isSameVideo = current?.video.width === width && current.video.height === height;
    if (isSameVideo && current.logits === logits) return current;
    const video = { width, height };
    const words = packedMaskWords(video);
    const axes = isSameVideo ? current.axes : this.#describe(video, words);
    const [params, pipeline] = [this.#params, this.#transitions];
    const transitions = { pipeline, sources: [params, logits, axes], words };
    this.#plan = { video, words, params, logits, axes, transitions };
    return this.#plan;
  }

  /** Tells the passes of a video, in the place of the one before. @returns its axes */
  #describe({ width, height }: Size, words: number): GPUBuffer {
    invariant(width > 0 && height > 0, 'a video has pixels');
    if (this.#plan !== undefined) this.#resources.release(this.#plan.axes);
    const logits = this.#logitSize;
    this.#resources.device.queue.writeBuffer(
      this.#params,
      0,
      Uint32Array.of(logits.width, logits.height, width, height, words, TRANSITION_CAPACITY),
    );
    const axes = packAxes(bilinearTable(logits.width, width), bilinearTable(logits.height, height));
    return this.#resources.createFilled('mask axes', axes);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#resources[Symbol.dispose]();
  }
}

function scoresOf({ iouScores, objectScoreLogits }: MaskSource<BufferSlice>) {
  return [iouScores, objectScoreLogits] as const;
}

/** Of passes with one thread for each word of a packed mask. */
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
