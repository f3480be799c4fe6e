import type { Size } from '../../core/geometry.ts';

/** A row-major plane of bytes. */
export interface Plane extends Size {
  readonly data: Uint8Array;
}

/** A line between two pixels, both of which belong to it. */
interface Line {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/**
 * Draws an 8-connected line as OpenCV 4.6 does: cut to the plane first, then from left to right.
 * Source: opencv `modules/imgproc/src/drawing.cpp: Line`, `LineIterator`.
 * @returns whether any pixel was drawn
 */
export function drawLine(plane: Plane, line: Line, value: number): boolean {
  const clipped = clipLine(plane, line);
  if (clipped === undefined) return false;
  const isForward = clipped.x2 >= clipped.x1;
  const startX = isForward ? clipped.x1 : clipped.x2;
  const startY = isForward ? clipped.y1 : clipped.y2;
  const deltaX = Math.abs(clipped.x2 - clipped.x1);
  const deltaY = isForward ? clipped.y2 - clipped.y1 : clipped.y1 - clipped.y2;
  const stepY = deltaY < 0 ? -plane.width : plane.width;
  const height = Math.abs(deltaY);
  const isSteep = height > deltaX;
  const major = isSteep ? height : deltaX;
  const minor = isSteep ? deltaX : height;
  const majorStep = isSteep ? stepY : 1;
  const minorStep = isSteep ? 1 : stepY;
  let error = major - 2 * minor;
  let at = startY * plane.width + startX;
  for (let i = 0; i <= major; i++) {
    plane.data[at] = value;
    at += majorStep;
    if (error < 0) {
      error += 2 * major;
      at += minorStep;
    }
    error -= 2 * minor;
  }
  return true;
}

const LEFT = 1;
const RIGHT = 2;
const ABOVE = 4;
const BELOW = 8;

/**
 * Cuts a line to `0 … width − 1`, `0 … height − 1` (Cohen and Sutherland); absent when nothing is
 * left. Source: `drawing.cpp: clipLine`, whose quotients are truncated towards zero.
 */
function clipLine({ width, height }: Size, line: Line): Line | undefined {
  let { x1, y1, x2, y2 } = line;
  const [right, bottom] = [width - 1, height - 1];
  let code1 = sideOf(x1, right, LEFT, RIGHT) | sideOf(y1, bottom, ABOVE, BELOW);
  let code2 = sideOf(x2, right, LEFT, RIGHT) | sideOf(y2, bottom, ABOVE, BELOW);
  if ((code1 | code2) === 0) return line;
  if ((code1 & code2) !== 0) return undefined;
  if ((code1 & (ABOVE | BELOW)) !== 0) {
    const edge = code1 < BELOW ? 0 : bottom;
    x1 += Math.trunc(((edge - y1) * (x2 - x1)) / (y2 - y1));
    y1 = edge;
    code1 = sideOf(x1, right, LEFT, RIGHT);
  }
  if ((code2 & (ABOVE | BELOW)) !== 0) {
    const edge = code2 < BELOW ? 0 : bottom;
    x2 += Math.trunc(((edge - y2) * (x2 - x1)) / (y2 - y1));
    y2 = edge;
    code2 = sideOf(x2, right, LEFT, RIGHT);
  }
  if ((code1 & code2) !== 0) return undefined;
  if (code1 !== 0) {
    const edge = code1 === LEFT ? 0 : right;
    y1 += Math.trunc(((edge - x1) * (y2 - y1)) / (x2 - x1));
    x1 = edge;
  }
  if (code2 !== 0) {
    const edge = code2 === LEFT ? 0 : right;
    y2 += Math.trunc(((edge - x2) * (y2 - y1)) / (x2 - x1));
    x2 = edge;
  }
  return { x1, y1, x2, y2 };
}

function sideOf(value: number, last: number, before: number, after: number): number {
  if (value < 0) return before;
  return value > last ? after : 0;
}
