import { StudioError } from '../../core/errors.ts';
import { invalidCheckpoint, quoteName } from './checkpoint-errors.ts';
import { FileRanges } from './file-ranges.ts';
import { recogniseFormat, type CheckpointFormat } from './format.ts';
import { hasHuggingFaceNames, toOfficialTensors } from './huggingface-names.ts';
import { readSafetensors } from './safetensors.ts';
import { stripWrapperPrefixes } from './state-dict.ts';
import { readTensorAsFloat32 } from './tensor-reader.ts';
import type { CheckpointTensor, StoredTensor } from './tensor.ts';
import { readTorchArchive } from './torch-archive.ts';

export type { CheckpointDtype, CheckpointTensor } from './tensor.ts';

/*
 * From a file to named tensors, without Python and without reading the weights:
 *
 *   format             which of the two formats it is, by its first bytes
 *   torch-archive      .pt: zip-directory and zip-entry find the records, pickle-reader reads the
 *                      structure by closed lists (pickle-opcodes, torch-globals), state-dict picks
 *                      the model out of what a trainer saved
 *   safetensors        .safetensors: a JSON header
 *   huggingface-names  transformers' names into official ones
 *   tensor-reader      one tensor as float32: view resolved, type widened
 *
 * Every read goes through file-ranges, every size is checked against limits, and every fault of a
 * file is a StudioError. docs/adr/0002-checkpoints-as-published.md says why it is written here.
 */

/** A SAM 2 checkpoint whose weights stay in its file. */
export interface Checkpoint {
  readonly file: Blob;
  /** By official SAM 2 name, without the prefixes of wrappers. */
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /**
   * Reads one tensor, row-major; other dtypes are converted as `Tensor.float()` does. The caller
   * owns the result.
   * @throws StudioError `checkpoint-invalid` for an unknown name or a file that cannot be read any
   * more, `checkpoint-unsupported` for a dtype that has no float32 form
   */
  readFloat32(name: string): Promise<Float32Array>;
}

/** A checkpoint with what is worth telling the user about its file. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly format: CheckpointFormat;
  /** Whose names the file uses; `tensors` has the official ones in either case. */
  readonly naming: 'official' | 'huggingface';
}

/**
 * Opens a checkpoint, recognising its format by content. Reads the directory and the tensor table,
 * never the weights. `name` is used in messages only.
 * @throws StudioError `checkpoint-invalid` or `checkpoint-unsupported`; the signal's reason
 */
export async function openCheckpoint(
  file: Blob & { readonly name?: string },
  signal?: AbortSignal,
): Promise<OpenedCheckpoint> {
  try {
    return await openByContent(file, new FileRanges(file, signal));
  } catch (error) {
    if (!(error instanceof StudioError) || file.name === undefined) throw error;
    const { code, message, hint, cause } = error;
    throw new StudioError(code, `${file.name}: ${message}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

async function openByContent(file: Blob, ranges: FileRanges): Promise<OpenedCheckpoint> {
  const format = await recogniseFormat(ranges);
  const written =
    format === 'pytorch' ? await readTorchArchive(ranges) : await readSafetensors(ranges);
  const named = stripWrapperPrefixes(written);
  const isHuggingFace = hasHuggingFaceNames(named.keys());
  const tensors = isHuggingFace ? toOfficialTensors(named) : named;
  return {
    file,
    format,
    naming: isHuggingFace ? 'huggingface' : 'official',
    tensors,
    readFloat32: (name) => readNamed(file, tensors, name),
  };
}

async function readNamed(
  file: Blob,
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
): Promise<Float32Array> {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw invalidCheckpoint(`The checkpoint has no tensor ${quoteName(name)}.`, {
      hint: 'It is not a SAM 2 checkpoint, or some of its weights were left out when it was saved.',
    });
  }
  return readTensorAsFloat32(new FileRanges(file), name, tensor);
}
