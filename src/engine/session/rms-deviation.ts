/**
 * Root of the mean square of a difference, as a share of that of `expected`; NaN where a number is none,
 * or is missing.
 */
export function rmsDeviation(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [squares, expectedSquares] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const right = expected[i] ?? NaN;
    squares += ((actual[i] ?? NaN) - right) ** 2;
    expectedSquares += right ** 2;
  }
  return Math.sqrt(squares / expectedSquares);
}
