import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import { pngFile } from './png-file.ts';
import { PNG_SOFTWARE, TRUE_COLOR_ALPHA } from './png-layout.ts';
import { deflateZlib } from './zlib-stream.ts';

const BYTES_PER_PIXEL = 4;
/** The filters that are tried on each row (PNG 3rd edition, 9.2), by their number in the file. */
const NONE = 0;
const SUB = 1;
const UP = 2;
const PAETH = 4;

/**
 * Writes true-colour PNGs with alpha, 8 bits a sample, of one size. The canvas is no way to get
 * them: it multiplies by alpha, and browsers that hide their users' traces change its pixels.
 * Holds three buffers of a row and one of the scanlines; one `encode` at a time.
 */
export class RgbaPngWriter {
  readonly #size: Size;
  readonly #scanlines: Uint8Array<ArrayBuffer>;
  readonly #filtered: ReadonlyMap<number, Uint8Array>;

  constructor(size: Size) {
    this.#size = size;
    const rowBytes = size.width * BYTES_PER_PIXEL;
    this.#scanlines = new Uint8Array(size.height * (rowBytes + 1));
    this.#filtered = new Map([SUB, UP, PAETH].map((filter) => [filter, new Uint8Array(rowBytes)]));
  }

  /** @param rgba row-major, `width·height·4`, alpha not multiplied; not kept */
  async encode(rgba: Uint8Array | Uint8ClampedArray): Promise<Uint8Array> {
    const { width, height } = this.#size;
    const rowBytes = width * BYTES_PER_PIXEL;
    invariant(rgba.length === rowBytes * height, 'pixels do not fill width × height');
    const bytes = new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.length);
    let above: Uint8Array = new Uint8Array(rowBytes);
    for (let y = 0; y < height; y++) {
      const row = bytes.subarray(y * rowBytes, (y + 1) * rowBytes);
      this.#writeRow(y * (rowBytes + 1), row, above);
      above = row;
    }
    const data = await deflateZlib(this.#scanlines);
    return pngFile({
      size: this.#size,
      colorType: TRUE_COLOR_ALPHA,
      software: PNG_SOFTWARE,
      data,
    });
  }

  /** The filter whose outcome is nearest to nothing, as the PNG specification advises (12.7). */
  #writeRow(at: number, row: Uint8Array, above: Uint8Array): void {
    let [best, bestFilter, bestCost] = [row, NONE, costOf(row)];
    if (bestCost > 0) {
      for (const [filter, filtered] of this.#filtered) {
        FILTERS[filter]?.(filtered, row, above);
        const cost = costOf(filtered);
        if (cost < bestCost) [best, bestFilter, bestCost] = [filtered, filter, cost];
      }
    }
    this.#scanlines[at] = bestFilter;
    this.#scanlines.set(best, at + 1);
  }
}

type Filter = (to: Uint8Array, row: Uint8Array, above: Uint8Array) => void;

// Left of the first pixel there is nothing; asking for it there would slow down every other pixel.
const FILTERS: Readonly<Record<number, Filter>> = {
  [SUB]: (to, row) => {
    to.set(row.subarray(0, BYTES_PER_PIXEL));
    for (let i = BYTES_PER_PIXEL; i < row.length; i++) {
      to[i] = (row[i] ?? 0) - (row[i - BYTES_PER_PIXEL] ?? 0);
    }
  },
  [UP]: (to, row, above) => {
    for (let i = 0; i < row.length; i++) to[i] = (row[i] ?? 0) - (above[i] ?? 0);
  },
  [PAETH]: (to, row, above) => {
    for (let i = 0; i < BYTES_PER_PIXEL; i++) to[i] = (row[i] ?? 0) - (above[i] ?? 0);
    for (let i = BYTES_PER_PIXEL; i < row.length; i++) {
      const left = row[i - BYTES_PER_PIXEL] ?? 0;
      const corner = above[i - BYTES_PER_PIXEL] ?? 0;
      to[i] = (row[i] ?? 0) - paeth(left, above[i] ?? 0, corner);
    }
  },
};

/** PNG 3rd edition, 9.4: of the three neighbours the one nearest to `left + above − corner`. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Sum of the bytes as signed numbers, without their signs. */
function costOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    sum += byte < 128 ? byte : 256 - byte;
  }
  return sum;
}
