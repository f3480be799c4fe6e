import { useEffect, useRef } from 'react';
import { viewportOf } from '../../store/view-slice.ts';
import { useSelected } from '../studio-context.tsx';
import { isStageControl } from './stage-control.ts';
import './drawing-layer.css';

/** How wide the brush is, around the pointer. It follows the pointer without React. */
export function BrushCursor() {
  const circle = useRef<HTMLDivElement>(null);
  const width = useSelected(
    ({ view, video }) => view.brushSizePx * viewportOf(view, video.info).scale,
  );
  useEffect(() => {
    const own = circle.current;
    const surface = own?.closest<HTMLElement>('.stage-surface');
    if (own === null || surface === null || surface === undefined) return undefined;
    return followPointer(own, surface);
  }, []);
  return (
    <div
      ref={circle}
      className="brush-cursor"
      aria-hidden="true"
      style={{ width, height: width, marginLeft: -width / 2, marginTop: -width / 2 }}
    />
  );
}

function followPointer(circle: HTMLElement, surface: HTMLElement): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const follow = (event: PointerEvent) => {
    const bounds = surface.getBoundingClientRect();
    const isIn = event.pointerType !== 'touch' && !isStageControl(event.target);
    circle.dataset['in'] = String(isIn);
    circle.style.translate = `${event.clientX - bounds.left}px ${event.clientY - bounds.top}px`;
  };
  const leave = () => {
    circle.dataset['in'] = 'false';
  };
  surface.addEventListener('pointermove', follow, { signal });
  surface.addEventListener('pointerdown', follow, { signal });
  surface.addEventListener('pointerleave', leave, { signal });
  return () => abort.abort();
}
