import type { Size } from '../core/geometry.ts';
import { crc32 } from '../core/crc32.ts';
import { PNG_SIGNATURE } from './png-layout.ts';

const BIT_DEPTH = 8;

/** A PNG of 8 bits a sample, but for its signature and its end. */
export interface PngContent {
  readonly size: Size;
  /** IHDR's colour type, of `png-layout.ts`. */
  readonly colorType: number;
  /** RGB triples; for indexed images. */
  readonly palette?: Uint8Array;
  /** Name of the program, for the text chunk `Software`. */
  readonly software?: string;
  /** The filtered scanlines as a zlib stream, in pieces. */
  readonly data: readonly Uint8Array[];
}

/** The bytes of a PNG file. */
export function pngFile({ size, colorType, palette, software, data }: PngContent): Uint8Array {
  return concatenate([
    PNG_SIGNATURE,
    ...chunk('IHDR', [header(size, colorType)]),
    ...(palette === undefined ? [] : chunk('PLTE', [palette])),
    ...(software === undefined ? [] : chunk('tEXt', [ascii(`Software\0${software}`)])),
    ...chunk('IDAT', data),
    ...chunk('IEND', []),
  ]);
}

/** IHDR: size, bit depth, colour type, deflate, adaptive filters, not interlaced. */
function header({ width, height }: Size, colorType: number): Uint8Array {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  bytes[8] = BIT_DEPTH;
  bytes[9] = colorType;
  return bytes;
}

/** Length, type and data, CRC: the parts of a chunk in file order. */
function chunk(type: string, data: readonly Uint8Array[]): Uint8Array[] {
  const body = concatenate([ascii(type), ...data]);
  return [uint32(body.length - type.length), body, uint32(crc32(body))];
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
