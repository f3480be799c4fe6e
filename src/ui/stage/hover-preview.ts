import { viewPoint, viewToVideo } from '../../core/geometry.ts';
import type { Studio } from '../../store/studio-store.ts';
import { viewportOf, type PointLabel } from '../../store/view-slice.ts';
import { isStageControl } from './stage-control.ts';

/** How long the pointer must rest before it is asked what a click would give. */
const REST_MS = 100;
/** A hand holds no mouse perfectly still. */
const STILL_PX = 2;

/**
 * Asks what a click would give where the pointer rests with the point tool, and takes the answer
 * off when it moves on.
 * @returns ends it
 */
export function listenToHover(element: HTMLElement, studio: Studio): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rested: { readonly x: number; readonly y: number } | undefined;

  const leave = () => {
    clearTimeout(timer);
    if (rested === undefined) return;
    rested = undefined;
    studio.actions.previews.leave();
  };
  const onMove = (event: PointerEvent) => {
    const isNear =
      rested !== undefined &&
      Math.hypot(event.clientX - rested.x, event.clientY - rested.y) <= STILL_PX;
    if (isNear) return;
    leave();
    if (!canHover(event, studio)) return;
    timer = setTimeout(() => {
      rested = { x: event.clientX, y: event.clientY };
      const { view, video } = studio.store.getState();
      const bounds = element.getBoundingClientRect();
      const at = viewPoint(event.clientX - bounds.left, event.clientY - bounds.top);
      const point = viewToVideo(at, viewportOf(view, video.info));
      void studio.actions.previews.hover(point, labelOf(event, view.pointLabel));
    }, REST_MS);
  };

  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerdown', leave, { signal });
  element.addEventListener('pointerleave', leave, { signal });
  element.addEventListener('wheel', leave, { signal, passive: true });
  return () => {
    leave();
    abort.abort();
  };
}

/** A finger does not hover; points, boxes and the choice of masks have an own meaning. */
function canHover({ buttons, pointerType, target }: PointerEvent, { store }: Studio): boolean {
  const { view } = store.getState();
  return (
    !isStageControl(target) &&
    buttons === 0 &&
    pointerType !== 'touch' &&
    view.tool === 'point' &&
    !view.isPanKeyHeld
  );
}

// As the point tool takes it.
function labelOf({ altKey }: PointerEvent, label: PointLabel): PointLabel {
  if (!altKey) return label;
  return label === 'positive' ? 'negative' : 'positive';
}
