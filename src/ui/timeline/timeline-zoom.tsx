import { FoldHorizontal, UnfoldHorizontal, MoveHorizontal } from 'lucide-react';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected, useStudio } from '../studio-context.tsx';

const STEP = 2;

/** How much of the clip the timeline shows. */
export function TimelineZoom() {
  const { store } = useStudio();
  const { view } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  const isWhole = useSelected((state) => state.view.timelineWindow === undefined);
  const zoom = (factor: number) => view.zoomTimeline(store.getState().playback.frame, factor);
  return (
    <div className="timeline-zoom" role="group" aria-label="Timeline zoom">
      <IconButton
        label="Show more of the clip"
        side="top"
        disabled={isEmpty || isWhole}
        onClick={() => zoom(1 / STEP)}
      >
        <FoldHorizontal />
      </IconButton>
      <IconButton
        label="Show fewer frames, larger"
        keys="Ctrl wheel"
        side="top"
        disabled={isEmpty}
        onClick={() => zoom(STEP)}
      >
        <UnfoldHorizontal />
      </IconButton>
      <IconButton
        label="Show the whole clip"
        side="top"
        disabled={isEmpty || isWhole}
        onClick={() => view.fitTimeline()}
      >
        <MoveHorizontal />
      </IconButton>
    </div>
  );
}
