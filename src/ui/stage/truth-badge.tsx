import { useShallow } from 'zustand/react/shallow';
import { annotatedFrame } from '../../store/annotated-frames.ts';
import { formatScore } from '../../store/format.ts';
import { assignedObject, shownSequence } from '../../store/ground-truth-slice.ts';
import { scoresOfFrame, type FrameScore } from '../../store/score-selectors.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { useSelected } from '../studio-context.tsx';
import './wipe.css';

interface BadgeText {
  readonly text: string;
  /** Of the selected object; empty where it is not scored here. */
  readonly object: string;
  readonly color: string;
}

/** What the ground truth says of the shown frame, small in the stage's corner. */
export function TruthBadge() {
  const badge = useSelected(useShallow(badgeOf));
  if (badge === undefined) return null;
  return (
    <p className="truth-badge numbers">
      {badge.text}
      {badge.object !== '' && (
        <span className="truth-badge-object">
          <span className="truth-badge-swatch" style={{ background: badge.color }} />
          {badge.object}
        </span>
      )}
    </p>
  );
}

function badgeOf({ groundTruth, playback, tracklets }: StudioState): BadgeText | undefined {
  const sequence = shownSequence(groundTruth);
  // In a sparse ground truth it would only flicker while the clip plays.
  if (sequence === undefined || playback.mode === 'playing') return undefined;
  if (annotatedFrame(sequence, playback.shownFrame) === undefined) {
    const isComparing = groundTruth.view !== 'masks';
    return isComparing ? { ...PLAIN, text: 'Ground truth · not annotated' } : undefined;
  }
  const scores = scoresOfFrame(groundTruth, playback.shownFrame);
  const mean = meanOfScores(scores);
  if (mean === undefined) return { ...PLAIN, text: 'Ground truth · not scored' };
  const text = `Ground truth · J&F ${formatScore(mean)}`;
  const tracklet = findTracklet(tracklets, tracklets.selectedId);
  const own = scores.find(
    ({ truthId }) => assignedObject(groundTruth, truthId) === tracklets.selectedId,
  );
  if (tracklet === undefined || own === undefined) return { ...PLAIN, text };
  // An em space: the two are figures of their own.
  const object = `J ${formatScore(own.region)}\u2003F ${formatScore(own.boundary)}`;
  return { text, object, color: tracklet.color };
}

const PLAIN: BadgeText = { text: '', object: '', color: '' };

/** J&F over the objects that are scored on a frame; absent where none is. */
function meanOfScores(scores: readonly FrameScore[]): number | undefined {
  if (scores.length === 0) return undefined;
  return scores.reduce((sum, { mean }) => sum + mean, 0) / scores.length;
}
