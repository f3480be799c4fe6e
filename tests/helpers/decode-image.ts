import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decodeJpeg, { init as initJpegDecoder } from '@jsquash/jpeg/decode.js';
import { decode as decodePng } from 'fast-png';

/** An 8-bit image, row-major, four bytes a pixel. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array<ArrayBuffer>;
}

/**
 * Decodes a PNG or JPEG file in Node. JPEG goes through libjpeg-turbo's integer IDCT and fancy
 * upsampling, so that the bytes are those Pillow gives to the reference (another decoder differs by
 * tens of grey levels at edges).
 */
export async function decodeImage(path: string | URL): Promise<DecodedImage> {
  const bytes = await readFile(path);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  return isJpeg ? decodeJpegBytes(bytes) : decodePngBytes(bytes);
}

let jpegDecoder: Promise<void> | undefined;

async function decodeJpegBytes(bytes: Uint8Array): Promise<DecodedImage> {
  jpegDecoder ??= loadJpegDecoder();
  await jpegDecoder;
  const image = await decodeJpeg(Uint8Array.from(bytes).buffer);
  return {
    width: image.width,
    height: image.height,
    rgba: new Uint8Array(image.data.buffer, image.data.byteOffset, image.data.byteLength),
  };
}

/** The package fetches its WASM by URL, which Node refuses for files; and it returns `ImageData`. */
async function loadJpegDecoder(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  await initJpegDecoder({ wasmBinary: await readFile(path) });
  const scope: { ImageData?: unknown } = globalThis;
  scope.ImageData ??= NodeImageData;
}

class NodeImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

function decodePngBytes(bytes: Uint8Array): DecodedImage {
  const { width, height, data, channels, depth, palette } = decodePng(bytes);
  if (depth !== 8 || palette !== undefined || (channels !== 3 && channels !== 4)) {
    throw new Error(`expected an 8-bit RGB or RGBA PNG, got ${channels} × ${depth} bits`);
  }
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      rgba[pixel * 4 + channel] = data[pixel * channels + channel] ?? 0;
    }
  }
  return { width, height, rgba };
}
