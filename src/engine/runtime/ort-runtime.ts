import type { InferenceSession } from 'onnxruntime-web';
import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime, HostData, LoadOptions, ModelGraph } from '../graph-runtime.ts';
import type { DevicePlan } from './device-probe.ts';
import type { GpuBufferPool } from './gpu-buffer-pool.ts';
import { GpuTensors, gpuBuffer } from './gpu-tensors.ts';
import { LossWatch } from './loss-watch.ts';
import { ortFailure } from './ort-errors.ts';
import { lockOf, type OrtLock } from './ort-lock.ts';
import type { OrtModule } from './ort-module.ts';
import { OrtTensor, ortTensor } from './ort-tensor.ts';
import { type GraphSession, PlainGraph } from './plain-graph.ts';
import { readBuffer } from './read-buffer.ts';
import { withRootedFiles } from './rooted-files.ts';
import { SteadyGraph } from './steady-graph.ts';

/** What a runtime is made of. */
export interface OrtRuntimeOptions {
  readonly ort: OrtModule;
  /** The device stays the caller's. Its report says whether graphs are captured. */
  readonly plan: DevicePlan;
  /** Files that the graphs' weights point into, by location; read in ranges at `load`. */
  readonly files: ReadonlyMap<string, Blob>;
}

/** A graph that is run program by program though it need not be, and why. */
export interface RefusedCapture {
  readonly graph: string;
  /** A sentence. */
  readonly reason: string;
}

/** ONNX Runtime Web behind `GraphRuntime`, on WebGPU or WASM. Calls wait for each other. */
export class OrtRuntime implements GraphRuntime, Disposable {
  readonly #ort: OrtModule;
  readonly #plan: DevicePlan;
  readonly #files: ReadonlyMap<string, Blob>;
  /** Undefined on WASM. */
  readonly #tensors: GpuTensors | undefined;
  readonly #loss: LossWatch;
  readonly #lock: OrtLock;
  readonly #refusedCaptures: RefusedCapture[] = [];

  constructor({ ort, plan, files }: OrtRuntimeOptions) {
    this.#ort = ort;
    this.#plan = plan;
    this.#files = files;
    this.#tensors = plan.backend === 'webgpu' ? new GpuTensors(ort, plan.device) : undefined;
    this.#loss = new LossWatch(plan);
    this.#lock = lockOf(ort);
  }

  /** Buffers of this runtime's own; ORT's are not among them. Undefined on WASM. */
  get bufferPool(): GpuBufferPool | undefined {
    return this.#tensors?.pool;
  }

  /** Of the steady graphs that have been loaded and run so far, those that are not replayed. */
  get refusedCaptures(): readonly RefusedCapture[] {
    return this.#refusedCaptures;
  }

  async load(name: string, model: Uint8Array, options: LoadOptions = {}): Promise<ModelGraph> {
    const open = ({ isCaptured }: { readonly isCaptured: boolean }) =>
      this.#open(name, model, isCaptured);
    const tensors = this.#tensors;
    const isOn = this.#plan.report.graphCapture?.isOn === true;
    if (!isOn || tensors === undefined || options.isSteady !== true) {
      return new PlainGraph(await open({ isCaptured: false }));
    }
    const onRefused = (reason: string) => this.#refusedCaptures.push({ graph: name, reason });
    return await SteadyGraph.open({ tensors, open, onRefused });
  }

  tensor(dims: readonly number[], host: HostData): DeviceTensor {
    return this.#tensors?.upload(dims, host) ?? this.#hostTensor(dims, host);
  }

  concat(
    tensors: readonly DeviceTensor[],
    rows = tensors.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0),
  ): DeviceTensor {
    const [first] = tensors;
    invariant(first !== undefined, 'nothing to concatenate');
    const dims = [rows, ...first.dims.slice(1)];
    return this.#tensors?.concat(tensors, dims) ?? this.#concatInMemory(tensors, dims);
  }

  split(tensor: DeviceTensor, count: number): readonly DeviceTensor[] {
    const [rows = 0, ...rest] = tensor.dims;
    const dims = [rows / count, ...rest];
    return this.#tensors?.split(tensor, count, dims) ?? this.#splitInMemory(tensor, count, dims);
  }

  /** A float32 tensor on the GPU, contents undefined, for a kernel to write. WebGPU only. */
  emptyGpuTensor(dims: readonly number[]): DeviceTensor {
    invariant(this.#tensors !== undefined, 'GPU tensors exist on WebGPU only');
    return this.#tensors.empty({ dims, dtype: 'float32' });
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

  /**
   * The own result of a call that waits for the device, whose calls ORT's need not be.
   * @throws StudioError `device-lost` or `out-of-memory` where the device cannot be used any more
   */
  guard<T>(call: () => Promise<T>): Promise<T> {
    return this.#loss.guard(call);
  }

  [Symbol.dispose](): void {
    this.#loss[Symbol.dispose]();
    this.#tensors?.[Symbol.dispose]();
  }

  async #open(name: string, model: Uint8Array, isCaptured: boolean): Promise<GraphSession> {
    const session = await this.#exclusive(`loading the ${name} graph`, () =>
      withRootedFiles(this.#files, (files) => {
        const options = this.#sessionOptions(files);
        const capture = isCaptured ? { enableGraphCapture: true } : {};
        return this.#ort.InferenceSession.create(model, { ...options, ...capture });
      }),
    );
    return { name, session, exclusive: (what, call) => this.#exclusive(what, call) };
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

  #splitInMemory(
    tensor: DeviceTensor,
    count: number,
    dims: readonly number[],
  ): readonly DeviceTensor[] {
    const data = hostData(tensor);
    const length = data.length / count;
    return Array.from({ length: count }, (_, part) => {
      const own = data.subarray(part * length, (part + 1) * length);
      return this.#hostTensor(dims, { dtype: 'float32', data: own });
    });
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

/** The values of a float32 tensor in memory; not a copy. */
export function hostData(tensor: DeviceTensor): Float32Array {
  const { data } = ortTensor(tensor);
  invariant(data instanceof Float32Array, 'the tensor is not float32 in memory');
  return data;
}
