import { invariant } from '../../../core/assert.ts';
import { StudioError } from '../../../core/errors.ts';
import {
  bindInOrder,
  type BufferSlice,
  compileComputePipeline,
  GpuResources,
} from '../gpu-resources.ts';
import {
  type AttentionExtents,
  type AttentionPlan,
  mostSplits,
  planCrossAttention,
  STATISTICS,
} from './attention-plan.ts';
import { type AttentionVariant, PLAIN_VARIANT, VALUE_WIDTH } from './attention-variant.ts';
import { checkRows, gapOf, rowCount } from './bank-rows.ts';
import type { AttentionOperands } from './cross-attention.ts';
import { attendWgsl, MERGE_QUERIES, MERGE_WGSL } from './cross-attention.wgsl.ts';

const FLOAT_BYTES = 4;
/** `Extents` of the shader: six numbers, rounded up as uniforms are. */
const EXTENT_NUMBERS = 8;

/** What a kernel is made for: N at most, and the width of a query and a key. */
export type KernelExtents = Omit<AttentionExtents, 'keys'>;

/** A variant's programs, compiled for a width of queries and keys; they hold no buffers. */
export interface AttentionPrograms {
  readonly variant: AttentionVariant;
  readonly keyWidth: number;
  readonly attend: GPUComputePipeline;
  readonly merge: GPUComputePipeline;
}

/** Work done so far. */
export interface AttentionCounters {
  readonly runs: number;
  readonly dispatches: number;
  /** As `AttentionPlan` counts it. */
  readonly flop: number;
  /** Bytes asked for, as `AttentionPlan` counts them; not all of them pass the caches. */
  readonly requestedBytes: number;
}

/**
 * Compiles a variant for `keyWidth` channels, a multiple of its chunk.
 * @throws GPUPipelineError where the device does not take it
 */
export async function compileAttention(
  device: GPUDevice,
  keyWidth: number,
  variant: AttentionVariant,
): Promise<AttentionPrograms> {
  const { channelChunk } = variant;
  invariant(
    Number.isInteger(keyWidth) && keyWidth > 0 && keyWidth % channelChunk === 0,
    `keyWidth must be a multiple of ${channelChunk}, got ${keyWidth}`,
  );
  const [attend, merge] = await Promise.all([
    compileComputePipeline(device, 'cross-attention', attendWgsl(keyWidth, variant)),
    compileComputePipeline(device, 'cross-attention merge', MERGE_WGSL),
  ]);
  return { variant, keyWidth, attend, merge };
}

/**
 * Attention of the frame to the memory bank on the GPU, with one head, with sums in float32 and without a
 * matrix of scores: a tile of queries for each workgroup, tiles of keys, a running maximum, the keys split
 * over workgroups and merged. The plain variant needs no optional feature and no raised limit. All its
 * buffers are made at once, for any number of keys. Twin of `crossAttention`.
 */
export class GpuCrossAttention implements Disposable {
  readonly #resources: GpuResources;
  readonly #queries: number;
  readonly #programs: AttentionPrograms;
  readonly #params: GPUBuffer;
  /** What the splits leave for the merge. */
  readonly #valueSums: GPUBuffer;
  readonly #statistics: GPUBuffer;
  #counters: AttentionCounters = { runs: 0, dispatches: 0, flop: 0, requestedBytes: 0 };

  /** @param queries N at most */
  constructor(device: GPUDevice, queries: number, programs: AttentionPrograms) {
    invariant(Number.isInteger(queries) && queries > 0, `queries must be at least 1: ${queries}`);
    this.#resources = new GpuResources(device);
    this.#queries = queries;
    this.#programs = programs;
    const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
    this.#params = this.#resources.create(
      'cross-attention extents',
      EXTENT_NUMBERS * Uint32Array.BYTES_PER_ELEMENT,
      UNIFORM | COPY_DST,
    );
    const rows = queries * mostSplits(queries, programs.variant.queryTile);
    const storage = (label: string, floats: number) =>
      this.#resources.create(label, rows * floats * FLOAT_BYTES, STORAGE);
    this.#valueSums = storage('cross-attention sums', VALUE_WIDTH);
    this.#statistics = storage('cross-attention statistics', STATISTICS);
  }

  /**
   * A kernel whose programs are compiled.
   * @throws GPUPipelineError where the device does not take them
   */
  static async create(
    device: GPUDevice,
    { queries, keyWidth }: KernelExtents,
    variant = PLAIN_VARIANT,
  ): Promise<GpuCrossAttention> {
    const programs = await compileAttention(device, keyWidth, variant);
    return new GpuCrossAttention(device, queries, programs);
  }

  /** GPU buffers made, all of them with the kernel. */
  get allocations(): number {
    return this.#resources.allocations;
  }

  /** What the runs so far amount to, from their extents. */
  get counters(): AttentionCounters {
    return this.#counters;
  }

  /**
   * Submits the work; what is submitted later on the same queue sees the result. N and R follow
   * from the sizes of `queries` and `values`.
   * @param operands float32; stay the caller's and as they are
   * @param attended receives `[N,64]` float32; must not overlap the operands
   * @throws StudioError `model-too-large` for more keys than a shader of this device can bind
   */
  run(operands: AttentionOperands<BufferSlice>, attended: BufferSlice): void {
    const { device } = this.#resources;
    const encoder = device.createCommandEncoder({ label: 'cross-attention' });
    const pass = encoder.beginComputePass({ label: 'cross-attention' });
    this.encode(pass, operands, attended);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /**
   * As `run`, into a pass that the caller submits before another run or encoding of this kernel.
   * @throws StudioError `model-too-large` for more keys than a shader of this device can bind
   */
  encode(
    pass: GPUComputePassEncoder,
    operands: AttentionOperands<BufferSlice>,
    attended: BufferSlice,
  ): void {
    const { device } = this.#resources;
    const plan = this.#planOf(operands, attended);
    const { queries, keys, keysPerSplit, splits } = plan;
    const gap = [operands.rows.memories, gapOf(operands.rows)];
    const numbers = Uint32Array.of(queries, keys, keysPerSplit, splits, ...gap);
    device.queue.writeBuffer(this.#params, 0, numbers);
    const { attend, merge } = this.#programs;
    const partial = [this.#valueSums, this.#statistics];
    pass.setPipeline(attend);
    const inputs = [operands.queries, operands.keys, operands.values];
    pass.setBindGroup(0, bindInOrder(attend, device, [this.#params, ...inputs, ...partial]));
    pass.dispatchWorkgroups(...plan.workgroups);
    pass.setPipeline(merge);
    pass.setBindGroup(0, bindInOrder(merge, device, [this.#params, ...partial, attended]));
    pass.dispatchWorkgroups(1, Math.ceil(queries / MERGE_QUERIES));
    this.#count(plan);
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }

  #planOf(
    { queries, keys, values, rows }: AttentionOperands<BufferSlice>,
    attended: BufferSlice,
  ): AttentionPlan {
    const { keyWidth, variant } = this.#programs;
    const rowBytes = keyWidth * FLOAT_BYTES;
    const valueBytes = VALUE_WIDTH * FLOAT_BYTES;
    const extents = { queries: queries.size / rowBytes, keys: rowCount(rows), keyWidth };
    const plan = planCrossAttention(extents, variant);
    const room = values.size / valueBytes;
    invariant(keys.size === room * rowBytes, 'there must be a key for each value');
    checkRows(rows, room);
    invariant(attended.size === plan.queries * valueBytes, 'attended must hold N × 64 values');
    invariant(plan.queries <= this.#queries, 'more queries than the kernel is made for');
    const { maxStorageBufferBindingSize } = this.#resources.device.limits;
    if (keys.size > maxStorageBufferBindingSize) throw bankTooLarge(maxStorageBufferBindingSize);
    return plan;
  }

  #count({ dispatches, flop, requestedBytes }: AttentionPlan): void {
    const before = this.#counters;
    this.#counters = {
      runs: before.runs + 1,
      dispatches: before.dispatches + dispatches,
      flop: before.flop + flop,
      requestedBytes: before.requestedBytes + requestedBytes,
    };
  }
}

/** Every corrected frame adds a memory that all later frames attend to. */
function bankTooLarge(limitBytes: number): StudioError {
  const megabytes = Math.floor(limitBytes / 2 ** 20);
  return new StudioError(
    'model-too-large',
    `An object has more corrected frames than this GPU can attend to at once: its shaders bind ${megabytes} MB.`,
    { hint: 'Choose a smaller image size, or track the object again from fewer corrected frames.' },
  );
}
