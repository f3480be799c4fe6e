/**
 * PyTorch's bilinear sampling along one axis, align_corners false: output `i` is
 * `(1 − upperWeights[i])·input[lower[i]] + upperWeights[i]·input[lower[i] + 1]`, the upper index
 * cut to the last input. All in float32, as PyTorch computes it.
 */
export interface BilinearTable {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly lower: Uint32Array<ArrayBuffer>;
  /** 0..1 */
  readonly upperWeights: Float32Array<ArrayBuffer>;
}

/**
 * Source: PyTorch `aten/src/ATen/native/UpSample.h: area_pixel_compute_scale,
 * area_pixel_compute_source_index, compute_source_index_and_lambda`.
 */
export function bilinearTable(inputSize: number, outputSize: number): BilinearTable {
  const scale = Math.fround(inputSize / outputSize);
  const lower = new Uint32Array(outputSize);
  const upperWeights = new Float32Array(outputSize);
  for (let i = 0; i < outputSize; i++) {
    const source = Math.max(Math.fround(Math.fround(scale * Math.fround(i + 0.5)) - 0.5), 0);
    const index = Math.min(Math.floor(source), inputSize - 1);
    lower[i] = index;
    upperWeights[i] = Math.min(source - index, 1);
  }
  return { inputSize, outputSize, lower, upperWeights };
}
