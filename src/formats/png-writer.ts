import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import { crc32 } from './crc32.ts';
import { DAVIS_PALETTE } from './davis-palette.ts';
import { INDEXED, PNG_SIGNATURE, PNG_SOFTWARE } from './png-layout.ts';
import { deflateZlib } from './zlib-stream.ts';

const BIT_DEPTH = 8;
/** Ids as they are: on real masks a fifth to a half smaller than any filter; docs/formats.md. */
const FILTER_NONE = 0;

/**
 * Writes indexed PNGs of one size: 8 bits a pixel, the DAVIS palette, pixel value = object id.
 * Holds one buffer of the scanlines, used again for each frame; one `encode` at a time.
 */
export class IndexedPngWriter {
  readonly #size: Size;
  readonly #scanlines: Uint8Array<ArrayBuffer>;

  constructor(size: Size) {
    this.#size = size;
    this.#scanlines = new Uint8Array(size.height * (size.width + 1));
  }

  /** @param ids row-major, `width·height`; not kept */
  async encode(ids: Uint8Array): Promise<Uint8Array> {
    const { width, height } = this.#size;
    invariant(ids.length === width * height, 'ids do not fill width × height');
    this.#fillScanlines(ids);
    const data = await deflateZlib(this.#scanlines);
    return concatenate([
      PNG_SIGNATURE,
      ...chunk('IHDR', [header(this.#size)]),
      ...chunk('PLTE', [DAVIS_PALETTE]),
      ...chunk('tEXt', [ascii(`Software\0${PNG_SOFTWARE}`)]),
      ...chunk('IDAT', data),
      ...chunk('IEND', []),
    ]);
  }

  /** Each row after the byte that names its filter. */
  #fillScanlines(ids: Uint8Array): void {
    const { width, height } = this.#size;
    for (let y = 0; y < height; y++) {
      const at = y * (width + 1);
      this.#scanlines[at] = FILTER_NONE;
      this.#scanlines.set(ids.subarray(y * width, (y + 1) * width), at + 1);
    }
  }
}

/** IHDR: size, bit depth, colour type, deflate, adaptive filters, not interlaced. */
function header({ width, height }: Size): Uint8Array {
  const bytes = new Uint8Array(13);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  bytes[8] = BIT_DEPTH;
  bytes[9] = INDEXED;
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
