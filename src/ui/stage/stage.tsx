import { useCallback, useState } from 'react';
import type { VideoBox } from '../../core/geometry.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { EmptyState } from './empty-state.tsx';
import { PromptOverlay } from './prompt-overlay.tsx';
import { attachCanvas, observeSize } from './stage-canvas.ts';
import { listenToStage } from './stage-gestures.ts';
import { StageStatus } from './stage-status.tsx';
import { TruthBadge } from './truth-badge.tsx';
import { WipeHandle } from './wipe-handle.tsx';
import { ZoomBar } from './zoom-bar.tsx';
import './stage.css';

/** Where the frame, its masks and the prompts are. The worker draws; the page lays prompts over it. */
export function Stage() {
  const studio = useStudio();
  const [preview, setPreview] = useState<VideoBox>();
  const hasVideo = useSelected((state) => state.video.info !== undefined);
  const cursor = useSelected(({ view }) =>
    view.isPanKeyHeld || view.tool === 'hand' ? 'grab' : 'crosshair',
  );
  const surface = useCallback(
    (element: HTMLDivElement) => {
      const stopListening = listenToStage({ element, studio, onPreview: setPreview });
      const stopObserving = observeSize(element, studio);
      return () => {
        stopListening();
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
      <div ref={surface} className="stage-surface" data-cursor={hasVideo ? cursor : 'default'}>
        <canvas ref={canvas} className="stage-canvas" hidden={!hasVideo} />
        {hasVideo && <PromptOverlay preview={preview} />}
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
