import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import { readPngChunks, type PngHeader } from './png-chunks.ts';
import { pngPasses, PNG_SOFTWARE, scanlineBytes, type PngPass } from './png-layout.ts';
import { unfilterPass } from './png-unfilter.ts';
import { inflateZlib } from './zlib-stream.ts';

/** The pixels of an indexed or greyscale PNG as raw sample values: ids, never colours. */
export interface IndexImage extends Size {
  /** Row-major, one byte a pixel. Samples of fewer bits are not scaled. */
  readonly ids: Uint8Array;
  readonly bitDepth: 1 | 2 | 4 | 8;
  /** RGB triples; absent in greyscale images. */
  readonly palette?: Uint8Array;
  /** Written by this studio: 255 is an object id there, elsewhere it is void. */
  readonly isOwn: boolean;
}

interface IndexPngLimits {
  /** The largest `width·height` that may be decoded; a larger one is refused by its header. */
  readonly maxPixels: number;
}

/**
 * Reads 1-, 2-, 4- and 8-bit indexed and greyscale PNGs, interlaced or not. Memory is bounded by
 * the declared size, which `limits` bounds: data that inflates to more is refused.
 * @throws StudioError `file-invalid`
 */
export async function readIndexPng(
  bytes: Uint8Array<ArrayBuffer>,
  limits: IndexPngLimits,
): Promise<IndexImage> {
  const { header, palette, software, data } = readPngChunks(bytes);
  const { width, height, bitDepth } = header;
  if (width * height > limits.maxPixels) {
    throw new StudioError('file-invalid', `A PNG of ${width} × ${height} pixels is too large.`, {
      hint: 'Masks must have the size of the clip.',
    });
  }
  const raw = await inflateZlib(data, rawBytes(header));
  return {
    width,
    height,
    ids: unpack(raw, header),
    bitDepth,
    isOwn: software === PNG_SOFTWARE,
    ...(palette === undefined ? {} : { palette: palette.slice() }),
  };
}

/** Bytes of all filtered scanlines with their filter bytes. */
function rawBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, pass) => sum + passBytes(pass, header.bitDepth), 0);
}

function passesOf(header: PngHeader): PngPass[] {
  return pngPasses(header, header.isInterlaced);
}

function passBytes(pass: PngPass, bitDepth: number): number {
  return pass.height * (1 + scanlineBytes(pass.width, bitDepth));
}

function unpack(raw: Uint8Array, header: PngHeader): Uint8Array {
  const ids = new Uint8Array(header.width * header.height);
  let at = 0;
  for (const pass of passesOf(header)) {
    const filtered = raw.subarray(at, at + passBytes(pass, header.bitDepth));
    at += filtered.length;
    const lineBytes = scanlineBytes(pass.width, header.bitDepth);
    unfilterPass(filtered, lineBytes);
    for (let y = 0; y < pass.height; y++) {
      const start = y * (lineBytes + 1) + 1;
      const line = filtered.subarray(start, start + lineBytes);
      placeLine(ids, line, { pass, y, imageWidth: header.width, bitDepth: header.bitDepth });
    }
  }
  return ids;
}

interface LinePlace {
  readonly pass: PngPass;
  /** Row within the pass. */
  readonly y: number;
  readonly imageWidth: number;
  readonly bitDepth: number;
}

/** Copies one line's samples to where they belong in the whole image. */
function placeLine(ids: Uint8Array, line: Uint8Array, place: LinePlace): void {
  const { pass, y, imageWidth, bitDepth } = place;
  const start = (pass.startY + y * pass.stepY) * imageWidth + pass.startX;
  if (bitDepth === 8 && pass.stepX === 1) {
    ids.set(line, start);
    return;
  }
  const perByte = 8 / bitDepth;
  const mask = (1 << bitDepth) - 1;
  for (let x = 0; x < pass.width; x++) {
    const shift = 8 - bitDepth * ((x % perByte) + 1);
    const byte = line[Math.floor(x / perByte)] ?? 0;
    ids[start + x * pass.stepX] = (byte >> shift) & mask;
  }
}
