import { videoPoint, type Size, type VideoPoint, type Viewport } from '../../core/geometry.ts';

/** What a key means while the keys aim. */
export type AimKey =
  | { readonly type: 'move'; readonly dx: number; readonly dy: number }
  | { readonly type: 'press'; readonly button: 'primary' | 'secondary' }
  | { readonly type: 'leave' };

/** What of a keyboard event decides. */
type KeyPress = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>;

/** CSS pixels. */
const STEP_PX = 4;
const LARGE_STEP_PX = 40;

const WAYS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What the key means; absent where it is the studio's as everywhere. Moves are in CSS pixels. */
export function aimKeyOf(event: KeyPress): AimKey | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const way = WAYS[event.key];
  if (way !== undefined) {
    const step = event.shiftKey ? LARGE_STEP_PX : STEP_PX;
    return { type: 'move', dx: way[0] * step, dy: way[1] * step };
  }
  if (event.key === 'Enter') {
    return { type: 'press', button: event.shiftKey ? 'secondary' : 'primary' };
  }
  return event.key === 'Escape' ? { type: 'leave' } : undefined;
}

/** A point as far on, on the screen, as the key says; it stays on a pixel of the frame. */
export function aimMoved(
  { x, y }: VideoPoint,
  { dx, dy }: { readonly dx: number; readonly dy: number },
  { scale, video }: { readonly scale: number; readonly video: Size },
): VideoPoint {
  const within = (value: number, size: number) => Math.min(Math.max(value, 0.5), size - 0.5);
  return videoPoint(within(x + dx / scale, video.width), within(y + dy / scale, video.height));
}

/** How far the frame must be moved, in CSS pixels, so that a point of it is in sight. */
export function panIntoSight(
  at: { readonly x: number; readonly y: number },
  stage: Size,
): { readonly dx: number; readonly dy: number } {
  const missing = (value: number, size: number) =>
    Math.min(Math.max(value, SIGHT_MARGIN_PX), size - SIGHT_MARGIN_PX) - value;
  return { dx: missing(at.x, stage.width), dy: missing(at.y, stage.height) };
}

/** From the stage's edge to what is aimed at, in CSS pixels. */
const SIGHT_MARGIN_PX = 24;

/** Where to begin: the middle of what is in sight of the frame. */
export function firstAim(viewport: Viewport, video: Size, stage: Size): VideoPoint {
  const middle = (offset: number, videoPx: number, stagePx: number) => {
    const from = Math.max(offset, 0);
    const to = Math.min(offset + videoPx * viewport.scale, stagePx);
    return ((from + to) / 2 - offset) / viewport.scale;
  };
  return videoPoint(
    middle(viewport.offsetX, video.width, stage.width),
    middle(viewport.offsetY, video.height, stage.height),
  );
}
