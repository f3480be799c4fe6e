import { invariant } from '../../../core/assert.ts';
import { normalizationTable } from './normalization.ts';
import {
  bicubicTable,
  WEIGHT_BITS,
  WEIGHT_ROUNDING,
  type ResampleTable,
} from './resample-table.ts';
import { checkFrame, type RgbaFrame } from './rgba-frame.ts';

/**
 * Turns decoded frames into the image encoder's input as the reference does
 * (`sam2/utils/misc.py: _load_img_as_tensor`): Pillow's bicubic resize with antialias to S×S,
 * bit for bit, then ImageNet normalisation. Rows are resized before columns, as Pillow does up to
 * 12.3; 13.0 takes columns first for tall frames, which moves single bytes there.
 * Twin of `GpuPreprocessor`.
 */
export class CpuPreprocessor {
  readonly #imageSize: number;
  readonly #normalized = normalizationTable();
  #columns: ResampleTable | undefined;
  #rows: ResampleTable | undefined;
  /** The horizontally resized frame, RGB interleaved, `[frame height, S, 3]`. */
  #narrowed = new Uint8ClampedArray(0);

  /** @param imageSize S, side of the model's square input in pixels */
  constructor(imageSize: number) {
    this.#imageSize = imageSize;
  }

  /** @param target receives `[1,3,S,S]` float32, RGB planes */
  run(frame: RgbaFrame, target: Float32Array): void {
    const size = this.#imageSize;
    checkFrame(frame);
    invariant(target.length === 3 * size * size, `target must hold 3 × ${size} × ${size} values`);
    const columns = (this.#columns = tableFor(this.#columns, frame.width, size));
    const rows = (this.#rows = tableFor(this.#rows, frame.height, size));
    const narrowedLength = frame.height * size * 3;
    if (this.#narrowed.length < narrowedLength) {
      this.#narrowed = new Uint8ClampedArray(narrowedLength);
    }
    resizeRows(frame, columns, this.#narrowed);
    resizeColumns(this.#narrowed, rows, { target, normalized: this.#normalized });
  }
}

function tableFor(
  current: ResampleTable | undefined,
  inputSize: number,
  outputSize: number,
): ResampleTable {
  return current?.inputSize === inputSize ? current : bicubicTable(inputSize, outputSize);
}

/** `Resample.c: ImagingResampleHorizontal_8bpc`; the clamped array is Pillow's `clip8`. */
function resizeRows(frame: RgbaFrame, table: ResampleTable, target: Uint8ClampedArray): void {
  const { rgba, width, height } = frame;
  const { outputSize, tapStride, firstTaps, tapCounts, weights } = table;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < outputSize; x++) {
      let [red, green, blue] = [WEIGHT_ROUNDING, WEIGHT_ROUNDING, WEIGHT_ROUNDING];
      const firstWeight = x * tapStride;
      const endWeight = firstWeight + (tapCounts[x] ?? 0);
      let from = (row + (firstTaps[x] ?? 0)) * 4;
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
}

/** `Resample.c: ImagingResampleVertical_8bpc`, then the normalisation, into planes. */
function resizeColumns(
  source: Uint8ClampedArray,
  table: ResampleTable,
  { target, normalized }: { target: Float32Array; normalized: Float32Array },
): void {
  const { outputSize: size, tapStride, firstTaps, tapCounts, weights } = table;
  const [plane, stride] = [size * size, size * 3];
  for (let y = 0; y < size; y++) {
    const firstWeight = y * tapStride;
    const endWeight = firstWeight + (tapCounts[y] ?? 0);
    const firstRow = (firstTaps[y] ?? 0) * stride;
    for (let x = 0; x < size; x++) {
      let [red, green, blue] = [WEIGHT_ROUNDING, WEIGHT_ROUNDING, WEIGHT_ROUNDING];
      let from = firstRow + x * 3;
      for (let at = firstWeight; at < endWeight; at++) {
        const weight = weights[at] ?? 0;
        red = (red + Math.imul(source[from] ?? 0, weight)) | 0;
        green = (green + Math.imul(source[from + 1] ?? 0, weight)) | 0;
        blue = (blue + Math.imul(source[from + 2] ?? 0, weight)) | 0;
        from += stride;
      }
      const to = y * size + x;
      target[to] = normalized[clampToByte(red >> WEIGHT_BITS)] ?? 0;
      target[plane + to] = normalized[256 + clampToByte(green >> WEIGHT_BITS)] ?? 0;
      target[2 * plane + to] = normalized[512 + clampToByte(blue >> WEIGHT_BITS)] ?? 0;
    }
  }
}

function clampToByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
