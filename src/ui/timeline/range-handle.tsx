import type { KeyboardEvent, PointerEvent, RefObject } from 'react';
import type { FrameIndex } from '../../core/ids.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { frameAtX } from './timeline-geometry.ts';

interface Props {
  readonly mark: 'in' | 'out';
  readonly frame: FrameIndex;
  /** Where it stands, as CSS. */
  readonly left: string;
  /** Frames in sight. */
  readonly scale: { readonly first: number; readonly count: number };
  /** Spans what the scale is about. */
  readonly element: RefObject<HTMLDivElement | null>;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity,
};

/** The in or the out mark: dragged, moved with keys, and taken away with Delete. */
export function RangeHandle({ mark, frame, left, scale, element }: Props) {
  const { playback } = useActions();
  const range = useSelected((state) => state.playback.range);
  const frameCount = useSelected((state) => state.video.info?.frameCount ?? 0);
  const lowest = mark === 'in' ? 0 : (range?.first ?? 0);
  const highest = mark === 'in' ? (range?.last ?? frameCount - 1) : frameCount - 1;
  const moveTo = (target: number) =>
    playback.mark(mark, Math.min(Math.max(target, lowest), highest));
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const bounds = element.current?.getBoundingClientRect();
    if (bounds === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const x = event.clientX - bounds.left;
    moveTo(frameAtX(x, { ...scale, width: bounds.width }, frameCount));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) moveTo(frame + (event.shiftKey ? 10 * step : step));
    else if (event.key === 'Delete' || event.key === 'Backspace') playback.clearMarks();
    else return;
    event.preventDefault();
  };
  return (
    <div
      className="tl-mark"
      data-mark={mark}
      style={{ left }}
      role="slider"
      tabIndex={0}
      aria-label={mark === 'in' ? 'In mark' : 'Out mark'}
      aria-valuemin={lowest}
      aria-valuemax={highest}
      aria-valuenow={frame}
      aria-valuetext={`Frame ${frame}`}
      title={
        mark === 'in' ? `Tracking starts at frame ${frame}` : `Tracking ends at frame ${frame}`
      }
      onPointerDown={(event) =>
        event.button === 0 && event.currentTarget.setPointerCapture(event.pointerId)
      }
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
