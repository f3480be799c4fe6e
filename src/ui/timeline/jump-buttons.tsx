import { ChevronLeft, ChevronRight, CircleAlert, SquareDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

interface PairProps {
  /** What is jumped to, such as `uncertain frame`. */
  readonly what: string;
  readonly keys: { readonly previous: string; readonly next: string };
  readonly icon: ReactNode;
  readonly isDisabled: boolean;
  readonly go: (direction: 'next' | 'previous') => void;
}

/** Jumping to what is worth a look: uncertain masks, and gaps between masks. */
export function JumpButtons() {
  const { playback } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  const hasObject = useSelected((state) => state.tracklets.selectedId !== undefined);
  return (
    <div className="transport-jumps" role="group" aria-label="Jumps">
      <JumpPair
        what="uncertain frame"
        keys={{ previous: 'Shift ↑', next: 'Shift ↓' }}
        icon={<CircleAlert />}
        isDisabled={isEmpty}
        go={(direction) => playback.seekToUncertain(direction)}
      />
      <JumpPair
        what="gap in the object’s masks"
        keys={{ previous: 'Ctrl ↑', next: 'Ctrl ↓' }}
        icon={<SquareDashed />}
        isDisabled={isEmpty || !hasObject}
        go={(direction) => playback.seekToGap(direction)}
      />
    </div>
  );
}

function JumpPair({ what, keys, icon, isDisabled, go }: PairProps) {
  return (
    <>
      <IconButton
        className="jump"
        label={`Previous ${what}`}
        keys={keys.previous}
        side="top"
        disabled={isDisabled}
        onClick={() => go('previous')}
      >
        <ChevronLeft />
        {icon}
      </IconButton>
      <IconButton
        className="jump"
        label={`Next ${what}`}
        keys={keys.next}
        side="top"
        disabled={isDisabled}
        onClick={() => go('next')}
      >
        {icon}
        <ChevronRight />
      </IconButton>
    </>
  );
}
