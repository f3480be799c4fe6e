import { invariant } from '../../../core/assert.ts';
import { StudioError } from '../../../core/errors.ts';
import type { Size } from '../../../core/geometry.ts';
import {
  bindInOrder,
  createComputePipeline,
  GpuResources,
  type BufferSlice,
} from '../gpu-resources.ts';
import { normalizationTable } from './normalization.ts';
import { RESIZE_COLUMNS_WGSL, RESIZE_ROWS_WGSL } from './preprocess.wgsl.ts';
import { bicubicTable, type ResampleTable } from './resample-table.ts';
import { checkFrame, type RgbaFrame } from './rgba-frame.ts';

const WORKGROUP_SIZE = 64;

/** Buffers that depend on the frame's size; made anew when another size comes. */
interface FramePlan {
  readonly frame: Size;
  readonly pixels: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly narrowed: GPUBuffer;
  readonly owned: readonly GPUBuffer[];
  readonly narrowing: GPUBindGroup;
}

/**
 * Turns decoded frames into the image encoder's input on the GPU: Pillow's bicubic resize with
 * antialias to S×S in its own fixed-point arithmetic, then ImageNet normalisation from a table, so
 * that the result equals `CpuPreprocessor`'s bit for bit.
 */
export class GpuPreprocessor implements Disposable {
  readonly #resources: GpuResources;
  readonly #imageSize: number;
  readonly #resizeRows: GPUComputePipeline;
  readonly #resizeColumns: GPUComputePipeline;
  readonly #params: GPUBuffer;
  readonly #normalized: GPUBuffer;
  #plan: FramePlan | undefined;

  /** @param imageSize S, side of the model's square input in pixels */
  constructor(device: GPUDevice, imageSize: number) {
    this.#resources = new GpuResources(device);
    this.#imageSize = imageSize;
    this.#resizeRows = createComputePipeline(device, 'preprocess rows', RESIZE_ROWS_WGSL);
    this.#resizeColumns = createComputePipeline(device, 'preprocess columns', RESIZE_COLUMNS_WGSL);
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#params = this.#resources.create('preprocess parameters', 32, uniform);
    this.#normalized = this.#resources.createFilled('normalisation', normalizationTable());
  }

  /** GPU buffers made so far; constant once a frame of each size in use has been seen. */
  get allocations(): number {
    return this.#resources.allocations;
  }

  /**
   * Uploads the frame and submits the work; what is submitted later on the same queue sees the
   * result. The frame may be changed as soon as this returns.
   * @param target storage that receives `[1,3,S,S]` float32, RGB planes; stays the caller's
   * @throws StudioError `video-unsupported` when the frame exceeds the device's buffers
   */
  run(frame: RgbaFrame, target: BufferSlice): void {
    const { device } = this.#resources;
    const size = this.#imageSize;
    checkFrame(frame);
    invariant(target.size >= 3 * size * size * 4, `target must hold 3 × ${size} × ${size} values`);
    const plan = this.#planFor(frame);
    device.queue.writeBuffer(plan.pixels, 0, ownedView(frame.rgba));
    const widening = bindInOrder(this.#resizeColumns, device, [
      this.#params,
      plan.rows,
      plan.narrowed,
      this.#normalized,
      target,
    ]);
    const encoder = device.createCommandEncoder({ label: 'preprocess' });
    const pass = encoder.beginComputePass({ label: 'preprocess' });
    const groups = Math.ceil(size / WORKGROUP_SIZE);
    pass.setPipeline(this.#resizeRows);
    pass.setBindGroup(0, plan.narrowing);
    pass.dispatchWorkgroups(groups, frame.height);
    pass.setPipeline(this.#resizeColumns);
    pass.setBindGroup(0, widening);
    pass.dispatchWorkgroups(groups, size);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  #planFor({ width, height }: Size): FramePlan {
    const current = this.#plan;
    if (current?.frame.width === width && current.frame.height === height) return current;
    for (const buffer of current?.owned ?? []) this.#resources.release(buffer);
    this.#plan = undefined;
    this.#plan = this.#createPlan({ width, height });
    return this.#plan;
  }

  #createPlan(frame: Size): FramePlan {
    const { device } = this.#resources;
    const size = this.#imageSize;
    const pixelBytes = frame.width * frame.height * 4;
    const narrowedBytes = frame.height * size * 4;
    checkFits(frame, Math.max(pixelBytes, narrowedBytes), device.limits);
    const [columnTable, rowTable] = [frame.width, frame.height].map((side) =>
      bicubicTable(side, size),
    );
    invariant(columnTable !== undefined && rowTable !== undefined, 'two axes make two tables');
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const pixels = this.#resources.create('frame pixels', pixelBytes, STORAGE | COPY_DST);
    const narrowed = this.#resources.create('narrowed frame', narrowedBytes, STORAGE);
    const columns = this.#resources.createFilled('column taps', packTable(columnTable));
    const rows = this.#resources.createFilled('row taps', packTable(rowTable));
    device.queue.writeBuffer(
      this.#params,
      0,
      Uint32Array.of(frame.width, frame.height, size, columnTable.tapStride, rowTable.tapStride),
    );
    const narrowing = bindInOrder(this.#resizeRows, device, [
      this.#params,
      columns,
      pixels,
      narrowed,
    ]);
    return { frame, pixels, rows, narrowed, narrowing, owned: [pixels, narrowed, columns, rows] };
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}

function checkFits({ width, height }: Size, bytes: number, limits: GPUSupportedLimits): void {
  const isTooLarge =
    bytes > limits.maxStorageBufferBindingSize || height > limits.maxComputeWorkgroupsPerDimension;
  if (!isTooLarge) return;
  throw new StudioError(
    'video-unsupported',
    `Frames of ${width} × ${height} are too large for this graphics processor.`,
    { hint: 'Scale the clip down and open it again; 4K and below always fit.' },
  );
}

function packTable(table: ResampleTable): Int32Array<ArrayBuffer> {
  const { outputSize, firstTaps, tapCounts, weights } = table;
  const packed = new Int32Array(outputSize * 2 + weights.length);
  for (let i = 0; i < outputSize; i++) {
    packed[i * 2] = firstTaps[i] ?? 0;
    packed[i * 2 + 1] = tapCounts[i] ?? 0;
  }
  packed.set(weights, outputSize * 2);
  return packed;
}

/** WebGPU takes no shared memory; frames come in transferred buffers, which are not shared. */
function ownedView(bytes: Uint8Array | Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : Uint8Array.from(bytes);
}
