/** Builds zips and pickles as PyTorch writes them, and as nobody should. */

const encoder = new TextEncoder();

/** Bytes, or so many zeros that are never held in memory. */
export type Piece = Uint8Array<ArrayBuffer> | { readonly holeBytes: number };

export interface BuiltEntry {
  readonly name: string;
  readonly data: Piece;
  readonly method?: number;
  readonly flags?: number;
  /** Padding in the local header, which PyTorch uses to align tensors. */
  readonly paddingBytes?: number;
  /** What the directory claims instead of the truth. */
  readonly claim?: { readonly byteLength?: number; readonly headerOffset?: number };
  /** What the local header claims instead of the truth. */
  readonly localClaim?: {
    readonly name?: string;
    readonly method?: number;
    readonly byteLength?: number;
  };
}

interface ZipOptions {
  /** Writes sizes and offsets of every entry in ZIP64 fields. */
  readonly isZip64?: boolean;
  readonly comment?: string;
  readonly entryCount?: number;
}

export function buildZip(entries: readonly BuiltEntry[], options: ZipOptions = {}): Piece[] {
  const pieces: Piece[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const put = (piece: Piece) => {
    pieces.push(piece);
    at += pieceBytes(piece);
  };
  for (const entry of entries) {
    directory.push(directoryEntry(entry, at, options.isZip64 ?? false));
    put(localHeader(entry));
    put(entry.data);
  }
  const directoryOffset = at;
  put(concat(directory));
  const entryCount = options.entryCount ?? entries.length;
  put(endRecords({ at, directoryOffset, entryCount }, options));
  return pieces;
}

export function pieceBytes(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : piece.holeBytes;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The pieces as bytes; for archives without large holes. */
export function materialise(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  return concat(
    pieces.map((piece) => (piece instanceof Uint8Array ? piece : new Uint8Array(piece.holeBytes))),
  );
}

function localHeader(entry: BuiltEntry): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(entry.localClaim?.name ?? entry.name);
  const size = Math.min(entry.localClaim?.byteLength ?? pieceBytes(entry.data), 0xffffffff);
  const padding = new Uint8Array(entry.paddingBytes ?? 0);
  const method = entry.localClaim?.method ?? entry.method ?? 0;
  return concat([
    u32(0x04034b50),
    ...[20, entry.flags ?? 0, method, 0, 0].map(u16),
    ...[0, size, size].map(u32),
    ...[name.length, padding.length].map(u16),
    name,
    padding,
  ]);
}

function directoryEntry(entry: BuiltEntry, at: number, isZip64: boolean): Uint8Array<ArrayBuffer> {
  const name = encoder.encode(entry.name);
  const size = entry.claim?.byteLength ?? pieceBytes(entry.data);
  const offset = entry.claim?.headerOffset ?? at;
  const wide = isZip64 ? concat([u16(1), u16(24), ...[size, size, offset].map(u64)]) : concat([]);
  const narrow = (value: number) => u32(isZip64 ? 0xffffffff : value);
  return concat([
    u32(0x02014b50),
    ...[20, 20, entry.flags ?? 0, entry.method ?? 0, 0, 0].map(u16),
    u32(0),
    ...[size, size].map(narrow),
    ...[name.length, wide.length, 0, 0, 0].map(u16),
    u32(0),
    narrow(offset),
    name,
    wide,
  ]);
}

function endRecords(
  { at, directoryOffset, entryCount }: Readonly<Record<string, number>>,
  { isZip64 = false, comment = '' }: ZipOptions,
): Uint8Array<ArrayBuffer> {
  const directoryBytes = (at ?? 0) - (directoryOffset ?? 0);
  const zip64End = concat([
    u32(0x06064b50),
    u64(44),
    ...[45, 45].map(u16),
    ...[0, 0].map(u32),
    ...[entryCount ?? 0, entryCount ?? 0, directoryBytes, directoryOffset ?? 0].map(u64),
  ]);
  const locator = concat([u32(0x07064b50), u32(0), u64(at ?? 0), u32(1)]);
  const narrow = isZip64
    ? [u16(0xffff), u16(0xffff), u32(0xffffffff), u32(0xffffffff)]
    : [
        ...[entryCount ?? 0, entryCount ?? 0].map(u16),
        ...[directoryBytes, directoryOffset ?? 0].map(u32),
      ];
  const text = encoder.encode(comment);
  const end = concat([u32(0x06054b50), u16(0), u16(0), ...narrow, u16(text.length), text]);
  return isZip64 ? concat([zip64End, locator, end]) : end;
}

export function u16(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array([value, value >>> 8]);
}

export function u32(value: number): Uint8Array<ArrayBuffer> {
  return concat([u16(value & 0xffff), u16(value >>> 16)]);
}

export function u64(value: number): Uint8Array<ArrayBuffer> {
  return concat([u32(value % 2 ** 32), u32(Math.floor(value / 2 ** 32))]);
}
