import { useState } from 'react';
import { assignedObject } from '../../store/ground-truth-slice.ts';
import { objectScores, type FrameScore } from '../../store/score-selectors.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { Button } from '../primitives/button.tsx';
import { useSelected, useStudio } from '../studio-context.tsx';
import { FIRST_WORST_FRAMES, framesToCorrect, goToScore } from './score-navigation.ts';
import { formatScore } from '../../store/format.ts';
import './worst-frames.css';

/** The frames with the lowest J&F, to go to and to correct. */
export function WorstFrames() {
  const worst = useSelected((state) => framesToCorrect(state.groundTruth));
  const [shownCount, setShownCount] = useState(FIRST_WORST_FRAMES);
  if (worst.length === 0) return <p className="worst-none">None of your objects is scored yet.</p>;
  return (
    <div className="worst">
      <ol className="worst-list">
        {worst.slice(0, shownCount).map((score) => (
          <li key={`${score.frame} ${score.truthId}`}>
            <WorstFrame score={score} />
          </li>
        ))}
      </ol>
      {worst.length > shownCount && (
        <Button look="ghost" onClick={() => setShownCount(shownCount + FIRST_WORST_FRAMES)}>
          Show more
        </Button>
      )}
    </div>
  );
}

function WorstFrame({ score }: { readonly score: FrameScore }) {
  const studio = useStudio();
  const name = useSelected(
    ({ groundTruth }) =>
      objectScores(groundTruth).find(({ truthId }) => truthId === score.truthId)?.name ?? '',
  );
  const color = useSelected(
    ({ groundTruth, tracklets }) =>
      findTracklet(tracklets, assignedObject(groundTruth, score.truthId))?.color,
  );
  const isHere = useSelected((state) => state.playback.frame === score.frame);
  return (
    <button
      type="button"
      className="worst-frame numbers"
      aria-current={isHere}
      title={`J ${formatScore(score.region)}, F ${formatScore(score.boundary)} · ${score.stem}`}
      onClick={() => goToScore(studio, score)}
    >
      <span className="worst-score">{formatScore(score.mean)}</span>
      <span className="worst-swatch" style={{ background: color ?? 'transparent' }} />
      <span className="truncate">{name}</span>
      <span className="worst-place">frame {score.frame}</span>
    </button>
  );
}
