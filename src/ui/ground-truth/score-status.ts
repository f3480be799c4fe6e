import { formatCount, formatCounted, formatScore, formatScoreChange } from '../../store/format.ts';
import {
  shownSequence,
  type GroundTruthSlice,
  type ScoreChange,
} from '../../store/ground-truth-slice.ts';

interface ScoredText {
  readonly text: string;
  /** Masks changed and are being counted. */
  readonly isScoring: boolean;
}

/** How much of the sequence in view is scored. */
export function scoredText(slice: GroundTruthSlice): ScoredText {
  const total = shownSequence(slice)?.frames.length ?? 0;
  const scoring = slice.scoring[slice.sequence ?? ''];
  const [covered, scored] = [scoring?.coveredFrames ?? 0, scoring?.scoredFrames ?? 0];
  const without = total - covered;
  const rest = without === 0 ? '' : `, ${formatCount(without)} without a mask`;
  return {
    text: `${formatCount(scored)} of ${formatCounted(total, 'frame')} scored${rest}`,
    isScoring: scored < covered,
  };
}

/** What the last correction did, such as `mug, frame 120: 61.2 → 84.5 (+23.3) after 3 clicks`. */
export function changeText(change: ScoreChange, name: string): string {
  const { before, after, clicks } = change;
  const figures = `${formatScore(before)} → ${formatScore(after)}`;
  const difference = formatScoreChange(before, after);
  const effort = formatCounted(clicks, 'click');
  return `${name}, frame ${formatCount(change.frame)}: ${figures} (${difference}) after ${effort}`;
}
