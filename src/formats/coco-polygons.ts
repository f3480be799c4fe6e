import type { Size } from '../core/geometry.ts';
import { encodeRle, paintRle, rleFromTransitions, type MaskRle } from '../core/rle.ts';

/** Of the grid on which outlines are walked: five points a pixel. */
const SCALE = 5;

/**
 * The mask of an object's polygons as `pycocotools` has it (`coco.py: annToRLE`): each drawn alone,
 * then all together.
 * @param polygons x, y, x, y, … of at least three points, in pixels
 */
export function rleOfPolygons(polygons: readonly Float64Array[], size: Size): MaskRle {
  const [first, ...others] = polygons.map((polygon) => rleOfPolygon(polygon, size));
  if (first !== undefined && others.length === 0) return first;
  const plane = new Uint8Array(size.width * size.height);
  for (const mask of [first, ...others]) if (mask !== undefined) paintRle(plane, mask, 1);
  return encodeRle({ width: size.width, height: size.height, data: plane });
}

/** How far it is around a polygon, in pixels: what drawing it costs. */
export function outlineLength(polygon: Float64Array): number {
  let length = 0;
  let [x, y] = [polygon.at(-2) ?? 0, polygon.at(-1) ?? 0];
  for (let at = 0; at < polygon.length; at += 2) {
    const [nextX, nextY] = [polygon[at] ?? 0, polygon[at + 1] ?? 0];
    length += Math.max(Math.abs(nextX - x), Math.abs(nextY - y)) + 1;
    [x, y] = [nextX, nextY];
  }
  return length;
}

/** `maskApi.c: rleFrPoly`, pixel for pixel. */
function rleOfPolygon(polygon: Float64Array, size: Size): MaskRle {
  const crossings: number[] = [];
  const walk = new OutlineWalk(size, crossings);
  const points = Array.from(polygon, (value) => Math.trunc(SCALE * value + 0.5));
  for (let at = 0; at < points.length; at += 2) {
    const next = (at + 2) % points.length;
    walkEdge(
      walk,
      [points[at] ?? 0, points[at + 1] ?? 0],
      [points[next] ?? 0, points[next + 1] ?? 0],
    );
  }
  crossings.sort((a, b) => a - b);
  const total = size.width * size.height;
  const transitions: number[] = [];
  // Where two outlines cross a column at one place, nothing changes there.
  for (const position of crossings) {
    if (transitions.at(-1) === position) transitions.pop();
    else transitions.push(position);
  }
  if (transitions.at(-1) === total) transitions.pop();
  return rleFromTransitions(size.width, size.height, transitions);
}

type Point = readonly [x: number, y: number];

/** All points of the grid from one corner to the next, in that order, both included. */
function walkEdge(walk: OutlineWalk, [x0, y0]: Point, [x1, y1]: Point): void {
  const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
  const isFlat = dx >= dy;
  const steps = isFlat ? dx : dy;
  // A corner given twice adds nothing.
  if (steps === 0) return;
  const isTurned = isFlat ? x0 > x1 : y0 > y1;
  const [startX, startY, endX, endY] = isTurned ? [x1, y1, x0, y0] : [x0, y0, x1, y1];
  const slope = isFlat ? (endY - startY) / dx : (endX - startX) / dy;
  for (let step = 0; step <= steps; step++) {
    const along = isTurned ? steps - step : step;
    if (isFlat) walk.visit(along + startX, Math.trunc(startY + slope * along + 0.5));
    else walk.visit(Math.trunc(startX + slope * along + 0.5), along + startY);
  }
}

/** Notes where an outline passes the middle of a column of pixels. */
class OutlineWalk {
  readonly #size: Size;
  readonly #crossings: number[];
  #x: number | undefined;
  #y = 0;

  /** @param crossings is given column-major positions; the end of the last column is one */
  constructor(size: Size, crossings: number[]) {
    this.#size = size;
    this.#crossings = crossings;
  }

  visit(x: number, y: number): void {
    const [fromX, fromY] = [this.#x, this.#y];
    this.#x = x;
    this.#y = y;
    if (fromX === undefined || fromX === x) return;
    const { width, height } = this.#size;
    const column = ((x < fromX ? x : x - 1) + 0.5) / SCALE - 0.5;
    if (Math.floor(column) !== column || column < 0 || column > width - 1) return;
    const row = (Math.min(y, fromY) + 0.5) / SCALE - 0.5;
    this.#crossings.push(column * height + Math.ceil(Math.min(Math.max(row, 0), height)));
  }
}
