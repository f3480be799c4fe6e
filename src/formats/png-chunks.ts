import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import { crc32 } from '../core/crc32.ts';
import { GREYSCALE, INDEXED, PNG_SIGNATURE, TRUE_COLOR, TRUE_COLOR_ALPHA } from './png-layout.ts';

const HEADER_BYTES = 13;
/** Of a chunk besides its data: length, type, CRC. */
const FRAMING_BYTES = 12;
/** PNG 3rd edition, 7.1: a size is at most 2³¹ − 1. */
const MAX_SIDE_PX = 2 ** 31 - 1;

/** Colour types but greyscale with alpha. */
const COLORS: ReadonlyMap<number, PngHeader['color']> = new Map([
  [INDEXED, 'indexed'],
  [GREYSCALE, 'greyscale'],
  [TRUE_COLOR, 'rgb'],
  [TRUE_COLOR_ALPHA, 'rgba'],
]);

/** What IHDR says. Images that can hold no object ids, such as those of 16 bits, are refused. */
export interface PngHeader extends Size {
  /** Of each sample; 8 for true colours. */
  readonly bitDepth: 1 | 2 | 4 | 8;
  readonly color: 'indexed' | 'greyscale' | 'rgb' | 'rgba';
  readonly isInterlaced: boolean;
}

/** A PNG taken apart, its pixels still compressed. Views of the file's bytes, not copies. */
export interface PngChunks {
  readonly header: PngHeader;
  /** RGB triples; only in indexed images. */
  readonly palette?: Uint8Array<ArrayBuffer>;
  /** The `Software` text, where there is one. */
  readonly software?: string;
  readonly data: readonly Uint8Array<ArrayBuffer>[];
}

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array<ArrayBuffer>;
  /** Offset of the next chunk. */
  readonly end: number;
}

/**
 * Reads only the header, to know the size before anything is decoded.
 * @throws StudioError `file-invalid` when it is no PNG of object ids
 */
export function readPngHeader(bytes: Uint8Array<ArrayBuffer>): PngHeader {
  if (PNG_SIGNATURE.some((byte, i) => bytes[i] !== byte)) {
    throw invalid('it is not a PNG file');
  }
  const first = readChunk(bytes, PNG_SIGNATURE.length);
  if (first.type !== 'IHDR' || first.data.length !== HEADER_BYTES) {
    throw invalid('its header chunk is missing');
  }
  return parseHeader(first.data);
}

/**
 * Takes a PNG apart and checks each chunk's CRC. Nothing is decompressed; of the ancillary chunks
 * only the `Software` text is looked at, so that a compressed profile costs nothing.
 * @throws StudioError `file-invalid`
 */
export function readPngChunks(bytes: Uint8Array<ArrayBuffer>): PngChunks {
  const header = readPngHeader(bytes);
  const data: Uint8Array<ArrayBuffer>[] = [];
  let palette: Uint8Array<ArrayBuffer> | undefined;
  let software: string | undefined;
  let at = PNG_SIGNATURE.length + FRAMING_BYTES + HEADER_BYTES;
  for (let type = ''; type !== 'IEND';) {
    const chunk = readChunk(bytes, at);
    ({ type, end: at } = chunk);
    if (type === 'PLTE') palette = checkedPalette(chunk.data);
    else if (type === 'IDAT') data.push(chunk.data);
    else if (type === 'tEXt') software ??= softwareOf(chunk.data);
    else if (type !== 'IEND' && isCritical(type)) throw invalid(`chunk ${type} is not known`);
  }
  if (header.color === 'indexed' && palette === undefined) throw invalid('its palette is missing');
  return {
    header,
    data,
    ...(header.color === 'indexed' && palette !== undefined ? { palette } : {}),
    ...(software === undefined ? {} : { software }),
  };
}

function readChunk(bytes: Uint8Array<ArrayBuffer>, at: number): Chunk {
  if (at + FRAMING_BYTES > bytes.length) throw invalid('it ends too early');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(at);
  const end = at + FRAMING_BYTES + length;
  if (end > bytes.length) throw invalid('it ends too early');
  const body = bytes.subarray(at + 4, end - 4);
  const type = String.fromCharCode(...body.subarray(0, 4));
  if (!/^[A-Za-z]{4}$/.test(type)) throw invalid('a chunk has no valid type');
  if (crc32(body) !== view.getUint32(end - 4)) throw invalid(`the checksum of ${type} is wrong`);
  return { type, data: body.subarray(4), end };
}

/** The case of the type's first letter says whether a reader may ignore the chunk. */
function isCritical(type: string): boolean {
  return type.charAt(0) === type.charAt(0).toUpperCase();
}

function parseHeader(data: Uint8Array<ArrayBuffer>): PngHeader {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colorType, compression, filter, interlace] = data.subarray(8);
  if (width < 1 || height < 1 || width > MAX_SIDE_PX || height > MAX_SIDE_PX) {
    throw invalid(`its size ${width} × ${height} is not possible`);
  }
  if (compression !== 0 || filter !== 0 || (interlace !== 0 && interlace !== 1)) {
    throw invalid('its compression, filter or interlace method is not known');
  }
  const color = COLORS.get(colorType ?? -1);
  if (color === undefined) throw notIds('it has an alpha channel');
  if (bitDepth === 16) throw notIds('it has 16 bits a pixel');
  if (bitDepth !== 1 && bitDepth !== 2 && bitDepth !== 4 && bitDepth !== 8) {
    throw invalid(`its bit depth ${bitDepth} is not possible`);
  }
  if (isTrueColor(color) && bitDepth !== 8) throw invalid(`true colours have no ${bitDepth} bits`);
  return { width, height, bitDepth, color, isInterlaced: interlace === 1 };
}

/** Whether pixels are colours and no indices or grey values. */
export function isTrueColor(color: PngHeader['color']): boolean {
  return color === 'rgb' || color === 'rgba';
}

function checkedPalette(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (data.length % 3 !== 0 || data.length > 768 || data.length === 0) {
    throw invalid(`its palette of ${data.length} bytes is not possible`);
  }
  return data;
}

function softwareOf(data: Uint8Array): string | undefined {
  const keyword = 'Software\0';
  const text = String.fromCharCode(...data.subarray(0, keyword.length + 80));
  return text.startsWith(keyword) ? text.slice(keyword.length) : undefined;
}

function invalid(what: string): StudioError {
  return new StudioError('file-invalid', `A PNG cannot be read: ${what}.`, {
    hint: 'The file is damaged; get it again from its source.',
  });
}

/** @param what after “A PNG holds no object ids:” */
export function notIds(what: string): StudioError {
  return new StudioError('file-invalid', `A PNG holds no object ids: ${what}.`, {
    hint: 'Save the masks as indexed (palette) PNG, where the pixel value is the object id.',
  });
}
