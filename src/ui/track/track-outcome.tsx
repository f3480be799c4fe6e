import { trackingObstacle } from '../../store/plan-run.ts';
import { Button } from '../primitives/button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { hasTrackedMasks, outcomeText } from './track-text.ts';

/** What the last run came to, and the way to forget it. */
export function TrackOutcome() {
  const { propagation } = useActions();
  const text = useSelected(outcomeText);
  const obstacle = useSelected(trackingObstacle);
  const canClear = useSelected(hasTrackedMasks);
  return (
    <div className="track-foot">
      <p className="track-text numbers" role="status">
        {text ?? obstacle ?? 'Carries the masks through the clip.'}
      </p>
      <Button
        look="ghost"
        className="track-clear"
        disabled={!canClear}
        onClick={() => void propagation.clear()}
      >
        Clear tracking
      </Button>
    </div>
  );
}
