import type { FrameScore } from '../../store/score-selectors.ts';

/** A fraction in percent with one digit, such as `84.5`; a dash where there is none. */
export function scoreText(fraction: number | undefined): string {
  // The official code's decay is NaN past 256 frames, and says so.
  return fraction === undefined ? '–' : (fraction * 100).toFixed(1);
}

/** A change of a fraction in percent, always with its sign, such as `+3.2`. */
export function scoreChangeText(change: number): string {
  const text = Math.abs(change * 100).toFixed(1);
  return `${change < 0 ? '−' : '+'}${text}`;
}

/** J&F over the objects that are scored on a frame; absent where none is. */
export function meanOfScores(scores: readonly FrameScore[]): number | undefined {
  if (scores.length === 0) return undefined;
  return scores.reduce((sum, { mean }) => sum + mean, 0) / scores.length;
}
