import type { Size } from '../core/geometry.ts';

/** The eight bytes with which each PNG starts (PNG 3rd edition, 5.2). */
export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** IHDR's colour type, of those that can hold object ids. */
export const GREYSCALE = 0;
/** IHDR's colour type of an image whose pixels are palette indices. */
export const INDEXED = 3;

/** IHDR's colour type of true colours, three samples a pixel. */
export const TRUE_COLOR = 2;
/** IHDR's colour type of true colours with alpha, four samples a pixel. */
export const TRUE_COLOR_ALPHA = 6;

/** Written as the PNG's `Software`: in files that carry it, 255 is an object id and not void. */
export const PNG_SOFTWARE = 'Segmentation Studio';

/** A sub-image of an interlaced PNG: which pixels it holds of the whole. */
export interface PngPass extends Size {
  readonly startX: number;
  readonly startY: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** Adam7 (PNG 3rd edition, 8.2): start x, start y, step x, step y of each pass. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes in file order, without those that hold no pixel; one when not interlaced. */
export function pngPasses({ width, height }: Size, isInterlaced: boolean): PngPass[] {
  if (!isInterlaced) return [{ width, height, startX: 0, startY: 0, stepX: 1, stepY: 1 }];
  return ADAM7.map(([startX, startY, stepX, stepY]) => ({
    width: Math.ceil((width - startX) / stepX),
    height: Math.ceil((height - startY) / stepY),
    startX,
    startY,
    stepX,
    stepY,
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Bytes of one scanline, without its filter byte. */
export function scanlineBytes(width: number, bitsPerPixel: number): number {
  return Math.ceil((width * bitsPerPixel) / 8);
}
