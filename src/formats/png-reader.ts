import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import { isTrueColor, notIds, readPngChunks, readPngHeader, type PngHeader } from './png-chunks.ts';
import { pngPasses, PNG_SOFTWARE, scanlineBytes, type PngPass } from './png-layout.ts';
import { unfilterPass } from './png-unfilter.ts';
import { inflateZlib } from './zlib-stream.ts';

/** What an image of ids says besides its pixels. */
export interface IndexImageFacts extends Size {
  readonly bitDepth: 1 | 2 | 4 | 8;
  /** RGB triples; absent in greyscale images. */
  readonly palette?: Uint8Array;
  /** Written by this studio: 255 is an object id there, elsewhere it is void. */
  readonly isOwn: boolean;
}

/** The pixels of an indexed or greyscale PNG as raw sample values: ids, never colours. */
export interface IndexImage extends IndexImageFacts {
  /** Row-major, one byte a pixel. Samples of fewer bits are not scaled. */
  readonly ids: Uint8Array;
}

/** The pixels of a PNG as its samples, or the indices of its palette. */
export interface PngSamples {
  readonly header: PngHeader;
  /** Row-major; one byte a sample, `channels` samples a pixel. */
  readonly samples: Uint8Array;
  readonly channels: 1 | 3 | 4;
  /** RGB triples; only in indexed images. */
  readonly palette?: Uint8Array;
  readonly isOwn: boolean;
}

/** What may be decoded, and how. */
export interface PngLimits {
  /** The largest `width·height`; a larger image is refused by its header. */
  readonly maxPixels: number;
  /** Outside browsers there are quicker ones than the platform's streams. */
  readonly inflate?: typeof inflateZlib;
}

/**
 * Reads 1-, 2-, 4- and 8-bit indexed and greyscale PNGs, interlaced or not. Memory is bounded by
 * the declared size, which `maxPixels` bounds: data that inflates to more is refused.
 * @throws StudioError `file-invalid`
 */
export async function readIndexPng(
  bytes: Uint8Array<ArrayBuffer>,
  limits: PngLimits,
): Promise<IndexImage> {
  if (isTrueColor(readPngHeader(bytes).color)) throw notIds('it has true colours');
  const { header, samples, palette, isOwn } = await readPngSamples(bytes, limits);
  const { width, height, bitDepth } = header;
  return { width, height, ids: samples, bitDepth, isOwn, ...(palette && { palette }) };
}

/**
 * Reads any PNG of 8 or fewer bits a sample but greyscale with alpha, bounded as `readIndexPng`.
 * @throws StudioError `file-invalid`
 */
export async function readPngSamples(
  bytes: Uint8Array<ArrayBuffer>,
  { maxPixels, inflate = inflateZlib }: PngLimits,
): Promise<PngSamples> {
  const { header, palette, software, data } = readPngChunks(bytes);
  const { width, height } = header;
  if (width * height > maxPixels) {
    throw new StudioError('file-invalid', `A PNG of ${width} × ${height} pixels is too large.`, {
      hint: 'Masks must have the size of the clip.',
    });
  }
  const raw = await inflate(data, rawBytes(header));
  return {
    header,
    samples: unpack(raw, header),
    channels: channelsOf(header),
    isOwn: software === PNG_SOFTWARE,
    ...(palette && { palette: palette.slice() }),
  };
}

function channelsOf({ color }: PngHeader): 1 | 3 | 4 {
  if (!isTrueColor(color)) return 1;
  return color === 'rgb' ? 3 : 4;
}

function bitsPerPixel(header: PngHeader): number {
  return header.bitDepth * channelsOf(header);
}

/** Bytes of all filtered scanlines with their filter bytes. */
function rawBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, pass) => sum + passBytes(pass, header), 0);
}

function passesOf(header: PngHeader): PngPass[] {
  return pngPasses(header, header.isInterlaced);
}

function passBytes(pass: PngPass, header: PngHeader): number {
  return pass.height * (1 + scanlineBytes(pass.width, bitsPerPixel(header)));
}

/** Takes the inflated bytes over. */
function unpack(raw: Uint8Array, header: PngHeader): Uint8Array {
  const channels = channelsOf(header);
  if (header.bitDepth === 8 && !header.isInterlaced) {
    const lineBytes = header.width * channels;
    unfilterPass(raw, lineBytes, channels);
    return closeLines(raw, lineBytes);
  }
  const samples = new Uint8Array(header.width * header.height * channels);
  let at = 0;
  for (const pass of passesOf(header)) {
    const filtered = raw.subarray(at, at + passBytes(pass, header));
    at += filtered.length;
    const lineBytes = scanlineBytes(pass.width, bitsPerPixel(header));
    unfilterPass(filtered, lineBytes, channels);
    for (let y = 0; y < pass.height; y++) {
      const start = y * (lineBytes + 1) + 1;
      const line = filtered.subarray(start, start + lineBytes);
      const place = { pass, y, imageWidth: header.width };
      if (header.bitDepth === 8) placeBytes(samples, line, { ...place, channels });
      else placeBits(samples, line, { ...place, bitDepth: header.bitDepth });
    }
  }
  return samples;
}

/** Moves the lines together over their filter bytes: what nearly all masks need, without a copy. */
function closeLines(filtered: Uint8Array, lineBytes: number): Uint8Array {
  const stride = lineBytes + 1;
  const height = filtered.length / stride;
  for (let y = 0; y < height; y++) {
    filtered.copyWithin(y * lineBytes, y * stride + 1, (y + 1) * stride);
  }
  return filtered.subarray(0, height * lineBytes);
}

interface LinePlace {
  readonly pass: PngPass;
  /** Row within the pass. */
  readonly y: number;
  readonly imageWidth: number;
}

/** The pixel of the whole image at which a line starts. */
function lineStart({ pass, y, imageWidth }: LinePlace): number {
  return (pass.startY + y * pass.stepY) * imageWidth + pass.startX;
}

/** Copies one line's pixels of whole bytes to where they belong in the image. */
function placeBytes(
  samples: Uint8Array,
  line: Uint8Array,
  place: LinePlace & { readonly channels: number },
): void {
  const { pass, channels } = place;
  const start = lineStart(place);
  if (pass.stepX === 1) {
    samples.set(line, start * channels);
    return;
  }
  for (let x = 0; x < pass.width; x++) {
    const pixel = line.subarray(x * channels, (x + 1) * channels);
    samples.set(pixel, (start + x * pass.stepX) * channels);
  }
}

/** The same for samples of less than a byte, of one channel. */
function placeBits(
  samples: Uint8Array,
  line: Uint8Array,
  place: LinePlace & { readonly bitDepth: number },
): void {
  const { pass, bitDepth } = place;
  const start = lineStart(place);
  const perByte = 8 / bitDepth;
  const mask = (1 << bitDepth) - 1;
  for (let x = 0; x < pass.width; x++) {
    const shift = 8 - bitDepth * ((x % perByte) + 1);
    const byte = line[Math.floor(x / perByte)] ?? 0;
    samples[start + x * pass.stepX] = (byte >> shift) & mask;
  }
}
