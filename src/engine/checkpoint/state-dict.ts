import {
  invalidCheckpoint,
  quoteName,
  RESAVE_HINT,
  unsupportedCheckpoint,
} from './checkpoint-errors.ts';
import { isKind, type PickleTensor, type PickleValue } from './pickle-values.ts';

/** Where training code puts the state dict; `model` is what the official release and trainer use. */
const CONTAINER_KEYS = ['model', 'state_dict', 'model_state_dict'];

/** Segment that `torch.compile` puts wherever a module was compiled. */
const COMPILED_SEGMENT = '_orig_mod';
/** Segment that `DataParallel` and `DistributedDataParallel` put in front of the names. */
const PARALLEL_SEGMENT = 'module';

/**
 * The named tensors of what a `.pt` holds: `{'model': state dict, …}` or the state dict itself.
 * Entries that are no tensors (a module's extra state) are left out.
 * @throws StudioError `checkpoint-unsupported` when there is no tensor
 */
export function findStateDict(root: PickleValue): Map<string, PickleTensor> {
  const tensors = new Map<string, PickleTensor>();
  for (const [name, value] of stateDictEntries(root)) {
    if (typeof name === 'string' && isKind(value, 'tensor')) tensors.set(name, value);
  }
  if (tensors.size > 0) return tensors;
  throw unsupportedCheckpoint(
    'The file was written by torch.save but holds no dictionary of weights.',
    RESAVE_HINT,
  );
}

function stateDictEntries(root: PickleValue): Iterable<readonly [PickleValue, PickleValue]> {
  if (!isKind(root, 'dict')) return [];
  for (const key of CONTAINER_KEYS) {
    const held = root.entries.get(key);
    if (isKind(held, 'dict')) return held.entries;
  }
  return root.entries;
}

/**
 * Removes from each name what wrappers of a module added to it.
 * @throws StudioError `checkpoint-invalid` when two names become one
 */
export function stripWrapperPrefixes<Value>(named: ReadonlyMap<string, Value>): Map<string, Value> {
  const stripped = new Map<string, Value>();
  for (const [name, value] of named) {
    const plainName = stripName(name);
    if (stripped.has(plainName)) {
      throw invalidCheckpoint(
        `The checkpoint holds ${quoteName(plainName)} twice, with and without the prefix of a wrapper.`,
        { hint: RESAVE_HINT },
      );
    }
    stripped.set(plainName, value);
  }
  return stripped;
}

function stripName(name: string): string {
  const segments = name.split('.').filter((segment) => segment !== COMPILED_SEGMENT);
  const start = segments.findIndex((segment) => segment !== PARALLEL_SEGMENT);
  return segments.slice(Math.max(start, 0)).join('.');
}
