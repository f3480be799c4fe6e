import { crc32 } from '../core/crc32.ts';
import type { Size } from '../core/geometry.ts';
import { ByteWriter } from './mask-pack-bytes.ts';

/** Bytes before the first record. */
export const PACK_HEADER_BYTES = 24;

const MAGIC = new TextEncoder().encode('SEGMASKS');
/** Version 1 lacks directions and agreements of masks; what it has, it has as version 2 does. */
const VERSION = 2;
const OLDEST_VERSION = 1;
const CHECKED_BYTES = PACK_HEADER_BYTES - 4;

/** What the first bytes of a pack say. */
export type PackHeader =
  | { readonly kind: 'current'; readonly size: Size }
  /** Read as the current one; to be given its header before anything is added. */
  | { readonly kind: 'earlier'; readonly size: Size }
  | { readonly kind: 'other-version'; readonly version: number }
  | { readonly kind: 'damaged' };

/** Magic, version, width, height, and the CRC-32 of these, as every version begins. */
export function packHeader({ width, height }: Size): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.bytes(MAGIC);
  for (const value of [VERSION, width, height]) writer.u32(value);
  writer.u32(crc32(writer.written));
  return writer.written;
}

/** @param bytes the first `PACK_HEADER_BYTES` */
export function readPackHeader(bytes: Uint8Array): PackHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWhole =
    MAGIC.every((byte, i) => bytes[i] === byte) &&
    view.getUint32(CHECKED_BYTES, true) === crc32(bytes.subarray(0, CHECKED_BYTES));
  if (!isWhole) return { kind: 'damaged' };
  const version = view.getUint32(MAGIC.length, true);
  if (version < OLDEST_VERSION || version > VERSION) return { kind: 'other-version', version };
  return {
    kind: version === VERSION ? 'current' : 'earlier',
    size: { width: view.getUint32(12, true), height: view.getUint32(16, true) },
  };
}
