import { Square } from 'lucide-react';
import type { ProtocolRun } from '../../store/ground-truth-slice.ts';
import { Button } from '../primitives/button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { TrackFigures } from '../track/track-figures.tsx';
import { progressText } from '../track/track-text.ts';
import { runText } from './run-text.ts';

interface Props {
  readonly run: ProtocolRun;
}

/** The protocol under way. */
export function RunProgress({ run }: Props) {
  const { groundTruth } = useActions();
  const isCancelling = useSelected((state) => progressText(state).isCancelling);
  const text = runText(run);
  return (
    <>
      <div className="gt-running">
        <p className="gt-run-name truncate numbers" role="status" title={text}>
          {text}
        </p>
        <Button disabled={isCancelling} onClick={() => void groundTruth.cancelRun()}>
          <Square />
          {isCancelling ? 'Stopping…' : 'Cancel'}
        </Button>
      </div>
      <TrackFigures />
    </>
  );
}
