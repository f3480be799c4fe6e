import { crc32, deflateSync } from 'node:zlib';

export interface CraftedHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  readonly interlace?: number;
  readonly compression?: number;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** One PNG chunk; `crc` overrides the right checksum. */
export function pngChunk(type: string, data: Uint8Array, crc?: number): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE((crc ?? crc32(body)) >>> 0, body.length + 4);
  return framed;
}

export function headerChunk(header: CraftedHeader): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(header.width, 0);
  data.writeUInt32BE(header.height, 4);
  data[8] = header.bitDepth;
  data[9] = header.colorType;
  data[10] = header.compression ?? 0;
  data[12] = header.interlace ?? 0;
  return pngChunk('IHDR', data);
}

/** A PNG of these chunks, with IEND. */
export function craftPng(...chunks: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    Buffer.concat([SIGNATURE, ...chunks, pngChunk('IEND', new Uint8Array(0))]),
  );
}

/** A PNG of scanlines that already have their filter bytes. */
export function pngOfScanlines(
  header: CraftedHeader,
  scanlines: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const palette = pngChunk('PLTE', new Uint8Array(768));
  const chunks = header.colorType === 3 ? [palette] : [];
  return craftPng(headerChunk(header), ...chunks, pngChunk('IDAT', deflateSync(scanlines)));
}
