import { X } from 'lucide-react';
import { videoPoint, videoToView, type VideoBox, type Viewport } from '../../core/geometry.ts';
import { useActions } from '../studio-context.tsx';

interface Props {
  readonly box: VideoBox;
  readonly viewport: Viewport;
  /** `#rrggbb` */
  readonly color: string;
  /** A placed box can be removed; one that is being spanned cannot. */
  readonly isPlaced?: boolean;
}

/** A box prompt on the stage, or the one that is being dragged. */
export function BoxMarker({ box, viewport, color, isPlaced = false }: Props) {
  const { prompts } = useActions();
  const from = videoToView(videoPoint(box.x0, box.y0), viewport);
  const to = videoToView(videoPoint(box.x1, box.y1), viewport);
  return (
    <div
      className="box-marker"
      style={{
        translate: `${from.x}px ${from.y}px`,
        width: to.x - from.x,
        height: to.y - from.y,
        color,
      }}
    >
      {isPlaced && (
        <button
          type="button"
          className="box-remove"
          aria-label="Remove the box"
          title="Remove the box"
          onClick={() => prompts.setBox(undefined)}
        >
          <X />
        </button>
      )}
    </div>
  );
}
