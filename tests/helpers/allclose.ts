/** How far two values may be apart: `|actual − expected| ≤ atol + rtol·|expected|`. */
export interface Tolerance {
  readonly atol?: number;
  readonly rtol?: number;
}

/**
 * Fails when lengths differ or any pair is further apart than the tolerance (equal unless given),
 * naming how many are and the worst. NaN only agrees with NaN.
 */
export function expectAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol = 0, rtol = 0 }: Tolerance = {},
): void {
  if (actual.length !== expected.length) {
    throw new Error(`expected ${expected.length} values, got ${actual.length}`);
  }
  let [failures, worst, worstExcess] = [0, 0, -Infinity];
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] ?? NaN, expected[i] ?? NaN];
    if (Object.is(a, e) || a === e) continue;
    const difference = Math.abs(a - e);
    const excess = Number.isNaN(difference) ? Infinity : difference - (atol + rtol * Math.abs(e));
    if (excess <= 0) continue;
    failures++;
    if (excess > worstExcess) [worst, worstExcess] = [i, excess];
  }
  if (failures === 0) return;
  throw new Error(
    `${failures} of ${expected.length} values differ by more than ${atol} + ${rtol}·|expected|; ` +
      `the worst at ${worst}: expected ${expected[worst]}, got ${actual[worst]}`,
  );
}
