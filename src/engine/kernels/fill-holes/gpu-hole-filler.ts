import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import {
  bindInOrder,
  createComputePipeline,
  GpuResources,
  type BufferSlice,
} from '../gpu-resources.ts';
import { LogitStack } from '../logit-stack.ts';
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

/** Logits, and where they go without their holes. */
export interface HoleFilling {
  /** Left as they are. */
  readonly logits: BufferSlice;
  readonly filled: BufferSlice;
}

/** Both stacks and their bind group, which is made anew only when they grow. */
interface BoundStacks {
  readonly logits: GPUBuffer;
  readonly filled: GPUBuffer;
  readonly binding: GPUBindGroup;
}

/**
 * Turns small holes of mask logits into object on the GPU, those of several objects by one program.
 * Twin of `fillHoles`.
 */
export class GpuHoleFiller implements Disposable {
  readonly #resources: GpuResources;
  readonly #size: Size;
  readonly #pipeline: GPUComputePipeline;
  readonly #params: GPUBuffer;
  readonly #logits: LogitStack;
  readonly #filled: LogitStack;
  #bound: BoundStacks | undefined;

  constructor(device: GPUDevice, { size, maxAreaPx = HOLE_AREA_PX }: HoleFillerOptions) {
    invariant(
      Number.isInteger(maxAreaPx) && maxAreaPx >= 1 && maxAreaPx <= MAX_HOLE_AREA_PX,
      `maxAreaPx must be from 1 to ${MAX_HOLE_AREA_PX}, got ${maxAreaPx}`,
    );
    const resources = new GpuResources(device);
    this.#resources = resources;
    this.#size = size;
    this.#pipeline = createComputePipeline(device, 'fill holes', fillHolesWgsl(maxAreaPx));
    const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#params = resources.create('hole parameters', 16, uniform);
    device.queue.writeBuffer(this.#params, 0, Uint32Array.of(size.width, size.height));
    const logitBytes = size.width * size.height * 4;
    this.#logits = new LogitStack({ resources, label: 'logits with holes', logitBytes });
    this.#filled = new LogitStack({ resources, label: 'filled logits', logitBytes });
  }

  /** GPU buffers made so far; constant once as many objects were filled at once as ever will be. */
  get allocations(): number {
    return this.#resources.allocations;
  }

  /** Submits the work on all of them, in one piece. */
  run(objects: readonly HoleFilling[]): void {
    if (objects.length === 0) return;
    const { device } = this.#resources;
    const { binding } = this.#roomFor(objects.length);
    const encoder = device.createCommandEncoder({ label: 'fill holes' });
    this.#logits.encodeIn(
      encoder,
      objects.map(({ logits }) => logits),
    );
    const pass = encoder.beginComputePass({ label: 'fill holes' });
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, binding);
    const pixels = this.#size.width * this.#size.height;
    pass.dispatchWorkgroups(Math.ceil(pixels / WORKGROUP_SIZE), 1, objects.length);
    pass.end();
    this.#filled.encodeOut(
      encoder,
      objects.map(({ filled }) => filled),
    );
    device.queue.submit([encoder.finish()]);
  }

  #roomFor(objects: number): BoundStacks {
    const [logits, filled] = [this.#logits.roomFor(objects), this.#filled.roomFor(objects)];
    const bound = this.#bound;
    if (bound?.logits === logits && bound.filled === filled) return bound;
    const bindings = [this.#params, logits, filled];
    const binding = bindInOrder(this.#pipeline, this.#resources.device, bindings);
    this.#bound = { logits, filled, binding };
    return this.#bound;
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}
