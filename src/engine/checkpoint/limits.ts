/**
 * What a checkpoint may cost before it is refused. The largest file of the official trainer (large,
 * with optimizer state) needs a tenth of each; a file made to exhaust memory is stopped early.
 */
export const CHECKPOINT_LIMITS = {
  /** Zip central directory. */
  zipDirectoryBytes: 8 * 1024 * 1024,
  zipEntries: 65_536,
  /** `data.pkl`, which holds names and shapes but no weights. */
  pickleBytes: 8 * 1024 * 1024,
  /** Tuples, lists, dictionaries, tensors: what costs far more than its byte in the pickle. */
  pickleObjects: 200_000,
  /** Values on the pickle machine's stack, and again in its memo. */
  pickleValues: 200_000,
  safetensorsHeaderBytes: 2 * 1024 * 1024,
  tensors: 20_000,
  /** PyTorch's own limit (`c10/core/TensorImpl.h`, dimension vectors) is 64. */
  tensorDimensions: 64,
  /** Elements of one tensor: twelve times SAM 2's largest (large: 4608 × 1152), 256 MiB as float32. */
  tensorElements: 64 * 1024 * 1024,
  /** Elements of a view that must be rearranged to be read: a small view can repeat itself. */
  viewElements: 8 * 1024 * 1024,
  /** Bytes from the first to the last element of such a view. */
  viewBytes: 64 * 1024 * 1024,
} as const;
