import type { PictureRows } from './pixel-conversion.ts';
import {
  bicubicTable,
  WEIGHT_BITS,
  WEIGHT_ROUNDING,
  type ResampleTable,
} from './resample-table.ts';

type Bytes = Uint8ClampedArray<ArrayBuffer>;

/**
 * Resizes pictures to S×S as the reference does before it normalises them (`sam2/utils/misc.py:
 * _load_img_as_tensor`): Pillow's bicubic filter with antialias, bit for bit. Rows are resized
 * before columns, as Pillow does up to 12.3; 13.0 takes columns first for tall frames, which moves
 * single bytes there. What `GpuPreprocessor` does besides is in its twin `normalizePixels`.
 */
export class SquareResizer {
  /** S */
  readonly side: number;
  #columns: ResampleTable | undefined;
  #rows: ResampleTable | undefined;
  /** One row of the picture, RGBA. */
  #row: Bytes = new Uint8ClampedArray(0);
  /** The horizontally resized picture, RGB interleaved, `[picture height, S, 3]`. */
  #narrowed: Bytes = new Uint8ClampedArray(0);

  /** @param side S, of the model's square input in pixels */
  constructor(side: number) {
    this.side = side;
  }

  /** @returns RGB interleaved, `[S,S,3]`, the caller's */
  resize(picture: PictureRows): Bytes {
    const { side } = this;
    const { width, height } = picture;
    const columns = (this.#columns = tableFor(this.#columns, width, side));
    const rows = (this.#rows = tableFor(this.#rows, height, side));
    this.#row = atLeast(this.#row, width * 4);
    this.#narrowed = atLeast(this.#narrowed, height * side * 3);
    for (let y = 0; y < height; y++) {
      picture.readRow(y, this.#row);
      resizeRow(this.#row, columns, { target: this.#narrowed, to: y * side * 3 });
    }
    const resized = new Uint8ClampedArray(side * side * 3);
    resizeColumns(this.#narrowed, rows, resized);
    return resized;
  }
}

function tableFor(
  current: ResampleTable | undefined,
  inputSize: number,
  outputSize: number,
): ResampleTable {
  return current?.inputSize === inputSize ? current : bicubicTable(inputSize, outputSize);
}

function atLeast(current: Bytes, length: number): Bytes {
  return current.length < length ? new Uint8ClampedArray(length) : current;
}

/** `Resample.c: ImagingResampleHorizontal_8bpc`; the clamped array is Pillow's `clip8`. */
function resizeRow(
  rgba: Bytes,
  table: ResampleTable,
  { target, to: start }: { readonly target: Bytes; readonly to: number },
): void {
  const { outputSize, tapStride, firstTaps, tapCounts, weights } = table;
  let to = start;
  for (let x = 0; x < outputSize; x++) {
    let [red, green, blue] = [WEIGHT_ROUNDING, WEIGHT_ROUNDING, WEIGHT_ROUNDING];
    const firstWeight = x * tapStride;
    const endWeight = firstWeight + (tapCounts[x] ?? 0);
    let from = (firstTaps[x] ?? 0) * 4;
    for (let at = firstWeight; at < endWeight; at++) {
      const weight = weights[at] ?? 0;
      red = (red + Math.imul(rgba[from] ?? 0, weight)) | 0;
      green = (green + Math.imul(rgba[from + 1] ?? 0, weight)) | 0;
      blue = (blue + Math.imul(rgba[from + 2] ?? 0, weight)) | 0;
      from += 4;
    }
    target[to] = red >> WEIGHT_BITS;
    target[to + 1] = green >> WEIGHT_BITS;
    target[to + 2] = blue >> WEIGHT_BITS;
    to += 3;
  }
}

/** `Resample.c: ImagingResampleVertical_8bpc`. */
function resizeColumns(source: Bytes, table: ResampleTable, target: Bytes): void {
  const { outputSize: size, tapStride, firstTaps, tapCounts, weights } = table;
  const stride = size * 3;
  let to = 0;
  for (let y = 0; y < size; y++) {
    const firstWeight = y * tapStride;
    const endWeight = firstWeight + (tapCounts[y] ?? 0);
    const firstRow = (firstTaps[y] ?? 0) * stride;
    for (let x = 0; x < stride; x += 3) {
      let [red, green, blue] = [WEIGHT_ROUNDING, WEIGHT_ROUNDING, WEIGHT_ROUNDING];
      let from = firstRow + x;
      for (let at = firstWeight; at < endWeight; at++) {
        const weight = weights[at] ?? 0;
        red = (red + Math.imul(source[from] ?? 0, weight)) | 0;
        green = (green + Math.imul(source[from + 1] ?? 0, weight)) | 0;
        blue = (blue + Math.imul(source[from + 2] ?? 0, weight)) | 0;
        from += stride;
      }
      target[to] = red >> WEIGHT_BITS;
      target[to + 1] = green >> WEIGHT_BITS;
      target[to + 2] = blue >> WEIGHT_BITS;
      to += 3;
    }
  }
}
