/** Objects whose J&F lies in `[from, to)`, in percent; the last bin holds 100 too. */
export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const BIN_PERCENT = 5;
const BIN_COUNT = 100 / BIN_PERCENT;

/** Counts fractions in bins of five percent; NaN is in none. */
export function histogramOf(fractions: readonly number[]): readonly HistogramBin[] {
  const counts = Array.from({ length: BIN_COUNT }, () => 0);
  for (const fraction of fractions) {
    const bin = Math.min(Math.floor((fraction * 100) / BIN_PERCENT), BIN_COUNT - 1);
    const before = counts[bin];
    if (before !== undefined) counts[bin] = before + 1;
  }
  return counts.map((count, at) => ({
    from: at * BIN_PERCENT,
    to: (at + 1) * BIN_PERCENT,
    count,
  }));
}
