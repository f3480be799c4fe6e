import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { positionOfFrame } from '../../store/annotated-frames.ts';
import type { StudioState } from '../../store/studio-state.ts';
import type { Studio } from '../../store/studio-store.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { colorOfLook, isSelectedLook } from './curve-looks.ts';
import { frameOfPlace, type CurveRows } from './curve-rows.ts';
import { PlotCanvas } from './plot-canvas.tsx';
import type { PlotContent, PlotPlace } from './plot-content.ts';
import type { Plot } from './plot.ts';
import { seekToAnnotated, seekToAnnotatedEdge } from './score-navigation.ts';
import { formatScore } from '../../store/format.ts';

interface Props {
  readonly label: string;
  readonly rows: CurveRows;
  /** As `curveLooks` gives them. */
  readonly looks: readonly string[];
  /** Position among the annotated frames; absent when the pointer has left. */
  readonly onHover: (at: number | undefined) => void;
}

/** The curves with the playhead. It moves the playhead like a slider over the annotated frames. */
export function CurvePlot({ label, rows, looks, onHover }: Props) {
  const studio = useStudio();
  const slider = useRef<HTMLDivElement>(null);
  const lastFrame = useSelected((state) => Math.max((state.video.info?.frameCount ?? 1) - 1, 0));
  const content = useMemo(() => contentOf({ rows, looks, lastFrame }), [rows, looks, lastFrame]);
  const onSeek = useCallback(
    (place: PlotPlace) => studio.actions.playback.seekTo(frameOfPlace(place, rows.frames)),
    [studio, rows.frames],
  );
  const connect = useCallback(
    (plot: Plot) => watchPlayhead(studio, (state) => plot.mark(state.playback.frame)),
    [studio],
  );
  useEffect(
    () => watchPlayhead(studio, (state) => describeFrame(slider.current, state, rows)),
    [studio, rows],
  );
  const step = (event: KeyboardEvent<HTMLElement>) => {
    if (carryOut(event.key, studio)) event.preventDefault();
  };
  return (
    <div
      ref={slider}
      className="curve-plot"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={lastFrame}
      aria-valuenow={0}
      onKeyDown={step}
    >
      <PlotCanvas
        look="lines"
        content={content}
        connect={connect}
        onSeek={onSeek}
        onHover={onHover}
      />
    </div>
  );
}

interface CurveContent {
  readonly rows: CurveRows;
  readonly looks: readonly string[];
  readonly lastFrame: number;
}

function contentOf({ rows, looks, lastFrame }: CurveContent): PlotContent {
  return {
    x: rows.frames,
    xRange: [0, Math.max(lastFrame, 1)],
    yRange: [0, 100],
    series: rows.series.map(({ values }, at) => ({
      values,
      color: colorOfLook(looks[at]),
      isStrong: isSelectedLook(looks[at]),
    })),
  };
}

/** Calls back now and whenever the playhead moves. @returns ends it */
function watchPlayhead({ store }: Studio, onMove: (state: StudioState) => void): () => void {
  onMove(store.getState());
  return store.subscribe((state, before) => {
    if (state.playback.frame !== before.playback.frame) onMove(state);
  });
}

/** Whether the key means something here. */
function carryOut(key: string, studio: Studio): boolean {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      seekToAnnotated(studio, 'previous');
      return true;
    case 'ArrowRight':
    case 'ArrowUp':
      seekToAnnotated(studio, 'next');
      return true;
    case 'Home':
      seekToAnnotatedEdge(studio, 'first');
      return true;
    case 'End':
      seekToAnnotatedEdge(studio, 'last');
      return true;
    default:
      return false;
  }
}

function describeFrame(slider: HTMLElement | null, state: StudioState, rows: CurveRows): void {
  const { frame } = state.playback;
  const at = positionOfFrame(rows.frames, frame);
  const scores = rows.series.flatMap(({ name, values }) => {
    const value = values[at];
    return value === null || value === undefined ? [] : [`${name} ${formatScore(value / 100)}`];
  });
  const what = at < 0 ? 'not annotated' : scores.length === 0 ? 'not scored' : scores.join(', ');
  slider?.setAttribute('aria-valuenow', String(frame));
  slider?.setAttribute('aria-valuetext', `Frame ${frame}: ${what}`);
}
