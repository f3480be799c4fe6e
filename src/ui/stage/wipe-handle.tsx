import { ChevronsLeftRight } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { annotatedFrame } from '../../store/annotated-frames.ts';
import { shownSequence } from '../../store/ground-truth-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { viewportOf } from '../../store/view-slice.ts';
import { useActions, useSelected, useStudio } from '../studio-context.tsx';
import { wipeAt, wipeLine } from './wipe-geometry.ts';
import './wipe.css';

const LABELS = { truth: 'Truth', outlines: 'Outlines', errors: 'Errors' } as const;
const STEP = 0.01;
const LARGE_STEP = 0.1;

/**
 * The line from which on masks are compared with the ground truth. Only its grip takes the pointer,
 * so that prompts can be placed right beside the line.
 */
export function WipeHandle() {
  const { store } = useStudio();
  const { groundTruth } = useActions();
  const line = useSelected(useShallow(lineOf));
  const view = useSelected((state) => state.groundTruth.view);
  const wipe = useSelected((state) => state.groundTruth.wipe);
  /** From the pointer to the line when the drag began. */
  const grabbedAt = useRef(0);
  if (line === undefined || view === 'masks') return null;
  const drag = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const fraction = fractionUnder(store.getState(), event.clientX - grabbedAt.current);
    if (fraction !== undefined) groundTruth.setWipe(fraction);
  };
  const press = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    // Clients' coordinates: the line's place on the stage is an offset of both.
    grabbedAt.current = event.clientX - line.x;
  };
  const step = (event: KeyboardEvent) => {
    const next = wipeAfterKey(wipe, event);
    if (next === undefined) return;
    event.preventDefault();
    groundTruth.setWipe(next);
  };
  const percent = Math.round(wipe * 100);
  return (
    <div className="wipe" style={{ translate: `${line.x}px ${line.top}px`, height: line.height }}>
      {wipe > 0 && <span className="wipe-label wipe-before">Masks</span>}
      {wipe < 1 && <span className="wipe-label wipe-after">{LABELS[view]}</span>}
      <div
        className="wipe-grip"
        role="slider"
        tabIndex={0}
        aria-label="Where the comparison begins"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${percent} percent of the width`}
        title="Drag to compare. Double click: middle or all."
        onPointerDown={press}
        onPointerMove={drag}
        onDoubleClick={() => groundTruth.setWipe(wipe === 0 ? 0.5 : 0)}
        onKeyDown={step}
      >
        <ChevronsLeftRight aria-hidden="true" />
      </div>
    </div>
  );
}

function lineOf(state: StudioState) {
  const { groundTruth, playback, video, view } = state;
  if (groundTruth.view === 'masks' || video.info === undefined) return undefined;
  if (annotatedFrame(shownSequence(groundTruth), playback.shownFrame) === undefined) {
    return undefined;
  }
  return wipeLine(groundTruth.wipe, {
    viewport: viewportOf(view, video.info),
    video: video.info,
    stage: view.stageSize,
  });
}

/** @param x CSS pixels of the stage */
function fractionUnder({ view, video }: StudioState, x: number): number | undefined {
  if (video.info === undefined) return undefined;
  return wipeAt(x, { viewport: viewportOf(view, video.info), video: video.info });
}

/** Absent where the key means nothing here. */
function wipeAfterKey(wipe: number, event: KeyboardEvent): number | undefined {
  const step = event.shiftKey ? LARGE_STEP : STEP;
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return wipe - step;
    case 'ArrowRight':
    case 'ArrowUp':
      return wipe + step;
    case 'PageDown':
      return wipe - LARGE_STEP;
    case 'PageUp':
      return wipe + LARGE_STEP;
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return undefined;
  }
}
