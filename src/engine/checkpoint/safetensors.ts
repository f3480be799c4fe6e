import { invalidCheckpoint, quoteName, unsupportedCheckpoint } from './checkpoint-errors.ts';
import type { FileRanges } from './file-ranges.ts';
import { CHECKPOINT_LIMITS } from './limits.ts';
import {
  DTYPE_BYTES,
  placeTensor,
  rowMajorStrides,
  type CheckpointDtype,
  type StoredTensor,
} from './tensor.ts';

/** Bytes of the little-endian length in front of the header. */
const LENGTH_BYTES = 8;
const METADATA_KEY = '__metadata__';

const DTYPES: ReadonlyMap<string, CheckpointDtype> = new Map([
  ['BF16', 'bfloat16'],
  ['BOOL', 'bool'],
  ['C64', 'complex64'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F16', 'float16'],
  ['F32', 'float32'],
  ['F64', 'float64'],
  ['I8', 'int8'],
  ['I16', 'int16'],
  ['I32', 'int32'],
  ['I64', 'int64'],
  ['U8', 'uint8'],
  ['U16', 'uint16'],
  ['U32', 'uint32'],
  ['U64', 'uint64'],
]);

/**
 * Reads the tensor table of a `.safetensors` file: a length, a JSON header, then the tensors
 * without gaps or overlap to the end of the file (`safetensors/src/tensor.rs: validate`).
 * @throws StudioError `checkpoint-invalid` or `checkpoint-unsupported`
 */
export async function readSafetensors(
  ranges: FileRanges,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const lengthBytes = await ranges.read(0, LENGTH_BYTES, "The header's length");
  const headerBytes = Number(new DataView(lengthBytes.buffer).getBigUint64(0, true));
  if (LENGTH_BYTES + headerBytes > ranges.sizeBytes) {
    throw invalidCheckpoint(
      `The header would take ${headerBytes} bytes of a file of ${ranges.sizeBytes}.`,
    );
  }
  if (headerBytes > CHECKPOINT_LIMITS.safetensorsHeaderBytes) {
    throw unsupportedCheckpoint(
      `The header takes ${headerBytes} bytes, far more than a SAM 2 checkpoint needs.`,
      'Choose a file that holds one model and little metadata.',
    );
  }
  const header = parseHeader(await ranges.read(LENGTH_BYTES, headerBytes, 'The header'));
  const described = Object.entries(header).filter(([name]) => name !== METADATA_KEY);
  if (described.length === 0 || described.length > CHECKPOINT_LIMITS.tensors) {
    throw unsupportedCheckpoint(
      `The file holds ${described.length} tensors.`,
      'Choose the file that holds the weights of SAM 2.',
    );
  }
  const dataOffset = LENGTH_BYTES + headerBytes;
  const tensors = new Map(
    described.map(([name, entry]) => [name, readTensorEntry(name, entry, dataOffset)]),
  );
  refuseGaps(tensors, dataOffset, ranges.sizeBytes);
  return tensors;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalidCheckpoint('The header of the safetensors file is not JSON.', { cause });
  }
  if (!isRecord(header)) throw invalidCheckpoint('The header of the safetensors file is no table.');
  return header;
}

function readTensorEntry(name: string, entry: unknown, dataOffset: number): StoredTensor {
  const { dtype: dtypeName, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtypeName !== 'string' || !isCounts(shape) || !isCounts(offsets)) {
    throw invalidCheckpoint(`The header does not describe the tensor ${quoteName(name)}.`);
  }
  const dtype = DTYPES.get(dtypeName);
  if (dtype === undefined) {
    throw unsupportedCheckpoint(
      `The tensor ${quoteName(name)} is of the type ${quoteName(dtypeName)}, which is not known.`,
      'Save the checkpoint with float32, float16 or bfloat16 weights.',
    );
  }
  const [begin = 0, end = 0] = offsets;
  const region = { byteOffset: dataOffset + begin, byteLength: end - begin };
  const strides = rowMajorStrides(shape);
  const tensor = placeTensor({ name, dtype, shape, strides, storageOffset: 0, region });
  if (offsets.length === 2 && tensor.byteLength === region.byteLength) return tensor;
  throw invalidCheckpoint(
    `The tensor ${quoteName(name)} has ${region.byteLength} bytes, which is not its shape times ${DTYPE_BYTES[dtype]}.`,
  );
}

/** Tensors lie end to end: a hole or an overlap means that the header is not this file's. */
function refuseGaps(
  tensors: ReadonlyMap<string, StoredTensor>,
  dataOffset: number,
  fileBytes: number,
): void {
  const sorted = [...tensors].sort(
    ([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength,
  );
  let end = dataOffset;
  for (const [name, tensor] of sorted) {
    if (tensor.byteOffset !== end) {
      const what = tensor.byteOffset < end ? 'overlaps another' : 'leaves a gap in front of it';
      throw invalidCheckpoint(`The tensor ${quoteName(name)} ${what}.`);
    }
    end += tensor.byteLength;
  }
  if (end !== fileBytes) {
    throw invalidCheckpoint(
      `The header describes a file of ${end} bytes, but it has ${fileBytes}.`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= CHECKPOINT_LIMITS.tensorDimensions &&
    value.every((item) => Number.isSafeInteger(item) && item >= 0)
  );
}
