import { invalidCheckpoint, RESAVE_HINT, unsupportedCheckpoint } from './checkpoint-errors.ts';
import type { FileRanges } from './file-ranges.ts';
import { CHECKPOINT_LIMITS } from './limits.ts';
import { readPickle } from './pickle-reader.ts';
import type { PickleTensor } from './pickle-values.ts';
import { findStateDict } from './state-dict.ts';
import { placeTensor, type ByteRegion, type StoredTensor } from './tensor.ts';
import { readZipDirectory, type ZipDirectory, type ZipEntry } from './zip-directory.ts';
import { locateEntries } from './zip-entry.ts';

const PICKLE_NAME = /^([^/]+)\/data\.pkl$/;

/**
 * Reads the tensor table of a `.pt`: a zip of stored records, `NAME/data.pkl` with the structure
 * and `NAME/data/KEY` with the bytes of each storage (`torch/serialization.py: _save`). Only the
 * records that the model's own tensors use are looked at, so optimizer state costs nothing.
 * @throws StudioError `checkpoint-invalid` or `checkpoint-unsupported`
 */
export async function readTorchArchive(
  ranges: FileRanges,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const directory = await readZipDirectory(ranges);
  const { folder, pickle } = findPickle(directory);
  const tensors = findStateDict(readPickle(await readEntry(ranges, directory, pickle)));
  if (tensors.size > CHECKPOINT_LIMITS.tensors) {
    throw unsupportedCheckpoint(`The checkpoint holds ${tensors.size} tensors.`, RESAVE_HINT);
  }
  await refuseBigEndian(ranges, directory, folder);
  const storageEntries = findStorages(directory, folder, tensors);
  const entries = [pickle, ...new Set(storageEntries.values())];
  const regions = await locateEntries(ranges, directory, entries);
  return new Map(
    Array.from(tensors, ([name, tensor]) => {
      const region = regions.get(`${folder}/data/${tensor.storage.key}`);
      return [name, placeTensor({ name, ...tensor, region: storageRegion(tensor, region) })];
    }),
  );
}

function findPickle(directory: ZipDirectory): { folder: string; pickle: ZipEntry } {
  const found = Array.from(directory.entries.values(), (pickle) => ({
    folder: PICKLE_NAME.exec(pickle.name)?.[1] ?? '',
    pickle,
  })).filter(({ folder }) => folder !== '');
  const [first] = found;
  if (first === undefined) {
    throw unsupportedCheckpoint('The zip was not written by torch.save.', RESAVE_HINT);
  }
  if (found.length > 1) throw invalidCheckpoint('The zip holds more than one checkpoint.');
  if (directory.entries.has(`${first.folder}/constants.pkl`)) {
    throw unsupportedCheckpoint(
      'The file is a TorchScript program, not a checkpoint.',
      'Choose the checkpoint it was made from, or in Python: torch.save(torch.jit.load(path).state_dict(), "checkpoint.pt").',
    );
  }
  return first;
}

async function readEntry(
  ranges: FileRanges,
  directory: ZipDirectory,
  entry: ZipEntry,
): Promise<Uint8Array> {
  if (entry.byteLength > CHECKPOINT_LIMITS.pickleBytes) {
    throw unsupportedCheckpoint(
      `The checkpoint's structure alone takes ${entry.byteLength} bytes.`,
      RESAVE_HINT,
    );
  }
  const region = (await locateEntries(ranges, directory, [entry])).get(entry.name);
  // Its CRC-32 is not checked: PyTorch can be told to write none.
  return region === undefined
    ? new Uint8Array()
    : ranges.read(region.byteOffset, region.byteLength, entry.name);
}

/** Weights are handed on where they lie, so bytes in the wrong order cannot be used. */
async function refuseBigEndian(
  ranges: FileRanges,
  directory: ZipDirectory,
  folder: string,
): Promise<void> {
  const entry = directory.entries.get(`${folder}/byteorder`);
  if (entry === undefined) return;
  const text = new TextDecoder().decode(await readEntry(ranges, directory, entry));
  if (text === 'little') return;
  throw unsupportedCheckpoint(
    'The checkpoint was written on a big-endian machine.',
    'Load and save it with PyTorch on a PC or a Mac.',
  );
}

function findStorages(
  directory: ZipDirectory,
  folder: string,
  tensors: ReadonlyMap<string, PickleTensor>,
): ReadonlyMap<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  for (const { storage } of tensors.values()) {
    const name = `${folder}/data/${storage.key}`;
    const entry = directory.entries.get(name);
    if (entry === undefined) throw invalidCheckpoint(`The checkpoint lacks its record ${name}.`);
    entries.set(name, entry);
  }
  return entries;
}

/** The record must hold what the pickle says of it; `torch.load` demands the same. */
function storageRegion(tensor: PickleTensor, region: ByteRegion | undefined): ByteRegion {
  const { key, byteLength } = tensor.storage;
  if (region !== undefined && region.byteLength >= byteLength) return { ...region, byteLength };
  throw invalidCheckpoint(
    `The record data/${key} has ${region?.byteLength ?? 0} bytes where ${byteLength} are said to be.`,
  );
}
