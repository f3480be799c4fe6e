import { invariant } from '../../../core/assert.ts';
import { StudioError } from '../../../core/errors.ts';
import { bicubicTable, type ResampleTable } from '../../../core/frame/resample-table.ts';
import { turnedSize, type StoredPicture } from '../../../core/frame/stored-picture.ts';
import type { Size } from '../../../core/geometry.ts';
import {
  bindInOrder,
  createComputePipeline,
  GpuResources,
  type BufferSlice,
} from '../gpu-resources.ts';
import { normalizationTable } from './normalization.ts';
import { checkPicture, packColours, packParams, PARAMS_BYTES } from './picture-params.ts';
import { RESIZE_COLUMNS_WGSL, RESIZE_ROWS_WGSL } from './preprocess.wgsl.ts';

const WORKGROUP_SIZE = 64;

/** What depends on how frames are stored; made anew when they are stored in another way. */
interface FramePlan {
  /** Of all that the plan depends on. */
  readonly key: string;
  readonly upright: Size;
  readonly stored: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly narrowed: GPUBuffer;
  readonly owned: readonly GPUBuffer[];
  readonly narrowing: GPUBindGroup;
}

/**
 * Turns decoded frames into the image encoder's input on the GPU: the planes of the decoder to RGB
 * and upright, Pillow's bicubic resize with antialias to S×S in its own fixed-point arithmetic, then
 * ImageNet normalisation from a table. The result equals that of its twins `SquareResizer` and
 * `normalizePixels` bit for bit.
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
    this.#params = this.#resources.create('preprocess parameters', PARAMS_BYTES, uniform);
    this.#normalized = this.#resources.createFilled('normalisation', normalizationTable());
  }

  /** GPU buffers made so far; constant once a frame of each form in use has been seen. */
  get allocations(): number {
    return this.#resources.allocations;
  }

  /**
   * Uploads the frame and submits the work; what is submitted later on the same queue sees the
   * result. The frame may be changed as soon as this returns.
   * @param target storage that receives `[1,3,S,S]` float32, RGB planes; stays the caller's
   * @throws StudioError `video-unsupported` when the frame exceeds the device's buffers
   */
  run(picture: StoredPicture, target: BufferSlice): void {
    const { device } = this.#resources;
    const size = this.#imageSize;
    invariant(target.size >= 3 * size * size * 4, `target must hold 3 × ${size} × ${size} values`);
    const plan = this.#planFor(picture);
    this.#upload(picture.data, plan.stored);
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
    pass.dispatchWorkgroups(groups, plan.upright.height);
    pass.setPipeline(this.#resizeColumns);
    pass.setBindGroup(0, widening);
    pass.dispatchWorkgroups(groups, size);
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /** The queue takes whole words alone, and planes of odd sizes end within one. */
  #upload(data: Uint8Array<ArrayBuffer>, target: GPUBuffer): void {
    const { queue } = this.#resources.device;
    const whole = data.length - (data.length % 4);
    queue.writeBuffer(target, 0, data, 0, whole);
    if (whole === data.length) return;
    const rest = new Uint8Array(4);
    rest.set(data.subarray(whole));
    queue.writeBuffer(target, whole, rest);
  }

  #planFor(picture: StoredPicture): FramePlan {
    const { format, stored, orientation, colour, planes, data } = picture;
    const key = JSON.stringify([format, stored, orientation, colour, planes, data.length]);
    const current = this.#plan;
    if (current?.key === key) return current;
    for (const buffer of current?.owned ?? []) this.#resources.release(buffer);
    this.#plan = undefined;
    this.#plan = this.#createPlan(picture, key);
    return this.#plan;
  }

  #createPlan(picture: StoredPicture, key: string): FramePlan {
    checkPicture(picture);
    const { device } = this.#resources;
    const size = this.#imageSize;
    const upright = turnedSize(picture.stored, picture.orientation);
    const narrowedBytes = upright.height * size * 4;
    checkFits(upright, Math.max(picture.data.length, narrowedBytes), device.limits);
    const columnTable = bicubicTable(upright.width, size);
    const rowTable = bicubicTable(upright.height, size);
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const stored = this.#resources.create('frame', picture.data.length, STORAGE | COPY_DST);
    const narrowed = this.#resources.create('narrowed frame', narrowedBytes, STORAGE);
    const columns = this.#resources.createFilled('column taps', packTable(columnTable));
    const rows = this.#resources.createFilled('row taps', packTable(rowTable));
    const colours = this.#resources.createFilled('colours', packColours(picture));
    const taps = { columnTaps: columnTable.tapStride, rowTaps: rowTable.tapStride };
    device.queue.writeBuffer(this.#params, 0, packParams(picture, { size, ...taps }));
    const narrowing = bindInOrder(this.#resizeRows, device, [
      this.#params,
      columns,
      stored,
      colours,
      narrowed,
    ]);
    const owned = [stored, narrowed, columns, rows, colours];
    return { key, upright, stored, rows, narrowed, narrowing, owned };
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
