import type { CheckpointDtype } from './tensor.ts';
import type { TorchGlobal } from './torch-globals.ts';

/** A Python tuple. */
export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

/** A Python list; grows while the pickle is read. */
export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

/** A dictionary; keys that are objects are kept by identity, which is enough to skip them. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}

/** The bytes behind one or more tensors: a record of the archive, by its key. */
export interface PickleStorage {
  readonly kind: 'storage';
  /** Absent for an untyped storage, whose tensors name their own dtype. */
  readonly dtype: CheckpointDtype | undefined;
  /** Name of the record under the archive's `data/`. */
  readonly key: string;
  readonly byteLength: number;
}

/** A view of a storage. Offsets and strides count elements. */
export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly dtype: CheckpointDtype;
  readonly storageOffset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Something of the closed list that holds no weights: it was read over, and nothing was made. */
export interface PickleSkipped {
  readonly kind: 'skipped';
}

/** What a checkpoint's pickle can hold; Python's `None` is `undefined`. */
export type PickleValue =
  | string
  | number
  | boolean
  | undefined
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleStorage
  | PickleTensor
  | PickleSkipped
  | TorchGlobal;

/** Stands for whatever is not weights: optimizer state, losses, dates. */
export const SKIPPED: PickleSkipped = { kind: 'skipped' };

/** Whether a value is an object of the given kind. */
export function isKind<Kind extends Exclude<PickleValue, Primitive>['kind']>(
  value: PickleValue,
  kind: Kind,
): value is Extract<PickleValue, { readonly kind: Kind }> {
  return typeof value === 'object' && value.kind === kind;
}

type Primitive = string | number | boolean | undefined;
