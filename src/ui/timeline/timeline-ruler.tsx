import type { RefObject } from 'react';
import { useActions, useSelected } from '../studio-context.tsx';

interface Props {
  readonly ruler: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
}

/** The frame numbers above the lanes, which are the playhead's slider too. */
export function TimelineRuler({ ruler, canvas }: Props) {
  const { playback } = useActions();
  const lastFrame = useSelected((state) => Math.max((state.video.info?.frameCount ?? 1) - 1, 0));
  return (
    <div
      ref={ruler}
      className="tl-ruler"
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={0}
      aria-valuemax={lastFrame}
      aria-valuenow={0}
      onKeyDown={(event) => {
        if (event.key === 'PageUp') playback.stepBy(10);
        if (event.key === 'PageDown') playback.stepBy(-10);
      }}
    >
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}
