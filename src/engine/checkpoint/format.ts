import { invalidCheckpoint, unsupportedCheckpoint } from './checkpoint-errors.ts';
import type { FileRanges } from './file-ranges.ts';

/** The two formats that SAM 2 is published in. */
export type CheckpointFormat = 'pytorch' | 'safetensors';

const PROBE_BYTES = 64;
const ZIP_START = [0x50, 0x4b, 0x03, 0x04];
/** Protocol 2, then the magic number of `torch/serialization.py: _legacy_save`. */
const LEGACY_START = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8];
/** A safetensors header is a JSON table, and starts after its eight-byte length. */
const SAFETENSORS_HEADER_AT = 8;
const OPENING_BRACE = 0x7b;

/** What people drop by mistake, by how it starts; the hint says what happened. */
const LOOKALIKES: readonly (readonly [RegExp, string, string])[] = [
  [
    /^version https:\/\/git-lfs/,
    'is a Git LFS pointer, not the file it points to',
    'Fetch the file itself: git lfs pull, or download it from the model page.',
  ],
  [
    /^\s*<(!doctype|html|\?xml)/i,
    'is a web page, not a checkpoint',
    'The download link led to a page. Download the file itself.',
  ],
  [/^GGUF/, 'is a GGUF model', 'Choose the .pt or .safetensors file of SAM 2.'],
];

/**
 * Which format a file has, by its first bytes; its name is not looked at.
 * @throws StudioError `checkpoint-invalid` for an empty file, `checkpoint-unsupported` for any
 * other format
 */
export async function recogniseFormat(ranges: FileRanges): Promise<CheckpointFormat> {
  if (ranges.sizeBytes === 0) throw invalidCheckpoint('The file is empty.');
  const probeBytes = Math.min(PROBE_BYTES, ranges.sizeBytes);
  const start = await ranges.read(0, probeBytes, 'The start of the file');
  if (startsWith(start, ZIP_START)) return 'pytorch';
  if (startsWith(start, LEGACY_START)) {
    throw unsupportedCheckpoint(
      'The checkpoint is in the format of PyTorch before 1.6, which can only be read from end to end.',
      "Save it again in Python: torch.save(torch.load('old.pt', map_location='cpu', weights_only=True), 'new.pt').",
    );
  }
  if (start[SAFETENSORS_HEADER_AT] === OPENING_BRACE) return 'safetensors';
  const text = String.fromCharCode(...start);
  for (const [pattern, what, hint] of LOOKALIKES) {
    if (pattern.test(text)) throw unsupportedCheckpoint(`The file ${what}.`, hint);
  }
  throw unsupportedCheckpoint(
    'The file is neither a PyTorch checkpoint nor a safetensors file.',
    'Choose a SAM 2 checkpoint: .pt as published or trained, or .safetensors.',
  );
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
