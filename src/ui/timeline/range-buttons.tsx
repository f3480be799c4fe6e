import { ArrowRightFromLine, ArrowRightToLine, X } from 'lucide-react';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** Sets the marks that tracking stays between, and takes them away. */
export function RangeButtons() {
  const { playback } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  const isMarked = useSelected((state) => state.playback.range !== undefined);
  return (
    <div className="transport-jumps" role="group" aria-label="Range of tracking">
      <IconButton
        label="Track from this frame on: in mark"
        keys="I"
        side="top"
        disabled={isEmpty}
        onClick={() => playback.mark('in')}
      >
        <ArrowRightFromLine />
      </IconButton>
      <IconButton
        label="Track up to this frame: out mark"
        keys="Shift I"
        side="top"
        disabled={isEmpty}
        onClick={() => playback.mark('out')}
      >
        <ArrowRightToLine />
      </IconButton>
      <IconButton
        label="Take the marks away"
        side="top"
        disabled={!isMarked}
        onClick={() => playback.clearMarks()}
      >
        <X />
      </IconButton>
    </div>
  );
}
