import { DTYPE_BYTES, type CheckpointDtype } from './tensor.ts';

/**
 * What a name in a pickle stands for. None of these is a function: the reader knows what each
 * would have built and writes down that, so that nothing a file names is ever called.
 */
export type TorchGlobal =
  | { readonly kind: 'dict-class' }
  | { readonly kind: 'rebuild-tensor' }
  | { readonly kind: 'rebuild-tensor-with-dtype' }
  | { readonly kind: 'rebuild-parameter' }
  | { readonly kind: 'storage-class'; readonly dtype: CheckpointDtype | undefined }
  | { readonly kind: 'dtype'; readonly dtype: CheckpointDtype }
  | { readonly kind: 'skipped-class' };

/** PyTorch's typed storages (`torch/storage.py: _dtype_to_storage_type_map`) but the quantised. */
const STORAGE_DTYPES: ReadonlyMap<string, CheckpointDtype> = new Map([
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.BoolStorage', 'bool'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.CharStorage', 'int8'],
  ['torch.ComplexDoubleStorage', 'complex128'],
  ['torch.ComplexFloatStorage', 'complex64'],
  ['torch.DoubleStorage', 'float64'],
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.IntStorage', 'int32'],
  ['torch.LongStorage', 'int64'],
  ['torch.ShortStorage', 'int16'],
]);

const BUILDERS: ReadonlyMap<string, TorchGlobal> = new Map<string, TorchGlobal>([
  ['collections.OrderedDict', { kind: 'dict-class' }],
  ['collections.defaultdict', { kind: 'dict-class' }],
  ['torch._utils._rebuild_parameter', { kind: 'rebuild-parameter' }],
  ['torch._utils._rebuild_tensor', { kind: 'rebuild-tensor' }],
  ['torch._utils._rebuild_tensor_v2', { kind: 'rebuild-tensor' }],
  ['torch._utils._rebuild_tensor_v3', { kind: 'rebuild-tensor-with-dtype' }],
  ['torch.storage.UntypedStorage', { kind: 'storage-class', dtype: undefined }],
]);

/** What trainers put beside the weights: counters, losses, learning rates, random states. */
const SKIPPED_NAMES: ReadonlySet<string> = new Set([
  ...[
    'bool',
    'bytearray',
    'complex',
    'dict',
    'float',
    'frozenset',
    'int',
    'list',
    'set',
    'str',
  ].map((name) => `builtins.${name}`),
  '_codecs.encode',
  'collections.Counter',
  'collections.deque',
  'numpy._core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy.dtype',
  'numpy.ndarray',
  'torch.Size',
  'torch.device',
  'torch.torch_version.TorchVersion',
]);

/**
 * Looks a name up in the closed list; absent when it is not there.
 * @param name module and attribute joined by a dot, as the pickle gives them
 */
export function findTorchGlobal(name: string): TorchGlobal | undefined {
  const builder = BUILDERS.get(name);
  if (builder !== undefined) return builder;
  const storageDtype = STORAGE_DTYPES.get(name);
  if (storageDtype !== undefined) return { kind: 'storage-class', dtype: storageDtype };
  const dtype = findDtype(name);
  if (dtype !== undefined) return { kind: 'dtype', dtype };
  // Protocol 2 keeps Python 2's name of the module.
  const modernName = name.replace(/^__builtin__\./, 'builtins.');
  return SKIPPED_NAMES.has(modernName) ? { kind: 'skipped-class' } : undefined;
}

function findDtype(name: string): CheckpointDtype | undefined {
  if (!name.startsWith('torch.')) return undefined;
  const dtype = name.slice('torch.'.length);
  return isCheckpointDtype(dtype) ? dtype : undefined;
}

function isCheckpointDtype(name: string): name is CheckpointDtype {
  return Object.hasOwn(DTYPE_BYTES, name);
}
