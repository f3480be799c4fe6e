import { crc32 } from '../core/crc32.ts';
import type { Size } from '../core/geometry.ts';
import { PackDamage } from './mask-pack-bytes.ts';
import { PACK_HEADER_BYTES } from './mask-pack-header.ts';
import {
  decodeRecord,
  RECORD_HEAD_BYTES,
  RECORD_MARK,
  RECORD_TAIL_BYTES,
  type PackedEntry,
} from './mask-pack-records.ts';
import { readWhole, type SyncAccess } from './sync-access.ts';

/** Read from the file at once. */
const WINDOW_BYTES = 4 << 20;

/** What a pack was found to be. */
export interface PackScan {
  /** Behind the last whole record. */
  readonly endBytes: number;
  /** Whether something that is no whole record lies behind that. */
  readonly isTorn: boolean;
  /** Places before that at which records were not whole. */
  readonly damagedPlaces: number;
}

/**
 * Gives the whole records of a pack in their order. Where a record is damaged, it goes on with the
 * next whole one.
 * @param size the video's
 */
export function scanPack(
  file: SyncAccess,
  size: Size,
  onEntry: (packed: PackedEntry) => void,
): PackScan {
  const reader = new RecordReader(file);
  let endBytes = PACK_HEADER_BYTES;
  let damagedPlaces = 0;
  for (let at: number | undefined = PACK_HEADER_BYTES; at !== undefined;) {
    const record = reader.recordAt(at);
    if (record === undefined) {
      at = reader.nextRecordAfter(at);
      if (at !== undefined) damagedPlaces++;
      continue;
    }
    const packed = tryDecode(record, size);
    if (packed === undefined) damagedPlaces++;
    else onEntry(packed);
    at = endBytes = record.endBytes;
  }
  return { endBytes, isTorn: endBytes < reader.fileBytes, damagedPlaces };
}

interface RawRecord {
  readonly type: number;
  readonly payload: Uint8Array;
  readonly payloadAt: number;
  readonly endBytes: number;
}

function tryDecode(record: RawRecord, size: Size): PackedEntry | undefined {
  try {
    return decodeRecord(record.type, record.payload, { size, at: record.payloadAt });
  } catch (error) {
    if (error instanceof PackDamage) return undefined;
    throw error;
  }
}

/** Finds records in a file, of which it holds a part in memory. */
class RecordReader {
  readonly fileBytes: number;
  readonly #file: SyncAccess;
  #window = new Uint8Array(0);
  #windowAt = 0;

  constructor(file: SyncAccess) {
    this.#file = file;
    this.fileBytes = file.getSize();
  }

  /** The record that begins there, valid until the next call; absent where there is no whole one. */
  recordAt(at: number): RawRecord | undefined {
    const head = this.#bytes(at, RECORD_HEAD_BYTES);
    if (head === undefined || !RECORD_MARK.every((byte, i) => head[i] === byte)) return undefined;
    const payloadBytes = uint32(head, RECORD_MARK.length + 1);
    const bytes = this.#bytes(at, RECORD_HEAD_BYTES + payloadBytes + RECORD_TAIL_BYTES);
    if (bytes === undefined) return undefined;
    const payloadEnd = RECORD_HEAD_BYTES + payloadBytes;
    const checksum = crc32(bytes.subarray(RECORD_MARK.length, payloadEnd));
    if (uint32(bytes, payloadEnd) !== checksum) return undefined;
    return {
      type: bytes[RECORD_MARK.length] ?? 0,
      payload: bytes.subarray(RECORD_HEAD_BYTES, payloadEnd),
      payloadAt: at + RECORD_HEAD_BYTES,
      endBytes: at + bytes.length,
    };
  }

  /** Where the first whole record behind `at` begins; absent where there is none. */
  nextRecordAfter(at: number): number | undefined {
    for (let next = this.#markAfter(at); next !== undefined; next = this.#markAfter(next)) {
      if (this.recordAt(next) !== undefined) return next;
    }
    return undefined;
  }

  #markAfter(at: number): number | undefined {
    const [first = 0, second, third] = RECORD_MARK;
    for (let from = at + 1; from + RECORD_MARK.length <= this.fileBytes;) {
      const length = Math.min(WINDOW_BYTES, this.fileBytes - from);
      const bytes = this.#bytes(from, length) ?? new Uint8Array(0);
      let found = bytes.indexOf(first);
      while (found >= 0 && found + 2 < bytes.length) {
        if (bytes[found + 1] === second && bytes[found + 2] === third) return from + found;
        found = bytes.indexOf(first, found + 1);
      }
      // The last two bytes may begin a mark.
      from += length - 2;
    }
    return undefined;
  }

  /** Bytes of the file, valid until the next call; absent past its end. */
  #bytes(at: number, length: number): Uint8Array | undefined {
    if (at + length > this.fileBytes) return undefined;
    if (at < this.#windowAt || at + length > this.#windowAt + this.#window.length) {
      const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.fileBytes - at);
      this.#window = readWhole(this.#file, at, wanted);
      this.#windowAt = at;
    }
    return this.#window.subarray(at - this.#windowAt, at - this.#windowAt + length);
  }
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
}
