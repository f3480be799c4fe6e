import { Button } from '../primitives/button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { hasTrackedMasks, outcomeText } from './track-text.ts';

interface Props {
  readonly obstacle: string | undefined;
}

/** What the last run came to, and the way to forget it. */
export function TrackOutcome({ obstacle }: Props) {
  const { propagation } = useActions();
  const text = useSelected(outcomeText);
  const canClear = useSelected(hasTrackedMasks);
  return (
    <div className="track-foot">
      <p className="track-text numbers" role="status">
        {text ?? obstacle ?? 'Starts at the shown frame.'}
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
