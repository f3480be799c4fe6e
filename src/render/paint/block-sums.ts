import type { Size } from '../../core/geometry.ts';

/** Numbers that each block has: sums of red, green and blue, and the pixels counted. */
export const BLOCK_FIELDS = 4;

/** A frame in square blocks, the last ones of a row or column cut off by its edge. */
export interface BlockSums {
  readonly columns: number;
  readonly rows: number;
  /** Pixels along a block's side. */
  readonly blockPx: number;
  /** Row-major, `columns·rows·BLOCK_FIELDS`. */
  readonly sums: Float32Array;
}

interface BlockSource {
  /** RGBA, row-major. */
  readonly rgba: Uint8ClampedArray;
  readonly size: Size;
  /** Row-major, a byte a pixel: pixels with this value are counted. */
  readonly region: Uint8Array;
  readonly regionValue: number;
}

/**
 * Adds up the pixels of a region block by block. Pixels outside of the region do not count, so that
 * no colour crosses its border.
 */
export function sumBlocks(
  { rgba, size, region, regionValue }: BlockSource,
  blockPx: number,
): BlockSums {
  const { width, height } = size;
  const columns = Math.ceil(width / blockPx);
  const rows = Math.ceil(height / blockPx);
  const sums = new Float32Array(columns * rows * BLOCK_FIELDS);
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = Math.floor(y / blockPx) * columns;
    for (let x = 0; x < width; x++, pixel++) {
      if (region[pixel] !== regionValue) continue;
      const to = (row + Math.floor(x / blockPx)) * BLOCK_FIELDS;
      const from = pixel * 4;
      sums[to] = (sums[to] ?? 0) + (rgba[from] ?? 0);
      sums[to + 1] = (sums[to + 1] ?? 0) + (rgba[from + 1] ?? 0);
      sums[to + 2] = (sums[to + 2] ?? 0) + (rgba[from + 2] ?? 0);
      sums[to + 3] = (sums[to + 3] ?? 0) + 1;
    }
  }
  return { columns, rows, blockPx, sums };
}

/** The mean colour of each block as opaque RGBA, a pixel a block; nothing where none was counted. */
export function blockMeans({ columns, rows, sums }: BlockSums): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(columns * rows * 4);
  for (let at = 0; at < rgba.length; at += 4) {
    const count = sums[at + 3] ?? 0;
    if (count === 0) continue;
    rgba[at] = (sums[at] ?? 0) / count;
    rgba[at + 1] = (sums[at + 1] ?? 0) / count;
    rgba[at + 2] = (sums[at + 2] ?? 0) / count;
    rgba[at + 3] = 255;
  }
  return rgba;
}
