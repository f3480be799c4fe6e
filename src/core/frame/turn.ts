import type { Size } from '../geometry.ts';
import type { Orientation } from './stored-picture.ts';

/** A place in a stored picture, or a way to go in it, in pixels. */
export interface StoredStep {
  readonly x: number;
  readonly y: number;
}

/**
 * How an upright picture is read from the stored one: its pixel (x, y) is the stored one at
 * `origin + x · right + y · down`.
 */
export interface Turn {
  readonly origin: StoredStep;
  readonly right: StoredStep;
  readonly down: StoredStep;
}

/** The turn that makes a picture of this stored size upright. */
export function turnOf({ width, height }: Size, { rotation, isMirrored }: Orientation): Turn {
  const [endX, endY] = [width - 1, height - 1];
  const turns: Readonly<Record<Orientation['rotation'], Turn>> = {
    0: { origin: { x: 0, y: 0 }, right: { x: 1, y: 0 }, down: { x: 0, y: 1 } },
    90: { origin: { x: 0, y: endY }, right: { x: 0, y: -1 }, down: { x: 1, y: 0 } },
    180: { origin: { x: endX, y: endY }, right: { x: -1, y: 0 }, down: { x: 0, y: -1 } },
    270: { origin: { x: endX, y: 0 }, right: { x: 0, y: 1 }, down: { x: -1, y: 0 } },
  };
  const { origin, right, down } = turns[rotation];
  if (!isMirrored) return { origin, right, down };
  const end = (rotation === 90 || rotation === 270 ? height : width) - 1;
  return {
    origin: { x: origin.x + end * right.x, y: origin.y + end * right.y },
    right: { x: -right.x, y: -right.y },
    down,
  };
}
