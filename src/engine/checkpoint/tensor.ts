import { invalidCheckpoint, quoteName } from './checkpoint-errors.ts';
import { CHECKPOINT_LIMITS } from './limits.ts';

/** Bytes of one element of each type a checkpoint can hold, by PyTorch's names. */
export const DTYPE_BYTES = {
  bfloat16: 2,
  bool: 1,
  complex64: 8,
  complex128: 16,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
  float16: 2,
  float32: 4,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
} as const;

/** Element types a checkpoint can hold, by PyTorch's names. Little-endian in the file. */
export type CheckpointDtype = keyof typeof DTYPE_BYTES;

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

/** A tensor with what is needed to read it when it is a view. */
export interface StoredTensor extends CheckpointTensor {
  /** Elements from one index to the next, for each dimension; 0 repeats one element. */
  readonly strides: readonly number[];
}

/** A stretch of the file. */
export interface ByteRegion {
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** A tensor as a file describes it, before anything about it is believed. */
export interface TensorClaim {
  readonly name: string;
  readonly dtype: CheckpointDtype;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** In elements, from the start of the region. */
  readonly storageOffset: number;
  /** The bytes the tensor may use. */
  readonly region: ByteRegion;
}

/**
 * Elements of a tensor of this shape; 1 for a scalar.
 * @throws StudioError `checkpoint-invalid` when the count is over the budget
 */
export function countElements(name: string, shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  const count = shape.reduce((product, length) => product * length, 1);
  if (count <= CHECKPOINT_LIMITS.tensorElements) return count;
  throw invalidCheckpoint(
    `The tensor ${quoteName(name)} claims to have ${count} elements; SAM 2 has none of that size.`,
  );
}

/** Strides in elements of a tensor whose elements lie in row-major order without gaps. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * Math.max(shape[axis + 1] ?? 1, 1);
  }
  return strides;
}

/**
 * Turns what a file says of a tensor into a place in the file, after checking that it stays
 * within its region.
 * @throws StudioError `checkpoint-invalid`
 */
export function placeTensor(claim: TensorClaim): StoredTensor {
  const { name, dtype, shape, strides, storageOffset, region } = claim;
  const itemBytes = DTYPE_BYTES[dtype];
  const count = countElements(name, shape);
  const lastElement = shape.reduce((last, length, axis) => {
    return last + (length - 1) * (strides[axis] ?? 0);
  }, storageOffset);
  const endByte = count === 0 ? 0 : (lastElement + 1) * itemBytes;
  if (!(endByte <= region.byteLength)) {
    throw invalidCheckpoint(
      `The tensor ${quoteName(name)} needs ${endByte} bytes of a storage of ${region.byteLength}.`,
    );
  }
  // An empty tensor's offset means nothing; it is kept inside the region all the same.
  const startByte = count === 0 ? 0 : storageOffset * itemBytes;
  const isContiguous = count === 0 || hasRowMajorStrides(shape, strides);
  return {
    dtype,
    shape,
    strides: isContiguous ? rowMajorStrides(shape) : strides,
    byteOffset: region.byteOffset + startByte,
    byteLength: count === 0 ? 0 : endByte - startByte,
    isContiguous,
  };
}

/** The stride of a dimension of length 1 is never used, and PyTorch leaves it arbitrary. */
function hasRowMajorStrides(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = rowMajorStrides(shape);
  return shape.every((length, axis) => length === 1 || strides[axis] === expected[axis]);
}
