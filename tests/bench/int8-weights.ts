import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';

/** Largest magnitude of a symmetric int8. */
const MOST = 127;

/** A checkpoint's large matrices as int8, what that weighs, and what it is read back as. */
export interface Int8Checkpoint {
  /** Reads what the int8 file would widen to. */
  readonly checkpoint: Checkpoint;
  readonly isInt8: (name: string) => boolean;
}

/**
 * Matrices and kernels with at least `leastElements` as int8 with a float32 scale for each row (each
 * output of a linear layer or convolution), symmetric about 0; everything else as it is.
 */
export function int8Checkpoint(checkpoint: Checkpoint, leastElements: number): Int8Checkpoint {
  const isInt8 = (name: string) => {
    const shape = checkpoint.tensors.get(name)?.shape ?? [];
    return shape.length > 1 && shape.reduce((product, dim) => product * dim, 1) >= leastElements;
  };
  const tensors = new Map(
    [...checkpoint.tensors].map(([name, tensor]) => [
      name,
      // Read by `readFloat32`, never where it lies.
      isInt8(name) ? { ...tensor, dtype: 'float16' as const } : tensor,
    ]),
  );
  const readFloat32 = async (name: string) => {
    const values = await checkpoint.readFloat32(name);
    if (!isInt8(name)) return values;
    const { bytes, scales } = toInt8(values, checkpoint.tensors.get(name)?.shape[0] ?? 1);
    const rowLength = values.length / scales.length;
    return values.map((_, i) => (bytes[i] ?? 0) * (scales[Math.floor(i / rowLength)] ?? 0));
  };
  return { checkpoint: { ...checkpoint, tensors, readFloat32 }, isInt8 };
}

/** Each row divided by its largest magnitude over 127, and rounded. */
export function toInt8(values: Float32Array, rows: number) {
  const rowLength = values.length / rows;
  const [bytes, scales] = [new Int8Array(values.length), new Float32Array(rows)];
  for (let row = 0; row < rows; row++) {
    const run = values.subarray(row * rowLength, (row + 1) * rowLength);
    const largest = run.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(largest / MOST);
    scales[row] = scale;
    if (scale > 0)
      bytes.set(
        run.map((value) => Math.round(value / scale)),
        row * rowLength,
      );
  }
  return { bytes, scales };
}
