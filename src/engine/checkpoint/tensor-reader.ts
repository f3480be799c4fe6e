import { quoteName, unsupportedCheckpoint } from './checkpoint-errors.ts';
import type { FileRanges } from './file-ranges.ts';
import { CHECKPOINT_LIMITS } from './limits.ts';
import { DTYPE_BYTES, countElements, type StoredTensor } from './tensor.ts';
import { widenToFloat32 } from './widen.ts';

/**
 * Reads one tensor as float32, row-major, resolving strides. The caller owns the result.
 * @throws StudioError `checkpoint-unsupported` when the dtype has no float32 form or the view is
 * spread too wide to be read; `checkpoint-invalid` when the file cannot be read
 */
export async function readTensorAsFloat32(
  ranges: FileRanges,
  name: string,
  tensor: StoredTensor,
): Promise<Float32Array<ArrayBuffer>> {
  const what = `The tensor ${quoteName(name)}`;
  if (!tensor.isContiguous) refuseWideView(what, name, tensor);
  const bytes = await ranges.read(tensor.byteOffset, tensor.byteLength, what);
  const elements = tensor.isContiguous ? bytes : gatherElements(bytes, name, tensor);
  const values = widenToFloat32(tensor.dtype, elements.buffer);
  if (values !== undefined) return values;
  throw unsupportedCheckpoint(
    `${what} is of the type ${tensor.dtype}, which has no float32 form.`,
    'Save the checkpoint with float32, float16 or bfloat16 weights.',
  );
}

function refuseWideView(what: string, name: string, tensor: StoredTensor): void {
  const count = countElements(name, tensor.shape);
  const { viewElements, viewBytes } = CHECKPOINT_LIMITS;
  if (count <= viewElements && tensor.byteLength <= viewBytes) return;
  throw unsupportedCheckpoint(
    `${what} is a view of ${count} elements spread over ${tensor.byteLength} bytes.`,
    'Save the weights as plain tensors: {name: tensor.contiguous().clone()}.',
  );
}

/** Copies the elements of a view into row-major order, whatever their size. */
function gatherElements(
  bytes: Uint8Array,
  name: string,
  tensor: StoredTensor,
): Uint8Array<ArrayBuffer> {
  const { shape, strides } = tensor;
  const itemBytes = DTYPE_BYTES[tensor.dtype];
  const gathered = new Uint8Array(countElements(name, shape) * itemBytes);
  const index = shape.map(() => 0);
  let source = 0;
  for (let target = 0; target < gathered.length; target += itemBytes) {
    for (let byte = 0; byte < itemBytes; byte++) {
      gathered[target + byte] = bytes[source + byte] ?? 0;
    }
    source += advance(index, shape, strides) * itemBytes;
  }
  return gathered;
}

/** Steps `index` to the next element, the last axis first; returns how far that moves the source. */
function advance(index: number[], shape: readonly number[], strides: readonly number[]): number {
  let moved = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [position, stride] = [index[axis] ?? 0, strides[axis] ?? 0];
    if (position + 1 < (shape[axis] ?? 0)) {
      index[axis] = position + 1;
      return moved + stride;
    }
    index[axis] = 0;
    moved -= position * stride;
  }
  return moved;
}
