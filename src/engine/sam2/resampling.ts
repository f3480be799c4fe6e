/** PyTorch's separable resampling as matrices and loops; pixel centres at half integers. */

/** `UpSample.h: cubic_convolution`, PyTorch's bicubic. */
const CUBIC_A = -0.75;

/**
 * One channel enlarged or reduced as `F.interpolate(mode="bicubic", align_corners=False)` does:
 * four taps, no antialiasing, borders repeated.
 */
export function resizeBicubic(
  source: Float32Array,
  sourceSide: number,
  side: number,
): Float32Array {
  const taps = Array.from({ length: side }, (_, i) => cubicTaps(i, sourceSide, side));
  const result = new Float32Array(side * side);
  for (const [y, rows] of taps.entries()) {
    for (const [x, columns] of taps.entries()) {
      let sum = 0;
      for (const row of rows) {
        let line = 0;
        for (const { index, weight } of columns) {
          line += weight * (source[row.index * sourceSide + index] ?? 0);
        }
        sum += row.weight * line;
      }
      result[y * side + x] = sum;
    }
  }
  return result;
}

/**
 * The matrix `[size/factor, size]` that reduces a line as `F.interpolate(mode="bilinear",
 * antialias=True)` does: a triangle over twice the reduction, cut and renormalised at the border.
 */
export function antialiasMatrix(size: number, factor: number): Float32Array {
  const rows = size / factor;
  const matrix = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const center = factor * (row + 0.5);
    const start = Math.max(Math.floor(center - factor + 0.5), 0);
    const end = Math.min(Math.floor(center + factor + 0.5), size);
    const triangle = (i: number) => Math.max(0, 1 - Math.abs((i - center + 0.5) / factor));
    let total = 0;
    for (let i = start; i < end; i++) total += triangle(i);
    for (let i = start; i < end; i++) matrix[row * size + i] = triangle(i) / total;
  }
  return matrix;
}

function cubicTaps(position: number, sourceSide: number, side: number) {
  const source = ((position + 0.5) * sourceSide) / side - 0.5;
  const base = Math.floor(source);
  return [-1, 0, 1, 2].map((offset) => ({
    index: Math.min(Math.max(base + offset, 0), sourceSide - 1),
    weight: cubicKernel(Math.abs(source - base - offset)),
  }));
}

function cubicKernel(distance: number): number {
  const [x, a] = [distance, CUBIC_A];
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}
