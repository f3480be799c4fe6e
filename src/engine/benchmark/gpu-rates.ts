import type { CopyRate, GemmRate } from '../../core/benchmark.ts';
import { bindInOrder, compileComputePipeline, GpuResources } from '../kernels/gpu-resources.ts';
import { COPY_WGSL, GEMM_TILE, GEMM_WGSL } from './gemm.wgsl.ts';
import { PassTimer } from '../kernels/pass-timer.ts';

const SMALLEST_SIDE = 256;
const LARGEST_SIDE = 2048;
/** Above this a pass is long beside the clock's steps, and far below what a driver gives up at. */
const ENOUGH_MS = 20;
const MOST_REPEATS = 64;
const TAKES = 5;
const COPY_BYTES = 64 * 2 ** 20;
const COPY_BYTES_PER_WORKGROUP = 256 * 16;

/** A kernel that is bound and ready. */
interface BoundKernel {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly workgroups: readonly [number, number];
}

/** The rate of `GEMM_WGSL`, at a side that keeps the device busy for some milliseconds. */
export async function gpuGemmRate(device: GPUDevice): Promise<GemmRate> {
  using timer = new PassTimer(device);
  for (let side = SMALLEST_SIDE; ; side *= 2) {
    using gemm = await GpuGemm.create(device, side);
    const onceMs = await bestOf(timer, gemm.kernel, { repeats: 1, takes: 2 });
    if (onceMs < ENOUGH_MS && side < LARGEST_SIDE) continue;
    const bestMs = await bestOf(timer, gemm.kernel, { repeats: repeatsFor(onceMs), takes: TAKES });
    const gflopPerSecond = (2 * side ** 3) / 1e6 / bestMs;
    return { by: 'WGSL kernel', side, gflopPerSecond, clock: timer.clock };
  }
}

/** The rate of a copy on the device, larger than its caches. */
export async function gpuCopyRate(device: GPUDevice): Promise<CopyRate> {
  using timer = new PassTimer(device);
  using resources = new GpuResources(device);
  const { maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = device.limits;
  const bytes = Math.min(
    COPY_BYTES,
    maxStorageBufferBindingSize,
    maxComputeWorkgroupsPerDimension * COPY_BYTES_PER_WORKGROUP,
  );
  const source = resources.create('copied from', bytes, GPUBufferUsage.STORAGE);
  const target = resources.create('copied to', bytes, GPUBufferUsage.STORAGE);
  const pipeline = await compileComputePipeline(device, 'copy', COPY_WGSL);
  const bindings = bindInOrder(pipeline, device, [source, target]);
  const workgroups = [Math.floor(bytes / COPY_BYTES_PER_WORKGROUP), 1] as const;
  const kernel = { pipeline, bindings, workgroups };
  const onceMs = await bestOf(timer, kernel, { repeats: 1, takes: 2 });
  const bestMs = await bestOf(timer, kernel, { repeats: repeatsFor(onceMs), takes: TAKES });
  const gigabytesPerSecond = (2 * bytes) / 1e6 / bestMs;
  return { by: 'WGSL kernel', bytes, gigabytesPerSecond, clock: timer.clock };
}

/** A product of two square matrices on the GPU. */
export class GpuGemm implements Disposable {
  readonly kernel: BoundKernel;
  /** Row by row, float32. */
  readonly product: GPUBuffer;
  readonly #resources: GpuResources;

  private constructor(resources: GpuResources, kernel: BoundKernel, product: GPUBuffer) {
    this.#resources = resources;
    this.kernel = kernel;
    this.product = product;
  }

  /** @param side a multiple of `GEMM_TILE`; A is `valueOf(row, column)`, B its transpose */
  static async create(
    device: GPUDevice,
    side: number,
    valueOf: (row: number, column: number) => number = (row, column) => ((row + column) % 7) - 3,
  ): Promise<GpuGemm> {
    const resources = new GpuResources(device);
    const values = (of: typeof valueOf) =>
      Float32Array.from({ length: side * side }, (_, at) => of(Math.floor(at / side), at % side));
    const a = resources.createFilled('A', values(valueOf));
    const b = resources.createFilled(
      'B',
      values((row, column) => valueOf(column, row)),
    );
    const { STORAGE, COPY_SRC, UNIFORM, COPY_DST } = GPUBufferUsage;
    const product = resources.create('product', side * side * 4, STORAGE | COPY_SRC);
    const sides = resources.create('side', 16, UNIFORM | COPY_DST);
    device.queue.writeBuffer(sides, 0, Uint32Array.of(side, 0, 0, 0));
    const pipeline = await compileComputePipeline(device, 'product of matrices', GEMM_WGSL);
    const bindings = bindInOrder(pipeline, device, [sides, a, b, product]);
    const blocks = side / GEMM_TILE;
    return new GpuGemm(resources, { pipeline, bindings, workgroups: [blocks, blocks] }, product);
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}

/** Milliseconds of one run of a kernel, from the best of some passes with several runs each. */
async function bestOf(
  timer: PassTimer,
  { pipeline, bindings, workgroups }: BoundKernel,
  { repeats, takes }: { readonly repeats: number; readonly takes: number },
): Promise<number> {
  let bestMs = Infinity;
  for (let take = 0; take < takes; take++) {
    const elapsedMs = await timer.time((pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      for (let at = 0; at < repeats; at++) pass.dispatchWorkgroups(...workgroups);
    });
    bestMs = Math.min(bestMs, elapsedMs);
  }
  return bestMs / repeats;
}

function repeatsFor(onceMs: number): number {
  return Math.min(Math.max(Math.ceil(ENOUGH_MS / onceMs), 1), MOST_REPEATS);
}
