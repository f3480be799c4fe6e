import { Minus, Plus } from 'lucide-react';
import { videoToView, type Viewport } from '../../core/geometry.ts';
import type { PointPrompt } from '../../core/prompts.ts';
import { useActions } from '../studio-context.tsx';

interface Props {
  readonly point: PointPrompt;
  readonly index: number;
  readonly viewport: Viewport;
}

/** A point on the stage; a click or the Delete key removes it. */
export function PointMarker({ point, index, viewport }: Props) {
  const { prompts } = useActions();
  const { x, y } = videoToView(point, viewport);
  const label = point.label === 'positive' ? 'Positive' : 'Negative';
  return (
    <button
      type="button"
      className={`point-marker point-${point.label}`}
      style={{ translate: `${x}px ${y}px` }}
      aria-label={`${label} point ${index + 1} at ${Math.round(point.x)}, ${Math.round(point.y)}. Press to remove it.`}
      title="Click to remove"
      onClick={() => prompts.removePoint(index)}
      onKeyDown={(event) => {
        if (event.key !== 'Delete' && event.key !== 'Backspace') return;
        event.stopPropagation();
        focusNeighbour(event.currentTarget);
        prompts.removePoint(index);
      }}
    >
      {point.label === 'positive' ? <Plus /> : <Minus />}
    </button>
  );
}

// The last marker goes with its point, and the focus with it; the others take over the next point.
function focusNeighbour(marker: HTMLElement): void {
  const markers = [...(marker.parentElement?.querySelectorAll<HTMLElement>('.point-marker') ?? [])];
  if (markers.at(-1) === marker) markers.at(-2)?.focus();
}
