/**
 * A tensor where the backend keeps it: a GPU buffer on WebGPU, memory on WASM. Whoever receives
 * one disposes it, unless the function that returned it says otherwise.
 */
export interface DeviceTensor extends Disposable {
  readonly dims: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly bytes: number;
}
