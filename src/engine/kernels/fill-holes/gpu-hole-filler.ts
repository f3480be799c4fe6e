import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import {
  bindInOrder,
  createComputePipeline,
  GpuResources,
  type BufferSlice,
} from '../gpu-resources.ts';
import { HOLE_AREA_PX } from './fill-holes.ts';
import { fillHolesWgsl } from './fill-holes.wgsl.ts';

const WORKGROUP_SIZE = 64;

/** The flood keeps its cells in registers; more would spill. */
const MAX_HOLE_AREA_PX = 64;

/** Options of `GpuHoleFiller`. */
export interface HoleFillerOptions {
  /** Size of the logits. */
  readonly size: Size;
  /** Largest component that counts as a hole, 1..64; `HOLE_AREA_PX` unless given. */
  readonly maxAreaPx?: number;
}

/** Turns small holes of mask logits into object on the GPU. Twin of `fillHoles`. */
export class GpuHoleFiller implements Disposable {
  readonly #resources: GpuResources;
  readonly #size: Size;
  readonly #pipeline: GPUComputePipeline;
  readonly #params: GPUBuffer;

  constructor(device: GPUDevice, { size, maxAreaPx = HOLE_AREA_PX }: HoleFillerOptions) {
    invariant(
      Number.isInteger(maxAreaPx) && maxAreaPx >= 1 && maxAreaPx <= MAX_HOLE_AREA_PX,
      `maxAreaPx must be from 1 to ${MAX_HOLE_AREA_PX}, got ${maxAreaPx}`,
    );
    this.#resources = new GpuResources(device);
    this.#size = size;
    this.#pipeline = createComputePipeline(device, 'fill holes', fillHolesWgsl(maxAreaPx));
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#params = this.#resources.create('hole parameters', 16, uniform);
    device.queue.writeBuffer(this.#params, 0, Uint32Array.of(size.width, size.height));
  }

  /** GPU buffers made so far; one. */
  get allocations(): number {
    return this.#resources.allocations;
  }

  /** Ties a source and a target to `encode`; keep it where the two stay the same. */
  bind(source: BufferSlice, filled: BufferSlice): GPUBindGroup {
    return bindInOrder(this.#pipeline, this.#resources.device, [this.#params, source, filled]);
  }

  /** Appends the work to `pass`. The source is left as it is. */
  encode(pass: GPUComputePassEncoder, binding: GPUBindGroup): void {
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, binding);
    pass.dispatchWorkgroups(Math.ceil((this.#size.width * this.#size.height) / WORKGROUP_SIZE));
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}
