import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { positionOfFrame } from '../../store/annotated-frames.ts';
import type { StudioState } from '../../store/studio-state.ts';
import type { Studio } from '../../store/studio-store.ts';
import { useStudio } from '../studio-context.tsx';
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
  const content = useMemo(() => contentOf(rows, looks), [rows, looks]);
  const [first, last] = content.xRange;
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
      aria-valuemin={first}
      aria-valuemax={last}
      aria-valuenow={first}
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

/** From the first annotated frame to the last: of a long clip, a sequence is a small part. */
function rangeOf({ frames }: CurveRows): readonly [number, number] {
  const first = frames[0] ?? 0;
  return [first, Math.max(frames.at(-1) ?? 0, first + 1)];
}

function contentOf(rows: CurveRows, looks: readonly string[]): PlotContent {
  return {
    x: rows.frames,
    xRange: rangeOf(rows),
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
  const [first, last] = rangeOf(rows);
  slider?.setAttribute('aria-valuenow', String(Math.min(Math.max(frame, first), last)));
  slider?.setAttribute('aria-valuetext', `Frame ${frame}: ${what}`);
}
