/** numpy `loops_utils.h.src: pairwise_sum`, `PW_BLOCKSIZE`. */
const BLOCK = 128;
const LANES = 8;

/** numpy's mean of doubles to the last bit; NaN of none. */
export function pairwiseMean(values: Float64Array): number {
  return pairwiseSum(values) / values.length;
}

/**
 * numpy's sum of contiguous doubles: eight partial sums in blocks of up to 128, halves above. The
 * order matters: official scores are compared to the last digit.
 * Source: numpy `loops_utils.h.src: DOUBLE_pairwise_sum`.
 */
export function pairwiseSum(values: Float64Array): number {
  if (values.length < LANES) return values.reduce((sum, value) => sum + value, 0);
  if (values.length <= BLOCK) return blockSum(values);
  const half = Math.floor(values.length / 2);
  const middle = half - (half % LANES);
  return pairwiseSum(values.subarray(0, middle)) + pairwiseSum(values.subarray(middle));
}

function blockSum(values: Float64Array): number {
  const lanes = values.slice(0, LANES);
  const even = values.length - (values.length % LANES);
  for (let at = LANES; at < even; at++) {
    lanes[at % LANES] = (lanes[at % LANES] ?? 0) + (values[at] ?? 0);
  }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
  const sum = a + b + (c + d) + (e + f + (g + h));
  return values.subarray(even).reduce((total, value) => total + value, sum);
}
