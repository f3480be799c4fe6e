import type { InferenceSession, Tensor } from 'onnxruntime-web';
import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime, HostData, ModelGraph } from '../graph-runtime.ts';
import type { DevicePlan } from './device-probe.ts';
import { GpuBufferPool } from './gpu-buffer-pool.ts';
import { LossWatch } from './loss-watch.ts';
import { ortFailure } from './ort-errors.ts';
import { lockOf, type OrtLock } from './ort-lock.ts';
import type { OrtModule } from './ort-module.ts';
import { OrtTensor, ortTensor } from './ort-tensor.ts';
import { readBuffer } from './read-buffer.ts';
import { withRootedFiles } from './rooted-files.ts';

interface OrtRuntimeOptions {
  readonly ort: OrtModule;
  /** The device stays the caller's. */
  readonly plan: DevicePlan;
  /** Files that the graphs' weights point into, by location; read in ranges at `load`. */
  readonly files: ReadonlyMap<string, Blob>;
}

/** ONNX Runtime Web behind `GraphRuntime`, on WebGPU or WASM. Calls wait for each other. */
export class OrtRuntime implements GraphRuntime, Disposable {
  readonly #ort: OrtModule;
  readonly #plan: DevicePlan;
  readonly #files: ReadonlyMap<string, Blob>;
  readonly #pool: GpuBufferPool | undefined;
  readonly #loss: LossWatch;
  readonly #lock: OrtLock;

  constructor({ ort, plan, files }: OrtRuntimeOptions) {
    this.#ort = ort;
    this.#plan = plan;
    this.#files = files;
    this.#pool = plan.backend === 'webgpu' ? new GpuBufferPool(plan.device) : undefined;
    this.#loss = new LossWatch(plan);
    this.#lock = lockOf(ort);
  }

  /** Buffers of this runtime's own; ORT's are not among them. Undefined on WASM. */
  get bufferPool(): GpuBufferPool | undefined {
    return this.#pool;
  }

  async load(name: string, model: Uint8Array): Promise<ModelGraph> {
    const session = await this.#exclusive(`loading the ${name} graph`, () =>
      withRootedFiles(this.#files, (files) =>
        this.#ort.InferenceSession.create(model, this.#sessionOptions(files)),
      ),
    );
    return new OrtGraph(name, session, (what, call) => this.#exclusive(what, call));
  }

  tensor(dims: readonly number[], host: HostData): DeviceTensor {
    if (this.#plan.backend === 'wasm') return this.#hostTensor(dims, host);
    const { data } = host;
    const tensor = this.#gpuTensor(dims, host.dtype);
    this.#plan.device.queue.writeBuffer(
      gpuBuffer(tensor),
      0,
      data.buffer,
      data.byteOffset,
      data.byteLength,
    );
    return tensor;
  }

  concat(
    tensors: readonly DeviceTensor[],
    rows = tensors.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0),
  ): DeviceTensor {
    const [first] = tensors;
    invariant(first !== undefined, 'nothing to concatenate');
    const dims = [rows, ...first.dims.slice(1)];
    return this.#plan.backend === 'webgpu'
      ? this.#concatOnGpu(tensors, dims, this.#plan.device)
      : this.#concatInMemory(tensors, dims);
  }

  /** A float32 tensor on the GPU, contents undefined, for a kernel to write. WebGPU only. */
  emptyGpuTensor(dims: readonly number[]): DeviceTensor {
    return this.#gpuTensor(dims, 'float32');
  }

  /** A copy of a float32 tensor's values. On WebGPU a read-back: not for the steady loop. */
  async read(tensor: DeviceTensor): Promise<Float32Array> {
    invariant(tensor.dtype === 'float32', 'only float32 tensors are read');
    const plan = this.#plan;
    if (plan.backend === 'wasm') return hostData(tensor).slice();
    const bytes = await this.#exclusive('reading a tensor', () =>
      readBuffer(plan.device, gpuBuffer(tensor), tensor.bytes),
    );
    return new Float32Array(bytes);
  }

  [Symbol.dispose](): void {
    this.#pool?.[Symbol.dispose]();
  }

  #sessionOptions(files: ReadonlyMap<string, Blob>): InferenceSession.SessionOptions {
    const externalData = [...files].map(([path, data]) => ({ path, data }));
    // 3 is errors; its warnings tell that constants were folded.
    const common = { externalData, graphOptimizationLevel: 'all', logSeverityLevel: 3 } as const;
    if (this.#plan.backend === 'wasm') return { ...common, executionProviders: ['wasm'] };
    const provider = {
      name: 'webgpu',
      device: this.#plan.device,
      storageBufferCacheMode: 'simple',
    } as const;
    return { ...common, executionProviders: [provider], preferredOutputLocation: 'gpu-buffer' };
  }

  #hostTensor(dims: readonly number[], host: HostData): OrtTensor {
    const tensor =
      host.dtype === 'float32'
        ? new this.#ort.Tensor('float32', host.data.slice(), dims)
        : new this.#ort.Tensor('int32', host.data.slice(), dims);
    return new OrtTensor(tensor, () => tensor.dispose());
  }

  #gpuTensor(dims: readonly number[], dtype: 'float32' | 'int32'): OrtTensor {
    const pool = this.#pool;
    invariant(pool !== undefined, 'GPU tensors exist on WebGPU only');
    const elements = dims.reduce((product, dim) => product * dim, 1);
    const buffer = pool.acquire(elements * 4);
    const tensor = this.#ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype, dims: [...dims] });
    return new OrtTensor(tensor, () => pool.release(buffer));
  }

  #concatOnGpu(
    tensors: readonly DeviceTensor[],
    dims: readonly number[],
    device: GPUDevice,
  ): DeviceTensor {
    const result = this.#gpuTensor(dims, 'float32');
    const encoder = device.createCommandEncoder();
    let offset = 0;
    for (const tensor of tensors) {
      encoder.copyBufferToBuffer(gpuBuffer(tensor), 0, gpuBuffer(result), offset, tensor.bytes);
      offset += tensor.bytes;
    }
    device.queue.submit([encoder.finish()]);
    return result;
  }

  #concatInMemory(tensors: readonly DeviceTensor[], dims: readonly number[]): DeviceTensor {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    let offset = 0;
    for (const tensor of tensors) {
      const part = hostData(tensor);
      data.set(part, offset);
      offset += part.length;
    }
    const tensor = new this.#ort.Tensor('float32', data, dims);
    return new OrtTensor(tensor, () => tensor.dispose());
  }

  async #exclusive<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await this.#lock.run(() => this.#loss.guard(call));
    } catch (error) {
      throw ortFailure(what, error);
    }
  }
}

type Exclusive = <T>(what: string, call: () => Promise<T>) => Promise<T>;

class OrtGraph implements ModelGraph {
  readonly #name: string;
  readonly #session: InferenceSession;
  readonly #exclusive: Exclusive;

  constructor(name: string, session: InferenceSession, exclusive: Exclusive) {
    this.#name = name;
    this.#session = session;
    this.#exclusive = exclusive;
  }

  async run<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, ortTensor(tensor)]),
    );
    const fetched = await this.#exclusive(`the ${this.#name} graph`, () =>
      this.#session.run(feeds, [...outputs]),
    );
    const results = outputs.map((name) => [name, adopt(fetched[name])] as const);
    // Every name of `outputs` is a key, by construction.
    return Object.fromEntries(results) as Record<Name, DeviceTensor>;
  }

  [Symbol.dispose](): void {
    const released = this.#exclusive(`closing the ${this.#name} graph`, () =>
      this.#session.release(),
    );
    // Nobody waits for it, and a graph that cannot be closed is on a device that is gone.
    released.catch(() => undefined);
  }
}

function adopt(tensor: Tensor | undefined): DeviceTensor {
  invariant(tensor !== undefined, 'a graph gave no value for one of its outputs');
  return new OrtTensor(tensor, () => tensor.dispose());
}

/** The buffer of a GPU tensor, which begins at its first byte. */
export function gpuBuffer(tensor: DeviceTensor): GPUBuffer {
  return ortTensor(tensor).gpuBuffer;
}

/** The values of a float32 tensor in memory; not a copy. */
export function hostData(tensor: DeviceTensor): Float32Array {
  const { data } = ortTensor(tensor);
  invariant(data instanceof Float32Array, 'the tensor is not float32 in memory');
  return data;
}
