/** More digits than any double near a tie has after its first ones. */
const EXACT_DIGITS = 40;

/**
 * A number as Python's `%.3f` prints it: ties go to the even digit, where `toFixed` goes up, and a
 * negative zero keeps its sign. 0.0625 with three digits is `0.062`.
 */
export function pythonFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  const rounded = magnitude.toFixed(digits);
  const exact = magnitude.toFixed(digits + EXACT_DIGITS);
  const isTie = exact.endsWith(`5${'0'.repeat(EXACT_DIGITS - 1)}`);
  const below = exact.slice(0, -EXACT_DIGITS);
  const isBelowEven = '02468'.includes(below.at(-1) ?? '');
  return sign + (isTie && isBelowEven ? below : rounded);
}
