import { invariant } from '../assert.ts';

/** Fraction bits of the weights, Pillow `Resample.c: PRECISION_BITS` (32 − 8 − 2). */
export const WEIGHT_BITS = 22;

/** Half of one in fixed point: what Pillow adds before it shifts, so that the shift rounds. */
export const WEIGHT_ROUNDING = 1 << (WEIGHT_BITS - 1);

/**
 * How each output sample along one axis is made of input samples: output `i` is the sum of
 * `weights[i·tapStride + t] · input[firstTaps[i] + t]` for `t < tapCounts[i]`, in fixed point.
 * Weights past an output's tap count are 0.
 */
export interface ResampleTable {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly tapStride: number;
  readonly firstTaps: Int32Array<ArrayBuffer>;
  readonly tapCounts: Int32Array<ArrayBuffer>;
  /** `WEIGHT_BITS` fraction bits; negative ones occur. */
  readonly weights: Int32Array<ArrayBuffer>;
}

const BICUBIC_SUPPORT = 2;

/**
 * Pillow's bicubic filter for resizing `inputSize` samples to `outputSize`: the kernel widens with
 * the ratio when shrinking (antialias), is cut at the borders and renormalised.
 * Source: Pillow `src/libImaging/Resample.c: precompute_coeffs, normalize_coeffs_8bpc`.
 */
export function bicubicTable(inputSize: number, outputSize: number): ResampleTable {
  invariant(inputSize > 0 && outputSize > 0, 'resampled sizes must be positive');
  const scale = inputSize / outputSize;
  const filterScale = Math.max(scale, 1);
  const support = BICUBIC_SUPPORT * filterScale;
  const tapStride = Math.ceil(support) * 2 + 1;
  const firstTaps = new Int32Array(outputSize);
  const tapCounts = new Int32Array(outputSize);
  const weights = new Int32Array(outputSize * tapStride);
  for (let i = 0; i < outputSize; i++) {
    const center = (i + 0.5) * scale;
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), inputSize);
    const taps = Array.from({ length: end - first }, (_, t) =>
      bicubicFilter((t + first - center + 0.5) * (1 / filterScale)),
    );
    const total = taps.reduce((sum, weight) => sum + weight, 0);
    firstTaps[i] = first;
    tapCounts[i] = taps.length;
    weights.set(
      taps.map((weight) => toFixedPoint(total === 0 ? weight : weight / total)),
      i * tapStride,
    );
  }
  return { inputSize, outputSize, tapStride, firstTaps, tapCounts, weights };
}

/** Keys' cubic convolution with a = −0.5, `Resample.c: bicubic_filter`. */
function bicubicFilter(offset: number): number {
  const a = -0.5;
  const x = Math.abs(offset);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

function toFixedPoint(weight: number): number {
  return Math.trunc(weight * (1 << WEIGHT_BITS) + (weight < 0 ? -0.5 : 0.5));
}
