import { trackingObstacle } from '../../store/plan-run.ts';
import { useSelected } from '../studio-context.tsx';
import { outcomeText } from './track-text.ts';

/** What the last run came to, or why none can start. */
export function TrackOutcome() {
  const text = useSelected(outcomeText);
  const obstacle = useSelected(trackingObstacle);
  return (
    <p className="track-text numbers" role="status">
      {text ?? obstacle ?? 'Carries the masks through the clip.'}
    </p>
  );
}
