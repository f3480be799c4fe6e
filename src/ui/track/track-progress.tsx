import { Crosshair, Square } from 'lucide-react';
import { useShallow } from 'zustand/react/shallow';
import { Button } from '../primitives/button.tsx';
import { IconButton } from '../primitives/icon-button.tsx';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { progressText } from './track-text.ts';

/** The running propagation. */
export function TrackProgress() {
  const { playback, propagation } = useActions();
  const { title, detail, fraction, isCancelling } = useSelected(useShallow(progressText));
  const isFollowing = useSelected((state) => state.playback.mode === 'following');
  return (
    <>
      <div className="track-buttons">
        <Button
          className="track-button"
          disabled={isCancelling}
          onClick={() => void propagation.cancel()}
        >
          <Square />
          {isCancelling ? 'Stopping…' : 'Stop'}
        </Button>
        <IconButton
          label={isFollowing ? 'The stage follows the tracking' : 'Follow the tracking'}
          aria-pressed={isFollowing}
          side="top"
          onClick={() => (isFollowing ? playback.pause() : playback.followTracking())}
        >
          <Crosshair />
        </IconButton>
      </div>
      <div className="track-running">
        <ProgressBar label="Tracking" fraction={fraction} />
        <p className="track-figures numbers">
          <span>{title}</span>
          <span>{detail}</span>
        </p>
      </div>
    </>
  );
}
