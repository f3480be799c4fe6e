import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { viewportOf } from '../../store/view-slice.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { Tooltip } from '../primitives/tooltip.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

const STEP = 1.25;

/** The zoom of the stage, in screen pixels for each video pixel. */
export function ZoomBar() {
  const { view } = useActions();
  const percent = useSelected((state) => {
    const { scale } = viewportOf(state.view, state.video.info);
    return Math.round(scale * state.view.devicePixelRatio * 100);
  });
  return (
    <div className="zoom-bar" role="group" aria-label="Zoom">
      <IconButton
        size="small"
        label="Zoom out"
        keys="−"
        side="top"
        onClick={() => view.zoomAtCentre(1 / STEP)}
      >
        <ZoomOut />
      </IconButton>
      <Tooltip label="One screen pixel for each video pixel" keys="Z" side="top">
        <button
          type="button"
          className="zoom-value numbers"
          aria-label={`${percent} percent. Zoom to actual size`}
          onClick={() => view.zoomToActualSize()}
        >
          {percent} %
        </button>
      </Tooltip>
      <IconButton
        size="small"
        label="Zoom in"
        keys="+"
        side="top"
        onClick={() => view.zoomAtCentre(STEP)}
      >
        <ZoomIn />
      </IconButton>
      <IconButton
        size="small"
        label="Fit the frame"
        keys="F"
        side="top"
        onClick={() => view.zoomToFit()}
      >
        <Maximize />
      </IconButton>
    </div>
  );
}
