import { shownSequence } from '../../store/ground-truth-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { changeText } from './score-status.ts';

/** What the last correction did to the frame that was corrected; goes there. */
export function LastChange() {
  const { playback } = useActions();
  const change = useSelected(({ groundTruth }) => {
    return groundTruth.scoring[groundTruth.sequence ?? '']?.lastChange;
  });
  const name = useSelected(({ groundTruth }) => {
    const objects = shownSequence(groundTruth)?.objects;
    return objects?.find(({ truthId }) => truthId === change?.truthId)?.name;
  });
  if (change === undefined || name === undefined) {
    return (
      <p className="gt-change gt-quiet" role="status">
        Correct a frame to see here what it gains.
      </p>
    );
  }
  const isBetter = change.after >= change.before;
  return (
    <p className="gt-change" role="status">
      <button
        type="button"
        className="gt-change-go numbers"
        data-better={isBetter}
        title={`Go to frame ${change.frame}, ${change.stem}`}
        onClick={() => playback.seekTo(change.frame)}
      >
        {changeText(change, name)}
      </button>
    </p>
  );
}
