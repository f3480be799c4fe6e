/**
 * Products and activations as a program computes them that has float16 alone: each product and each
 * sum is rounded, one after another, as ONNX Runtime's WebGPU programs of 1.30 do. A GPU that fuses
 * multiplication and addition rounds half as often.
 */

/** 2¹³ + 1: Dekker's split of a float32 into its upper 11 bits and the rest, 11 being float16's. */
const SPLIT = 8193;
const LARGEST = 65504;

/** To nearest, ties to even. Numbers under 2⁻¹⁴ keep more digits than float16 has; larger ones overflow. */
export function roundHalf(x: number): number {
  const value = Math.fround(x);
  if (value > LARGEST || value < -LARGEST) return overflowed(value);
  const scaled = Math.fround(value * SPLIT);
  return Math.fround(scaled - Math.fround(scaled - value));
}

/** @returns a rounded copy */
export function roundedHalf(values: Float32Array): Float32Array {
  return values.map(roundHalf);
}

/** What `halfGemm` multiplies. */
export interface HalfGemm {
  /** `[n, depth]` */
  readonly a: Float32Array;
  /** `[out, depth]` */
  readonly b: Float32Array;
  /** `[out]` */
  readonly bias: Float32Array;
  readonly depth: number;
}

/** `a·bᵀ + bias`, `[n, out]`, summed in float16 over the depth. All operands are float16 numbers. */
export function halfGemm({ a, b, bias, depth }: HalfGemm): Float32Array {
  const [rows, columns] = [a.length / depth, bias.length];
  const transposed = transpose(b, depth);
  const result = new Float32Array(rows * columns);
  const sums = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let k = 0; k < depth; k++) {
      addProducts(sums, a[row * depth + k] ?? NaN, transposed.subarray(k * columns));
    }
    for (let column = 0; column < columns; column++) {
      result[row * columns + column] = roundHalf((sums[column] ?? NaN) + (bias[column] ?? NaN));
    }
  }
  return result;
}

/** As `roundHalf`, written out: this line is where the bench spends its time. */
function addProducts(sums: Float32Array, factor: number, line: Float32Array): void {
  for (let i = 0; i < sums.length; i++) {
    const product = Math.fround(factor * (line[i] ?? NaN));
    const scaledProduct = Math.fround(product * SPLIT);
    const rounded = Math.fround(scaledProduct - Math.fround(scaledProduct - product));
    const sum = Math.fround((sums[i] ?? NaN) + rounded);
    const scaledSum = Math.fround(sum * SPLIT);
    const kept = Math.fround(scaledSum - Math.fround(scaledSum - sum));
    sums[i] = kept > LARGEST || kept < -LARGEST ? overflowed(kept) : kept;
  }
}

/** Coefficients of Abramowitz and Stegun 7.1.26, by which the provider computes erf. */
const [P, A1, A2, A3, A4, A5] = [
  0.3275911, 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429,
];

/** The provider's Gelu with every step rounded to float16. */
export function halfGelu(values: Float32Array): Float32Array {
  const h = roundHalf;
  return values.map((x) => {
    const v = h(x * h(Math.SQRT1_2));
    const size = Math.abs(v);
    const t = h(1 / h(1 + h(h(P) * size)));
    let sum = h(A5);
    for (const coefficient of [A4, A3, A2, A1]) sum = h(h(sum * t) + h(coefficient));
    const erf = Math.sign(v) * h(1 - h(h(sum * t) * h(Math.exp(h(-h(size * size))))));
    return h(h(0.5 * x) * h(1 + erf));
  });
}

function overflowed(value: number): number {
  return Math.abs(value) >= LARGEST + 16 ? Math.sign(value) * Infinity : Math.sign(value) * LARGEST;
}

function transpose(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] ?? NaN);
}
