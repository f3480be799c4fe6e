import { ByteCursor } from './byte-cursor.ts';
import { invalidCheckpoint, quoteName, unsupportedCheckpoint } from './checkpoint-errors.ts';
import type { FileRanges } from './file-ranges.ts';
import { CHECKPOINT_LIMITS } from './limits.ts';

// Signatures and sizes: PKWARE APPNOTE.TXT 4.3.12 to 4.3.16, 4.5.3.
const DIRECTORY_ENTRY = 0x02014b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const END = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_EXTRA_ID = 0x0001;
const IN_ZIP64_16 = 0xffff;
const IN_ZIP64_32 = 0xffffffff;

/** One file of a zip, as the central directory describes it. */
export interface ZipEntry {
  readonly name: string;
  /** General purpose bits: 0 encrypted, 3 sizes follow the data. */
  readonly flags: number;
  /** 0 is stored, 8 is deflated. */
  readonly method: number;
  readonly byteLength: number;
  /** Position in the file of the local header. */
  readonly headerOffset: number;
}

/** The table of contents of a zip. */
export interface ZipDirectory {
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the table starts in the file; every entry's data ends before it. */
  readonly byteOffset: number;
}

interface DirectoryPlace {
  readonly entryCount: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

/**
 * Reads a zip's central directory, ZIP64 included, from the end of the file.
 * @throws StudioError `checkpoint-invalid` or `checkpoint-unsupported`
 */
export async function readZipDirectory(ranges: FileRanges): Promise<ZipDirectory> {
  const place = await findDirectory(ranges);
  if (place.byteLength > CHECKPOINT_LIMITS.zipDirectoryBytes || hasTooManyEntries(place)) {
    throw unsupportedCheckpoint(
      `The zip lists ${place.entryCount} entries in ${place.byteLength} bytes, far more than a checkpoint has.`,
      'Choose a .pt file that holds one model.',
    );
  }
  const bytes = await ranges.read(place.byteOffset, place.byteLength, 'The zip directory');
  const cursor = new ByteCursor(bytes, 'The zip directory');
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < place.entryCount; i++) {
    const entry = readEntry(cursor);
    if (entries.has(entry.name)) {
      throw invalidCheckpoint(`The zip lists ${quoteName(entry.name)} twice.`);
    }
    entries.set(entry.name, entry);
  }
  return { entries, byteOffset: place.byteOffset };
}

function hasTooManyEntries(place: DirectoryPlace): boolean {
  return place.entryCount > CHECKPOINT_LIMITS.zipEntries;
}

async function findDirectory(ranges: FileRanges): Promise<DirectoryPlace> {
  const tailBytes = Math.min(
    ranges.sizeBytes,
    END_BYTES + MAX_COMMENT_BYTES + ZIP64_LOCATOR_BYTES + ZIP64_END_BYTES,
  );
  const tailOffset = ranges.sizeBytes - tailBytes;
  const tail = await ranges.read(tailOffset, tailBytes, 'The end of the zip');
  const endAt = findEndRecord(tail);
  const cursor = new ByteCursor(tail.subarray(endAt + 4), 'The end of the zip');
  const [disk, directoryDisk, , entryCount] = Array.from({ length: 4 }, () => cursor.uint16());
  const [byteLength, byteOffset] = [cursor.uint32(), cursor.uint32()];
  const isInZip64 =
    entryCount === IN_ZIP64_16 || byteLength === IN_ZIP64_32 || byteOffset === IN_ZIP64_32;
  const place = isInZip64
    ? await readZip64End(ranges, tailOffset + endAt)
    : { entryCount: entryCount ?? 0, byteLength, byteOffset };
  if (!isInZip64 && (disk !== 0 || directoryDisk !== 0)) {
    throw unsupportedCheckpoint(
      'The zip is one part of several.',
      'Join the parts into one file first.',
    );
  }
  if (place.byteOffset + place.byteLength > tailOffset + endAt) {
    throw invalidCheckpoint('The zip directory would lie behind its own end.');
  }
  return place;
}

/** The last end record whose comment reaches exactly to the end of the file. */
function findEndRecord(tail: Uint8Array): number {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) === tail.length) return at;
  }
  throw invalidCheckpoint('The file starts as a zip but ends before its table of contents.');
}

async function readZip64End(ranges: FileRanges, endOffset: number): Promise<DirectoryPlace> {
  const what = 'The ZIP64 end record';
  const locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
  const locator = new ByteCursor(await ranges.read(locatorOffset, ZIP64_LOCATOR_BYTES, what), what);
  if (locator.uint32() !== ZIP64_LOCATOR) throw invalidCheckpoint(`${what} is missing.`);
  locator.uint32();
  const record = new ByteCursor(await ranges.read(locator.uint64(), ZIP64_END_BYTES, what), what);
  if (record.uint32() !== ZIP64_END) throw invalidCheckpoint(`${what} is not where it should be.`);
  record.bytes(8 + 2 + 2 + 4 + 4 + 8);
  return {
    entryCount: record.uint64(),
    byteLength: record.uint64(),
    byteOffset: record.uint64(),
  };
}

function readEntry(cursor: ByteCursor): ZipEntry {
  if (cursor.uint32() !== DIRECTORY_ENTRY) {
    throw invalidCheckpoint('The zip directory holds something that is not an entry.');
  }
  cursor.bytes(2 + 2);
  const [flags, method] = [cursor.uint16(), cursor.uint16()];
  cursor.bytes(2 + 2 + 4);
  const [packedBytes, byteLength] = [cursor.uint32(), cursor.uint32()];
  const [nameBytes, extraBytes, commentBytes] = [cursor.uint16(), cursor.uint16(), cursor.uint16()];
  cursor.bytes(2 + 2 + 4);
  const headerOffset = cursor.uint32();
  const name = cursor.utf8(nameBytes);
  const extra = new ByteCursor(cursor.bytes(extraBytes), 'A zip extra field');
  cursor.bytes(commentBytes);
  const wide = readZip64Extra(extra, [byteLength, packedBytes, headerOffset]);
  const [wideByteLength = 0, widePackedBytes = 0, wideHeaderOffset = 0] = wide;
  if (method === 0 && widePackedBytes !== wideByteLength) {
    throw invalidCheckpoint(`The zip entry ${quoteName(name)} is stored but has two sizes.`);
  }
  return { name, flags, method, byteLength: wideByteLength, headerOffset: wideHeaderOffset };
}

/** Replaces saturated 32-bit fields, in their fixed order, by the ZIP64 field's 64-bit ones. */
function readZip64Extra(extra: ByteCursor, fields: readonly number[]): number[] {
  if (!fields.includes(IN_ZIP64_32)) return [...fields];
  while (extra.remaining >= 4) {
    const [id, byteLength] = [extra.uint16(), extra.uint16()];
    const body = new ByteCursor(extra.bytes(byteLength), 'A ZIP64 field');
    if (id === ZIP64_EXTRA_ID) {
      return fields.map((field) => (field === IN_ZIP64_32 ? body.uint64() : field));
    }
  }
  throw invalidCheckpoint('A zip entry over 4 GB lacks its ZIP64 field.');
}
