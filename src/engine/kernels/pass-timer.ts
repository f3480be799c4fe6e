import type { RateClock } from '../../core/benchmark.ts';
import { GpuResources } from './gpu-resources.ts';
import { readBuffer } from '../runtime/read-buffer.ts';

const TIMESTAMPS = 2;
const TIMESTAMP_BYTES = 8;

/** Times a compute pass: by the GPU's own clock where the device has one, else by the worker's. */
export class PassTimer implements Disposable {
  readonly #device: GPUDevice;
  readonly #resources: GpuResources;
  readonly #queries: GPUQuerySet | undefined;
  readonly #resolved: GPUBuffer | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#resources = new GpuResources(device);
    if (!device.features.has('timestamp-query')) return;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: TIMESTAMPS });
    const { QUERY_RESOLVE, COPY_SRC } = GPUBufferUsage;
    const bytes = TIMESTAMPS * TIMESTAMP_BYTES;
    this.#resolved = this.#resources.create('timestamps', bytes, QUERY_RESOLVE | COPY_SRC);
  }

  get clock(): RateClock {
    return this.#queries === undefined ? 'wall clock' : 'timestamp-query';
  }

  /** Runs a pass and waits for it. @returns milliseconds */
  async time(encode: (pass: GPUComputePassEncoder) => void): Promise<number> {
    const device = this.#device;
    const [queries, resolved] = [this.#queries, this.#resolved];
    const encoder = device.createCommandEncoder({ label: 'timed pass' });
    const timestamps = queries && {
      timestampWrites: {
        querySet: queries,
        beginningOfPassWriteIndex: 0,
        endOfPassWriteIndex: 1,
      },
    };
    const pass = encoder.beginComputePass({ label: 'timed pass', ...timestamps });
    encode(pass);
    pass.end();
    if (queries !== undefined && resolved !== undefined) {
      encoder.resolveQuerySet(queries, 0, TIMESTAMPS, resolved, 0);
    }
    const commands = encoder.finish();
    const startedMs = performance.now();
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    const elapsedMs = performance.now() - startedMs;
    if (resolved === undefined) return elapsedMs;
    const [begin = 0n, end = 0n] = new BigUint64Array(
      await readBuffer(device, resolved, TIMESTAMPS * TIMESTAMP_BYTES),
    );
    // Nanoseconds; browsers may round them to the same value.
    return end > begin ? Number(end - begin) / 1e6 : elapsedMs;
  }

  [Symbol.dispose](): void {
    this.#queries?.destroy();
    this.#resources[Symbol.dispose]();
  }
}
