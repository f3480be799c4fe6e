/** A stretch of a GPU buffer, in bytes. Not owned by whoever receives it. */
export interface BufferSlice {
  readonly buffer: GPUBuffer;
  /** A multiple of 4; of the device's storage alignment (256) where a shader writes to it. */
  readonly offset: number;
  readonly size: number;
}

/** What a buffer is to be. */
export interface BufferNeed {
  readonly label: string;
  readonly bytes: number;
  readonly usage: GPUBufferUsageFlags;
}

/** GPU buffers that one kernel made: they go when it goes, and their making is counted. */
export class GpuResources implements Disposable {
  readonly device: GPUDevice;
  readonly #buffers = new Set<GPUBuffer>();
  #allocations = 0;

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** Buffers made so far; a kernel that is warm makes none. */
  get allocations(): number {
    return this.#allocations;
  }

  /** @param bytes rounded up to a multiple of 4, at least 16 */
  create(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const size = Math.max(Math.ceil(bytes / 4) * 4, 16);
    const buffer = this.device.createBuffer({ label, size, usage });
    this.#buffers.add(buffer);
    this.#allocations++;
    return buffer;
  }

  /** A storage buffer that holds `values`. */
  createFilled(label: string, values: GPUAllowSharedBufferSource & ArrayBufferView): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = this.create(label, values.byteLength, usage);
    this.device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  }

  /** `current` where it holds as much; else a new buffer in its place, of which nothing is copied. */
  atLeast(current: GPUBuffer | undefined, { label, bytes, usage }: BufferNeed): GPUBuffer {
    if (current !== undefined && current.size >= bytes) return current;
    if (current !== undefined) this.release(current);
    return this.create(label, bytes, usage);
  }

  /** Destroys one early. Work already submitted still sees it. */
  release(buffer: GPUBuffer): void {
    this.#buffers.delete(buffer);
    buffer.destroy();
  }

  [Symbol.dispose](): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.clear();
  }
}

/** A pipeline of one shader with the entry point `main` and bindings as the shader lists them. */
export function createComputePipeline(
  device: GPUDevice,
  label: string,
  code: string,
): GPUComputePipeline {
  const module = device.createShaderModule({ label, code });
  return device.createComputePipeline({
    label,
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
  });
}

/**
 * As `createComputePipeline`, compiled when the promise resolves.
 * @throws GPUPipelineError where the device does not take the shader
 */
export async function compileComputePipeline(
  device: GPUDevice,
  label: string,
  code: string,
): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ label, code });
  return device.createComputePipelineAsync({
    label,
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
  });
}

/** Group 0 of `pipeline`, bindings 0, 1, … in order. */
export function bindInOrder(
  pipeline: GPUComputePipeline,
  device: GPUDevice,
  resources: readonly (GPUBuffer | BufferSlice)[],
): GPUBindGroup {
  return device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: resources.map((resource, binding) => ({
      binding,
      resource: 'buffer' in resource ? resource : { buffer: resource },
    })),
  });
}
