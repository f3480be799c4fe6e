import { ByteCursor } from './byte-cursor.ts';
import { invalidCheckpoint, quoteName, unsupportedCheckpoint } from './checkpoint-errors.ts';
import type { FileRanges } from './file-ranges.ts';
import type { ByteRegion } from './tensor.ts';
import type { ZipDirectory, ZipEntry } from './zip-directory.ts';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const ENCRYPTED = 1 << 0;
const SIZES_FOLLOW_DATA = 1 << 3;
const IN_ZIP64_32 = 0xffffffff;
/** Headers read at once: enough to hide the latency of a read, few enough to hold no memory. */
const PARALLEL_READS = 32;

/** Where an entry's header starts and where its data lies. */
export interface LocatedEntry {
  readonly entry: ZipEntry;
  readonly region: ByteRegion;
}

/**
 * Finds the data of stored entries. The central directory does not say where data starts: PyTorch
 * pads each local header so that tensors are aligned, so every header must be read.
 * @throws StudioError `checkpoint-unsupported` for packed or encrypted entries,
 * `checkpoint-invalid` where header and directory disagree or two entries share bytes
 */
export async function locateEntries(
  ranges: FileRanges,
  directory: ZipDirectory,
  entries: readonly ZipEntry[],
): Promise<ReadonlyMap<string, ByteRegion>> {
  const located: LocatedEntry[] = [];
  for (let start = 0; start < entries.length; start += PARALLEL_READS) {
    const batch = entries.slice(start, start + PARALLEL_READS);
    located.push(
      ...(await Promise.all(batch.map((entry) => locateEntry(ranges, directory, entry)))),
    );
  }
  refuseOverlap(located);
  return new Map(located.map(({ entry, region }) => [entry.name, region]));
}

async function locateEntry(
  ranges: FileRanges,
  directory: ZipDirectory,
  entry: ZipEntry,
): Promise<LocatedEntry> {
  refusePacked(entry);
  const what = `The header of the zip entry ${quoteName(entry.name)}`;
  // UTF-8 takes at most three bytes for each UTF-16 unit; the name is compared below.
  const nameRoomBytes = entry.name.length * 3;
  const byteLength = Math.min(
    LOCAL_HEADER_BYTES + nameRoomBytes,
    directory.byteOffset - entry.headerOffset,
  );
  const cursor = new ByteCursor(await ranges.read(entry.headerOffset, byteLength, what), what);
  if (cursor.uint32() !== LOCAL_HEADER) throw invalidCheckpoint(`${what} is missing.`);
  cursor.bytes(2);
  const [flags, method] = [cursor.uint16(), cursor.uint16()];
  cursor.bytes(2 + 2 + 4);
  const sizes = [cursor.uint32(), cursor.uint32()];
  const [nameBytes, extraBytes] = [cursor.uint16(), cursor.uint16()];
  const agrees =
    method === entry.method &&
    (flags & ENCRYPTED) === 0 &&
    sizes.every((size) => isSameSize(size, entry, flags)) &&
    nameBytes <= nameRoomBytes &&
    cursor.utf8(nameBytes) === entry.name;
  if (!agrees) throw invalidCheckpoint(`${what} contradicts the zip's table of contents.`);
  const byteOffset = entry.headerOffset + LOCAL_HEADER_BYTES + nameBytes + extraBytes;
  if (byteOffset + entry.byteLength > directory.byteOffset) {
    throw invalidCheckpoint(`The zip entry ${quoteName(entry.name)} reaches past its archive.`);
  }
  return { entry, region: { byteOffset, byteLength: entry.byteLength } };
}

function isSameSize(size: number, entry: ZipEntry, flags: number): boolean {
  if (size === entry.byteLength || size === IN_ZIP64_32) return true;
  return size === 0 && (flags & SIZES_FOLLOW_DATA) !== 0;
}

function refusePacked(entry: ZipEntry): void {
  if ((entry.flags & ENCRYPTED) !== 0) {
    throw unsupportedCheckpoint(
      `The zip entry ${quoteName(entry.name)} is encrypted.`,
      'Decrypt the checkpoint first.',
    );
  }
  if (entry.method !== 0) {
    throw unsupportedCheckpoint(
      `The zip entry ${quoteName(entry.name)} is compressed; weights are used where they lie in the file.`,
      'The file was packed again by another tool. Load and save it with PyTorch, or unpack it and zip it without compression (zip -0).',
    );
  }
}

/** Entries that share bytes are how small zips pretend to hold much. */
function refuseOverlap(located: readonly LocatedEntry[]): void {
  const sorted = [...located].sort((a, b) => a.entry.headerOffset - b.entry.headerOffset);
  let previous: LocatedEntry | undefined;
  for (const current of sorted) {
    const end = previous ? previous.region.byteOffset + previous.region.byteLength : 0;
    if (previous && current.entry.headerOffset < end) {
      throw invalidCheckpoint(
        `The zip entries ${quoteName(previous.entry.name)} and ${quoteName(current.entry.name)} overlap.`,
      );
    }
    previous = current;
  }
}
