import { Crosshair, Square } from 'lucide-react';
import { Button } from '../primitives/button.tsx';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { TrackFigures } from './track-figures.tsx';
import { progressText } from './track-text.ts';

/** The running propagation. */
export function TrackProgress() {
  const { playback, propagation } = useActions();
  const isCancelling = useSelected((state) => progressText(state).isCancelling);
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
      <TrackFigures />
    </>
  );
}
