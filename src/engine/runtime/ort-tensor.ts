import type { Tensor } from 'onnxruntime-web';
import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';

/** A `DeviceTensor` that ORT understands: in memory on WASM, a GPU buffer on WebGPU. */
export class OrtTensor implements DeviceTensor {
  readonly dims: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly bytes: number;
  /** Whether nobody writes to it once it is there. Others may or may not be. */
  readonly isConstant: boolean;
  #tensor: Tensor;
  #onDispose: () => void;
  #isDisposed = false;

  /** @param onDispose frees what the tensor stands for, once */
  constructor(tensor: Tensor, onDispose: () => void, isConstant = false) {
    const { type } = tensor;
    invariant(type === 'float32' || type === 'int32', `tensors of ${type} do not leave a graph`);
    this.dims = tensor.dims;
    this.dtype = type;
    this.bytes = tensor.size * 4;
    this.isConstant = isConstant;
    this.#tensor = tensor;
    this.#onDispose = onDispose;
  }

  /** ORT's own view; not to be disposed. */
  get tensor(): Tensor {
    invariant(!this.#isDisposed, 'a disposed tensor was used');
    return this.#tensor;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /**
   * From now on the values lie in `tensor`, which has the same shape. Where they lay is nobody's.
   * @param onDispose as for the constructor, of what the tensor stands for now
   */
  move(tensor: Tensor, onDispose: () => void): void {
    invariant(!this.#isDisposed, 'a disposed tensor was moved');
    this.#tensor = tensor;
    this.#onDispose = onDispose;
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#onDispose();
  }
}

/** The ORT tensor behind a tensor that this runtime made. */
export function ortTensor(tensor: DeviceTensor): Tensor {
  invariant(tensor instanceof OrtTensor, 'the tensor comes from another runtime');
  return tensor.tensor;
}
