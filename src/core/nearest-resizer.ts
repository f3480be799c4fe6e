import { invariant } from './assert.ts';
import type { Size } from './geometry.ts';
import { decodeRle, encodeRle, type MaskRle } from './rle.ts';

/**
 * Resizes a plane of ids as `cv2.resize(…, interpolation=INTER_NEAREST)` does: pixel x comes from
 * `floor(x · source / target)`, with no half-pixel centre. Source: opencv `resize.cpp: resizeNN`.
 */
export class NearestResizer {
  readonly #from: Size;
  readonly #to: Size;
  readonly #columns: Int32Array;

  constructor(from: Size, to: Size) {
    this.#from = from;
    this.#to = to;
    this.#columns = Int32Array.from({ length: to.width }, (_, x) =>
      sourceOf(x, from.width, to.width),
    );
  }

  /**
   * @param source row-major, of the size `from`
   * @param target row-major, of the size `to`; written over whole
   */
  resize(source: Uint8Array, target: Uint8Array): void {
    const { width, height } = this.#to;
    invariant(
      source.length === this.#from.width * this.#from.height,
      'the source has another size',
    );
    invariant(target.length === width * height, 'the target has another size');
    const columns = this.#columns;
    for (let y = 0; y < height; y++) {
      const from = sourceOf(y, this.#from.height, height) * this.#from.width;
      const to = y * width;
      for (let x = 0; x < width; x++) target[to + x] = source[from + (columns[x] ?? 0)] ?? 0;
    }
  }
}

/** With OpenCV's own roundings, which for some sizes differ from the quotient's floor. */
function sourceOf(position: number, from: number, to: number): number {
  const scale = 1 / (to / from);
  return Math.min(Math.floor(position * scale), from - 1);
}

/** A mask at another size, by `NearestResizer`; the same mask where it has that size. */
export function resizeMask(mask: MaskRle, to: Size): MaskRle {
  if (mask.width === to.width && mask.height === to.height) return mask;
  const data = new Uint8Array(to.width * to.height);
  new NearestResizer(mask, to).resize(decodeRle(mask).data, data);
  return encodeRle({ width: to.width, height: to.height, data });
}
