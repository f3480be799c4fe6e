import { videoPoint, videoToView } from '../../../src/core/geometry.ts';
import { viewportOf } from '../../../src/store/view-slice.ts';
import type { MountedStudio } from './mount.tsx';

/** In video pixels. */
export type At = readonly [x: number, y: number];

/** Where a video point is on the page. */
export function placeOf(studio: MountedStudio, [x, y]: At) {
  const surface = studio.element.querySelector<HTMLElement>('.stage-surface');
  if (surface === null) throw new Error('no stage');
  const bounds = surface.getBoundingClientRect();
  const { view, video } = studio.store.getState();
  const at = videoToView(videoPoint(x, y), viewportOf(view, video.info));
  return { surface, x: bounds.left + at.x, y: bounds.top + at.y };
}

/** A pointer's event on the stage. The browser's own cannot be placed to the pixel here. */
export function pointer(
  studio: MountedStudio,
  type: string,
  at: At,
  init: PointerEventInit = {},
): void {
  const { surface, x, y } = placeOf(studio, at);
  const where = { bubbles: true, clientX: x, clientY: y, pointerId: 1, pointerType: 'mouse' };
  const buttons = type === 'pointerup' ? 0 : 1;
  surface.dispatchEvent(new PointerEvent(type, { ...where, buttons, ...init }));
}

/** Presses, goes along all places, and releases at the last one. */
export function dragAlong(
  studio: MountedStudio,
  path: readonly At[],
  init: PointerEventInit = {},
): void {
  const [first, ...rest] = path;
  const last = path.at(-1);
  if (first === undefined || last === undefined) throw new Error('a drag has a way');
  pointer(studio, 'pointerdown', first, init);
  for (const at of rest) pointer(studio, 'pointermove', at, init);
  pointer(studio, 'pointerup', last, init);
}

/** Moves without a button. */
export function hoverAt(studio: MountedStudio, at: At, init: PointerEventInit = {}): void {
  pointer(studio, 'pointermove', at, { buttons: 0, ...init });
}
