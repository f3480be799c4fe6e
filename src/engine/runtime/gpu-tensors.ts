import type { Tensor } from 'onnxruntime-web';
import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { HostData } from '../graph-runtime.ts';
import { GpuBufferPool } from './gpu-buffer-pool.ts';
import type { OrtModule } from './ort-module.ts';
import { OrtTensor, ortTensor } from './ort-tensor.ts';
import { SharedScratch } from './shared-scratch.ts';

/** What a tensor is, wherever it lies. */
export type TensorShape = Pick<DeviceTensor, 'dims' | 'dtype'>;

/** A copy of a tensor's values into a buffer. */
export interface TensorCopy {
  readonly from: DeviceTensor;
  readonly to: GPUBuffer;
}

/** Tensors in buffers of one device that are used again. */
export class GpuTensors implements Disposable {
  readonly device: GPUDevice;
  readonly pool: GpuBufferPool;
  /** What recorded graphs share. */
  readonly scratch: SharedScratch;
  readonly #ort: OrtModule;

  constructor(ort: OrtModule, device: GPUDevice) {
    this.#ort = ort;
    this.device = device;
    this.pool = new GpuBufferPool(device);
    this.scratch = new SharedScratch(device);
  }

  /** Contents undefined. The caller disposes it. */
  empty(shape: TensorShape): OrtTensor {
    return this.#pooled(shape, { isConstant: false });
  }

  /** With a copy of the data. The caller disposes it. */
  upload(dims: readonly number[], { dtype, data }: HostData): OrtTensor {
    const tensor = this.#pooled({ dims, dtype }, { isConstant: true });
    const { buffer, byteOffset, byteLength } = data;
    this.device.queue.writeBuffer(gpuBuffer(tensor), 0, buffer, byteOffset, byteLength);
    return tensor;
  }

  /** ORT's view of a buffer, which stays the caller's. */
  view(buffer: GPUBuffer, { dims, dtype }: TensorShape): Tensor {
    return this.#ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype, dims: [...dims] });
  }

  /** Submits the copies, in one piece of work. */
  copy(copies: readonly TensorCopy[]): void {
    if (copies.length === 0) return;
    const encoder = this.device.createCommandEncoder({ label: 'copy tensors' });
    for (const { from, to } of copies) {
      encoder.copyBufferToBuffer(gpuBuffer(from), 0, to, 0, from.bytes);
    }
    this.device.queue.submit([encoder.finish()]);
  }

  /** One after another, `dims` in all; what they do not fill is undefined. The caller disposes it. */
  concat(tensors: readonly DeviceTensor[], dims: readonly number[]): OrtTensor {
    const result = this.empty({ dims, dtype: 'float32' });
    const encoder = this.device.createCommandEncoder({ label: 'concatenate tensors' });
    let offset = 0;
    for (const tensor of tensors) {
      encoder.copyBufferToBuffer(gpuBuffer(tensor), 0, gpuBuffer(result), offset, tensor.bytes);
      offset += tensor.bytes;
    }
    this.device.queue.submit([encoder.finish()]);
    return result;
  }

  /** `count` equal parts of `dims` each, in buffers of their own. The caller disposes them. */
  split(tensor: DeviceTensor, count: number, dims: readonly number[]): readonly OrtTensor[] {
    const parts = Array.from({ length: count }, () => this.empty({ dims, dtype: 'float32' }));
    const encoder = this.device.createCommandEncoder({ label: 'split a tensor' });
    for (const [index, part] of parts.entries()) {
      const from = index * part.bytes;
      encoder.copyBufferToBuffer(gpuBuffer(tensor), from, gpuBuffer(part), 0, part.bytes);
    }
    this.device.queue.submit([encoder.finish()]);
    return parts;
  }

  /** Moves the values out of the buffer in which they lie, which is about to be written to. */
  moveOut(tensors: readonly OrtTensor[]): void {
    const moves = tensors.map((tensor) => ({ tensor, to: this.pool.acquire(tensor.bytes) }));
    this.copy(moves.map(({ tensor, to }) => ({ from: tensor, to })));
    for (const { tensor, to } of moves) {
      tensor.move(this.view(to, tensor), () => this.pool.release(to));
    }
  }

  #pooled(shape: TensorShape, { isConstant }: { readonly isConstant: boolean }): OrtTensor {
    const buffer = this.pool.acquire(bytesOf(shape));
    return new OrtTensor(this.view(buffer, shape), () => this.pool.release(buffer), isConstant);
  }

  [Symbol.dispose](): void {
    this.pool[Symbol.dispose]();
    this.scratch[Symbol.dispose]();
  }
}

/**
 * The buffer of a GPU tensor, which begins at its first byte. It is the tensor's until the graph that
 * made the tensor runs again.
 */
export function gpuBuffer(tensor: DeviceTensor): GPUBuffer {
  const { gpuBuffer: buffer } = ortTensor(tensor);
  invariant(buffer !== undefined, 'the tensor is not on the GPU');
  return buffer;
}

function bytesOf({ dims }: TensorShape): number {
  return dims.reduce((product, dim) => product * dim, 4);
}
