import { invariant } from '../../../core/assert.ts';
import {
  bindInOrder,
  type BufferSlice,
  createComputePipeline,
  GpuResources,
} from '../gpu-resources.ts';
import {
  type AttentionPlan,
  CHANNEL_CHUNK,
  planCrossAttention,
  VALUE_WIDTH,
} from './attention-plan.ts';
import type { AttentionOperands } from './cross-attention.ts';
import { attendWgsl, MERGE_QUERIES, MERGE_WGSL } from './cross-attention.wgsl.ts';

const FLOAT_BYTES = 4;

/** What the splits leave for the merge; grows to the largest attention seen. */
interface Scratch {
  readonly valueSums: GPUBuffer;
  readonly statistics: GPUBuffer;
  /** Queries times splits that it has room for. */
  readonly rows: number;
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
 * Attention of the frame to the memory bank on the GPU, with one head, in float32 and without a
 * matrix of scores: 64 queries a workgroup, tiles of keys in 16 KiB of workgroup memory, a running
 * maximum, the keys split over workgroups and merged. It needs no optional feature and no raised
 * limit. Twin of `crossAttention`.
 */
export class GpuCrossAttention implements Disposable {
  readonly #resources: GpuResources;
  readonly #keyWidth: number;
  readonly #attend: GPUComputePipeline;
  readonly #merge: GPUComputePipeline;
  readonly #params: GPUBuffer;
  #scratch: Scratch | undefined;
  #counters: AttentionCounters = { runs: 0, dispatches: 0, flop: 0, requestedBytes: 0 };

  /** @param keyWidth channels of a query and a key, a multiple of 16; 256, nano 128 */
  constructor(device: GPUDevice, keyWidth: number) {
    invariant(
      Number.isInteger(keyWidth) && keyWidth > 0 && keyWidth % CHANNEL_CHUNK === 0,
      `keyWidth must be a multiple of ${CHANNEL_CHUNK}, got ${keyWidth}`,
    );
    this.#resources = new GpuResources(device);
    this.#keyWidth = keyWidth;
    this.#attend = createComputePipeline(device, 'cross-attention', attendWgsl(keyWidth));
    this.#merge = createComputePipeline(device, 'cross-attention merge', MERGE_WGSL);
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#params = this.#resources.create('cross-attention extents', 16, uniform);
  }

  /** GPU buffers made so far; constant once the largest attention has been seen. */
  get allocations(): number {
    return this.#resources.allocations;
  }

  /** What the runs so far amount to, from their extents. */
  get counters(): AttentionCounters {
    return this.#counters;
  }

  /**
   * Submits the work; what is submitted later on the same queue sees the result. N and M follow
   * from the sizes of `queries` and `values`.
   * @param operands float32; stay the caller's and as they are
   * @param attended receives `[N,64]` float32; must not overlap the operands
   */
  run(operands: AttentionOperands<BufferSlice>, attended: BufferSlice): void {
    const { device } = this.#resources;
    const plan = this.#planOf(operands, attended);
    const { valueSums, statistics } = this.#scratchFor(plan);
    const { queries, keys, keysPerSplit, splits } = plan;
    device.queue.writeBuffer(this.#params, 0, Uint32Array.of(queries, keys, keysPerSplit, splits));
    const encoder = device.createCommandEncoder({ label: 'cross-attention' });
    const pass = encoder.beginComputePass({ label: 'cross-attention' });
    pass.setPipeline(this.#attend);
    const inputs = [operands.queries, operands.keys, operands.values];
    const attending = [this.#params, ...inputs, valueSums, statistics];
    pass.setBindGroup(0, bindInOrder(this.#attend, device, attending));
    pass.dispatchWorkgroups(...plan.workgroups);
    pass.setPipeline(this.#merge);
    const merging = [this.#params, valueSums, statistics, attended];
    pass.setBindGroup(0, bindInOrder(this.#merge, device, merging));
    pass.dispatchWorkgroups(1, Math.ceil(queries / MERGE_QUERIES));
    pass.end();
    device.queue.submit([encoder.finish()]);
    this.#count(plan);
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }

  #planOf(
    { queries, keys, values }: AttentionOperands<BufferSlice>,
    attended: BufferSlice,
  ): AttentionPlan {
    const rowBytes = this.#keyWidth * FLOAT_BYTES;
    const valueBytes = VALUE_WIDTH * FLOAT_BYTES;
    const plan = planCrossAttention({
      queries: queries.size / rowBytes,
      keys: values.size / valueBytes,
      keyWidth: this.#keyWidth,
    });
    invariant(keys.size === plan.keys * rowBytes, 'there must be a key for each value');
    invariant(attended.size === plan.queries * valueBytes, 'attended must hold N × 64 values');
    return plan;
  }

  #scratchFor({ queries, splits }: AttentionPlan): Scratch {
    const rows = queries * splits;
    const current = this.#scratch;
    if (current !== undefined && current.rows >= rows) return current;
    if (current !== undefined) {
      this.#resources.release(current.valueSums);
      this.#resources.release(current.statistics);
    }
    const storage = (label: string, floats: number) =>
      this.#resources.create(label, rows * floats * FLOAT_BYTES, GPUBufferUsage.STORAGE);
    this.#scratch = {
      valueSums: storage('cross-attention sums', VALUE_WIDTH),
      statistics: storage('cross-attention statistics', 2),
      rows,
    };
    return this.#scratch;
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
