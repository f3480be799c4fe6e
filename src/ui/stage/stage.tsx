import { useCallback, useRef, useState } from 'react';
import type { Drawing } from '../../store/mask-painting.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { BrushOptions } from './brush-options.tsx';
import { EmptyState } from './empty-state.tsx';
import { listenToHover } from './hover-preview.ts';
import { KeyAim } from './key-aim.tsx';
import { PromptOverlay } from './prompt-overlay.tsx';
import { attachCanvas, observeSize } from './stage-canvas.ts';
import { StageGestures } from './stage-gestures.ts';
import { StageStatus } from './stage-status.tsx';
import type { ToolPreview } from './tools/tool.ts';
import { TruthBadge } from './truth-badge.tsx';
import { WipeHandle } from './wipe-handle.tsx';
import { ZoomBar } from './zoom-bar.tsx';
import './stage.css';

/** Where the frame, its masks and the prompts are. The worker draws; the page lays prompts over it. */
export function Stage() {
  const studio = useStudio();
  const gestures = useRef<StageGestures>(null);
  const [preview, setPreview] = useState<ToolPreview>();
  const [drying, setDrying] = useState<readonly Drawing[]>([]);
  const hasVideo = useSelected((state) => state.video.info !== undefined);
  const isBehind = useSelected(({ playback }) => playback.shownFrame !== playback.frame);
  const cursor = useSelected(({ view }) =>
    view.isPanKeyHeld || view.tool === 'hand' ? 'grab' : 'crosshair',
  );
  const isBrush = useSelected(({ view }) => view.tool === 'brush' || view.tool === 'eraser');
  const surface = useCallback(
    (element: HTMLDivElement) => {
      const onDrawn = (drawing: Drawing, shown: Promise<void>) => {
        setDrying((before) => [...before, drawing]);
        void shown.finally(() => setDrying((all) => all.filter((other) => other !== drawing)));
      };
      const listening = new StageGestures({ element, studio, onPreview: setPreview, onDrawn });
      gestures.current = listening;
      const stopHovering = listenToHover(element, studio);
      const stopObserving = observeSize(element, studio);
      return () => {
        listening[Symbol.dispose]();
        gestures.current = null;
        stopHovering();
        stopObserving();
      };
    },
    [studio],
  );
  const canvas = useCallback(
    (element: HTMLCanvasElement | null) => attachCanvas(element, studio),
    [studio],
  );
  return (
    <main className="stage" aria-label="Stage">
      <div
        ref={surface}
        className="stage-surface"
        data-cursor={hasVideo ? cursor : 'default'}
        aria-busy={isBehind}
      >
        <canvas ref={canvas} className="stage-canvas" hidden={!hasVideo} />
        {hasVideo && <PromptOverlay preview={preview} drying={drying} />}
        {hasVideo && isBrush && <BrushOptions />}
        {hasVideo && <KeyAim gestures={gestures} />}
        {hasVideo && <WipeHandle />}
        {hasVideo && <TruthBadge />}
      </div>
      {hasVideo ? (
        <div className="stage-bar">
          <StageStatus />
          <ZoomBar />
        </div>
      ) : (
        <EmptyState />
      )}
    </main>
  );
}
