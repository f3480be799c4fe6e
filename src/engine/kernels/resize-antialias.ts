import { invariant } from '../../core/assert.ts';
import type { Size } from '../../core/geometry.ts';

/** Values of one channel, row-major. */
export interface Plane extends Size {
  readonly data: Float32Array;
}

/**
 * PyTorch's `interpolate(mode='bilinear', antialias=True, align_corners=False)`: a triangle filter
 * that widens with the ratio when shrinking, columns first, then rows, in float32. The reference
 * resizes mask prompts with it (`sam2_video_predictor.py: add_new_mask`).
 * Source: PyTorch `aten/src/ATen/native/cpu/UpSampleKernel.cpp: _compute_indices_weights_aa`.
 * @returns a new plane, the caller's
 */
export function resizeAntialias(source: Plane, target: Size): Plane {
  const { width, height, data } = source;
  invariant(data.length === width * height, 'plane data does not fill width × height');
  const narrowed = new Float32Array(height * target.width);
  for (const [x, { first, weights }] of triangleTaps(width, target.width).entries()) {
    for (let y = 0; y < height; y++) {
      narrowed[y * target.width + x] = weightedSum(data, {
        at: y * width + first,
        step: 1,
        weights,
      });
    }
  }
  const resized = new Float32Array(target.width * target.height);
  for (const [y, { first, weights }] of triangleTaps(height, target.height).entries()) {
    for (let x = 0; x < target.width; x++) {
      const at = first * target.width + x;
      resized[y * target.width + x] = weightedSum(narrowed, { at, step: target.width, weights });
    }
  }
  return { width: target.width, height: target.height, data: resized };
}

interface Taps {
  readonly first: number;
  readonly weights: Float32Array;
}

/**
 * For each output sample: the inputs it is made of, weights summing to 1. Rounded to float32 where
 * PyTorch's `scalar_t` is; its literals ½ are doubles.
 */
function triangleTaps(inputSize: number, outputSize: number): Taps[] {
  const { fround } = Math;
  const scale = fround(inputSize / outputSize);
  const support = Math.max(scale, 1);
  const inverseScale = scale >= 1 ? fround(1 / scale) : 1;
  return Array.from({ length: outputSize }, (_, i) => {
    const center = fround(scale * (i + 0.5));
    const first = Math.max(Math.trunc(fround(center - support) + 0.5), 0);
    const end = Math.min(Math.trunc(fround(center + support) + 0.5), inputSize);
    const raw = Float32Array.from({ length: end - first }, (_, tap) => {
      const distance = Math.abs(fround((fround(tap + first - center) + 0.5) * inverseScale));
      return distance < 1 ? 1 - distance : 0;
    });
    const total = raw.reduce((sum, weight) => fround(sum + weight), 0);
    return { first, weights: total === 0 ? raw : raw.map((weight) => weight / total) };
  });
}

function weightedSum(
  values: Float32Array,
  { at, step, weights }: { at: number; step: number; weights: Float32Array },
): number {
  let sum = 0;
  for (let tap = 0; tap < weights.length; tap++) {
    sum = Math.fround(sum + Math.fround((values[at + tap * step] ?? 0) * (weights[tap] ?? 0)));
  }
  return sum;
}
