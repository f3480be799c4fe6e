import type { Studio } from '../../store/studio-store.ts';
import { wheelZoom } from '../stage/pinch.ts';
import { frameAtX, pixelsPerFrame } from './timeline-geometry.ts';
import type { TimelineView } from './timeline-view.ts';

interface ScrubbingOptions {
  /** What is pressed and dragged; all lie under each other. */
  readonly surfaces: readonly HTMLElement[];
  readonly studio: Studio;
  readonly view: TimelineView;
}

/** Dragging moves the playhead, Ctrl and the wheel zoom, Shift and the wheel pan. @returns ends it */
export function listenToScrubbing({ surfaces, studio, view }: ScrubbingOptions): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const frameAt = (event: MouseEvent, surface: HTMLElement) =>
    frameAtX(
      event.clientX - surface.getBoundingClientRect().left,
      view.scale,
      studio.store.getState().video.info?.frameCount ?? 0,
    );
  for (const surface of surfaces) {
    const seek = (event: PointerEvent) => studio.actions.playback.seekTo(frameAt(event, surface));
    surface.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return;
        surface.setPointerCapture(event.pointerId);
        seek(event);
      },
      { signal },
    );
    surface.addEventListener(
      'pointermove',
      (event) => surface.hasPointerCapture(event.pointerId) && seek(event),
      { signal },
    );
    surface.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.shiftKey && event.deltaX === 0) return;
        event.preventDefault();
        if (event.ctrlKey) {
          studio.actions.view.zoomTimeline(frameAt(event, surface), wheelZoom(event.deltaY, true));
        } else {
          const pixels = event.deltaX === 0 ? event.deltaY : event.deltaX;
          studio.actions.view.panTimeline(pixels / pixelsPerFrame(view.scale));
        }
      },
      { signal, passive: false },
    );
  }
  return () => abort.abort();
}
