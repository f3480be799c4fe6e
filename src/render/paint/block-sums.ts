import type { Size } from '../../core/geometry.ts';

/** Numbers that each block has: sums of red, green and blue, and the pixels counted. */
export const BLOCK_FIELDS = 4;

/** A frame in square blocks, the last ones of a row or column cut off by its edge. */
export interface BlockSums {
  readonly columns: number;
  readonly rows: number;
  /** Pixels along a block's side. */
  readonly blockPx: number;
  /** Row-major, `columns·rows·BLOCK_FIELDS`; whole numbers. */
  readonly sums: Float64Array;
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
  const sums = new Float64Array(columns * rows * BLOCK_FIELDS);
  for (let y = 0; y < height; y++) {
    let to = Math.floor(y / blockPx) * columns * BLOCK_FIELDS;
    const rowEnd = (y + 1) * width;
    for (let start = y * width; start < rowEnd; start += blockPx, to += BLOCK_FIELDS) {
      const end = Math.min(start + blockPx, rowEnd);
      let [red, green, blue, count] = [0, 0, 0, 0];
      for (let pixel = start; pixel < end; pixel++) {
        if (region[pixel] !== regionValue) continue;
        red += rgba[pixel * 4] ?? 0;
        green += rgba[pixel * 4 + 1] ?? 0;
        blue += rgba[pixel * 4 + 2] ?? 0;
        count++;
      }
      sums[to] = (sums[to] ?? 0) + red;
      sums[to + 1] = (sums[to + 1] ?? 0) + green;
      sums[to + 2] = (sums[to + 2] ?? 0) + blue;
      sums[to + 3] = (sums[to + 3] ?? 0) + count;
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
