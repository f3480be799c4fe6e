import {
  invalidCheckpoint,
  quoteName,
  RESAVE_HINT,
  unsupportedCheckpoint,
} from './checkpoint-errors.ts';
import { CHECKPOINT_LIMITS } from './limits.ts';
import {
  isKind,
  SKIPPED,
  type PickleStorage,
  type PickleTensor,
  type PickleTuple,
  type PickleValue,
} from './pickle-values.ts';
import { DTYPE_BYTES } from './tensor.ts';
import { findTorchGlobal, type TorchGlobal } from './torch-globals.ts';

/**
 * What a name of the pickle stands for.
 * @throws StudioError `checkpoint-unsupported`, naming it, for anything outside the closed list
 */
export function resolveGlobal(module: string, attribute: string): TorchGlobal {
  const name = `${module}.${attribute}`;
  const global = findTorchGlobal(name);
  if (global !== undefined) return global;
  throw unsupportedCheckpoint(
    `The checkpoint asks Python for ${quoteName(name)}, which is neither weights nor what trainers save beside them. Nothing was run.`,
    `${RESAVE_HINT} If you do not trust where the file comes from, do not open it in Python.`,
  );
}

/**
 * What calling `callee` with `args` would have built: a tensor, a dictionary, or something skipped.
 * @throws StudioError `checkpoint-invalid`
 */
export function construct(callee: PickleValue, args: PickleValue): PickleValue {
  if (typeof callee !== 'object') throw malformed('calls something that is not a function');
  const { items } = expectTuple(args);
  switch (callee.kind) {
    case 'skipped-class':
      return SKIPPED;
    case 'dict-class':
      // Python 3 fills dictionaries after making them; initial contents would be lost here.
      if (items.some(isContents)) throw malformed('makes a dictionary from another');
      return { kind: 'dict', entries: new Map() };
    case 'rebuild-tensor':
      return rebuildTensor(items, undefined);
    case 'rebuild-tensor-with-dtype':
      return rebuildTensor(items, items[6]);
    case 'rebuild-parameter':
      return expectTensor(items[0]);
    case 'tuple':
    case 'list':
    case 'dict':
    case 'storage':
    case 'tensor':
    case 'skipped':
    case 'storage-class':
    case 'dtype':
      throw malformed('calls something that is not a function');
  }
}

/**
 * `torch/serialization.py: persistent_id`: `('storage', class, key, device, element count)`.
 * @throws StudioError `checkpoint-invalid`
 */
export function resolvePersistentId(id: PickleValue): PickleStorage {
  const [tag, storageClass, key, , elementCount] = expectTuple(id).items;
  if (tag !== 'storage' || !isKind(storageClass, 'storage-class') || typeof key !== 'string') {
    throw malformed('refers to something that is not a storage');
  }
  const { dtype } = storageClass;
  const itemBytes = dtype === undefined ? 1 : DTYPE_BYTES[dtype];
  const byteLength = expectCount(elementCount) * itemBytes;
  return { kind: 'storage', dtype, key, byteLength };
}

/** `torch/_utils.py: _rebuild_tensor_v2(storage, storage_offset, size, stride, …)` and its kin. */
function rebuildTensor(items: readonly PickleValue[], ownDtype: PickleValue): PickleTensor {
  const [storage, storageOffset, size, stride] = items;
  if (!isKind(storage, 'storage')) throw malformed('has a tensor without a storage');
  const dtype = isKind(ownDtype, 'dtype') ? ownDtype.dtype : storage.dtype;
  if (dtype === undefined) throw malformed('has a tensor without a type');
  const [shape, strides] = [expectCounts(size), expectCounts(stride)];
  if (shape.length !== strides.length) throw malformed('has a tensor with a bad shape');
  return {
    kind: 'tensor',
    storage,
    dtype,
    storageOffset: expectCount(storageOffset),
    shape,
    strides,
  };
}

/** Anything but `None` and the factory of a `defaultdict`. */
function isContents(value: PickleValue): boolean {
  const isFactory = isKind(value, 'skipped-class') || isKind(value, 'dict-class');
  return value !== undefined && !isFactory;
}

function expectTuple(value: PickleValue): PickleTuple {
  if (!isKind(value, 'tuple')) throw malformed('has something else where a tuple should be');
  return value;
}

function expectTensor(value: PickleValue): PickleTensor {
  if (!isKind(value, 'tensor')) throw malformed('has a parameter that is not a tensor');
  return value;
}

function expectCounts(value: PickleValue): number[] {
  const { items } = expectTuple(value);
  if (items.length > CHECKPOINT_LIMITS.tensorDimensions)
    throw malformed('has a tensor with a bad shape');
  return items.map(expectCount);
}

function expectCount(value: PickleValue): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw malformed('has something else where a length or offset should be');
  }
  return value;
}

function malformed(what: string): Error {
  return invalidCheckpoint(`The checkpoint's pickle ${what}.`);
}
