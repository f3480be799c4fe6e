import { useActions, useSelected } from '../studio-context.tsx';
import { clampTimelineHeight, DEFAULT_TIMELINE_PX } from './timeline-height.ts';

const KEY_STEP_PX = 24;

/** The edge between the stage and the timeline. */
export function TimelineResizer() {
  const { view } = useActions();
  const heightPx = useSelected((state) => state.view.timelineHeightPx) ?? DEFAULT_TIMELINE_PX;
  const resize = (height: number) => view.resizeTimeline(clampTimelineHeight(height));
  return (
    <div
      className="tl-resizer"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the timeline"
      aria-valuenow={Math.round(heightPx)}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) {
          resize(window.innerHeight - event.clientY);
        }
      }}
      onDoubleClick={() => view.resizeTimeline(undefined)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') resize(heightPx + KEY_STEP_PX);
        if (event.key === 'ArrowDown') resize(heightPx - KEY_STEP_PX);
      }}
    />
  );
}
