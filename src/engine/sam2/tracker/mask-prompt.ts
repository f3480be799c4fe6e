import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import { decodeRle, type BinaryMask, type MaskRle } from '../../../core/rle.ts';

/** Coverage from which a model pixel belongs to the mask, `sam2_video_predictor.py: add_new_mask`. */
const COVERAGE_THRESHOLD = 0.5;

/**
 * The user's mask at the model's size: PyTorch's bilinear resize with antialias, then ≥ 0.5. A mask
 * of that size already stays as it is. The result is the caller's.
 * Source: `sam2_video_predictor.py: add_new_mask`.
 */
export function maskPromptToModel(rle: MaskRle, imageSize: number): BinaryMask {
  const mask = decodeRle(rle);
  if (mask.width === imageSize && mask.height === imageSize) return mask;
  const coverage = resizeAntialiased(mask, { width: imageSize, height: imageSize });
  return {
    width: imageSize,
    height: imageSize,
    data: Uint8Array.from(coverage, (value) => (value >= COVERAGE_THRESHOLD ? 1 : 0)),
  };
}

/**
 * `interpolate(mode='bilinear', antialias=True, align_corners=False)` of a mask of zeros and ones,
 * row-major float32: columns, then rows, each in float32 with fused multiply-adds. Equal to
 * PyTorch on CPU to the bit up to a shrinking factor of 2; beyond it PyTorch's builds differ from
 * each other, and from this, in the last bit.
 * Source: PyTorch `aten/src/ATen/native/cpu/UpSampleKernel.cpp`.
 */
export function resizeAntialiased(mask: BinaryMask, size: Size): Float32Array<ArrayBuffer> {
  const narrowed = resizeColumns(mask, triangleFilter(mask.width, size.width));
  return resizeRows(narrowed, size.width, triangleFilter(mask.height, size.height));
}

/** Output `i` is the sum of `weights[i][t] · input[firstTaps[i] + t]`. */
interface Filter {
  readonly firstTaps: readonly number[];
  readonly weights: readonly Float32Array[];
}

/** `HelperInterpBase::_compute_indices_min_size_weights_aa` for float. */
function triangleFilter(inputSize: number, outputSize: number): Filter {
  invariant(inputSize > 0 && outputSize > 0, 'resized sizes must be positive');
  const scale = Math.fround(inputSize / outputSize);
  const support = Math.max(scale, 1);
  const inverseScale = Math.fround(1 / support);
  const firstTaps: number[] = [];
  const weights: Float32Array[] = [];
  for (let i = 0; i < outputSize; i++) {
    const center = Math.fround(scale * (i + 0.5));
    const first = Math.max(Math.trunc(Math.fround(center - support) + 0.5), 0);
    const end = Math.min(Math.trunc(Math.fround(center + support) + 0.5), inputSize);
    firstTaps.push(first);
    weights.push(
      normalized(
        Float32Array.from({ length: end - first }, (_, t) => {
          const offset = Math.fround((Math.fround(t + first - center) + 0.5) * inverseScale);
          return Math.max(1 - Math.abs(offset), 0);
        }),
      ),
    );
  }
  return { firstTaps, weights };
}

function normalized(taps: Float32Array): Float32Array {
  const total = taps.reduce((sum, weight) => Math.fround(sum + weight), 0);
  return taps.map((weight) => weight / total);
}

function resizeColumns({ width, height, data }: BinaryMask, filter: Filter): Float32Array {
  const outputWidth = filter.weights.length;
  const result = new Float32Array(height * outputWidth);
  for (let x = 0; x < outputWidth; x++) {
    const weights = filter.weights[x] ?? new Float32Array();
    const first = filter.firstTaps[x] ?? 0;
    for (let y = 0; y < height; y++) {
      const from = y * width + first;
      let sum = 0;
      for (let t = 0; t < weights.length; t++) {
        if (data[from + t] !== 0) sum = Math.fround(sum + (weights[t] ?? 0));
      }
      result[y * outputWidth + x] = sum;
    }
  }
  return result;
}

function resizeRows(
  source: Float32Array,
  width: number,
  filter: Filter,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(filter.weights.length * width);
  for (const [y, weights] of filter.weights.entries()) {
    const first = (filter.firstTaps[y] ?? 0) * width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let t = 0; t < weights.length; t++) {
        // The product of two float32 is exact here, so one rounding makes a fused multiply-add.
        sum = Math.fround(sum + (weights[t] ?? 0) * (source[first + t * width + x] ?? 0));
      }
      result[y * width + x] = sum;
    }
  }
  return result;
}
