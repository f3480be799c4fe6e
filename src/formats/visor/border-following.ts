import { invariant } from '../../core/assert.ts';
import type { Size } from '../../core/geometry.ts';

/** A part of a plane of ids, in pixels. */
export interface PlaneBox extends Size {
  readonly x: number;
  readonly y: number;
}

/** Which pixels of a plane belong to the mask. */
interface MaskedPlane {
  /** Row-major. */
  readonly ids: Uint8Array;
  /** Of the plane, in pixels. */
  readonly width: number;
  readonly id: number;
  /** Holds all pixels of `id`. */
  readonly box: PlaneBox;
}

/** East first, then against the clock on the screen. */
const STEP_X = [1, 1, 0, -1, -1, -1, 0, 1] as const;
const STEP_Y = [0, -1, -1, -1, 0, 1, 1, 1] as const;
const EAST = 0;
const WEST = 4;

/**
 * The borders of a mask, outer ones and those of holes, as
 * `cv2.findContours(mask, RETR_LIST, CHAIN_APPROX_SIMPLE)` gives them, in its order: the last found
 * comes first. Each is x, y, x, y, … of the mask's own pixels where the border changes direction; a
 * single pixel is one point, a line two. Filled by even-odd with outlines (`PolygonFiller`) they
 * give back exactly the mask.
 * Source: Suzuki and Abe 1985, as opencv `modules/imgproc/src/contours.cpp` has it.
 */
export function followBorders(mask: MaskedPlane): Int32Array<ArrayBuffer>[] {
  const { width, height, x: left, y: top } = mask.box;
  const field = labelField(mask);
  const stride = width + 2;
  const borders: Int32Array<ArrayBuffer>[] = [];
  let label = 1;
  for (let y = 1; y <= height; y++) {
    for (let x = 1; x <= width; x++) {
      const at = y * stride + x;
      const value = field[at] ?? 0;
      const isOuter = value === 1 && field[at - 1] === 0;
      if (!isOuter && !(value >= 1 && field[at + 1] === 0)) continue;
      label++;
      const origin = { x: x - 1 + left, y: y - 1 + top };
      const walk: BorderWalk = { field, stride, start: at, origin, label };
      borders.push(followBorder(walk, isOuter ? WEST : EAST));
    }
  }
  return borders.reverse();
}

/** The box with a rim of background: 1 for the mask, later ± the label of a border. */
function labelField({ ids, width: planeWidth, id, box }: MaskedPlane): Int32Array {
  const stride = box.width + 2;
  const field = new Int32Array(stride * (box.height + 2));
  for (let y = 0; y < box.height; y++) {
    const from = (y + box.y) * planeWidth + box.x;
    const to = (y + 1) * stride + 1;
    for (let x = 0; x < box.width; x++) if (ids[from + x] === id) field[to + x] = 1;
  }
  return field;
}

interface BorderWalk {
  readonly field: Int32Array;
  readonly stride: number;
  /** Position in the field. */
  readonly start: number;
  /** The same pixel in the plane. */
  readonly origin: { readonly x: number; readonly y: number };
  readonly label: number;
}

/** @param from the direction in which the background lies that was left to find the border */
function followBorder(walk: BorderWalk, from: number): Int32Array<ArrayBuffer> {
  const { field, stride, start, origin, label } = walk;
  const first = lastNeighbour(walk, from);
  if (first === undefined) {
    field[start] = -label;
    return Int32Array.of(origin.x, origin.y);
  }
  const last = start + offset(first, stride);
  const points: number[] = [];
  let { x, y } = origin;
  let [at, back, previous] = [start, first, -1];
  let firstWay = -1;
  for (;;) {
    const { way, passesEast } = nextNeighbour(walk, at, back);
    if (passesEast) field[at] = -label;
    else if (field[at] === 1) field[at] = label;
    if (previous === -1) firstWay = way;
    else if (way !== previous) points.push(x, y);
    previous = way;
    const next = at + offset(way, stride);
    if (next === start && at === last) break;
    x += STEP_X[way] ?? 0;
    y += STEP_Y[way] ?? 0;
    at = next;
    back = (way + WEST) & 7;
  }
  // Whether the start is a corner is known only once the walk has come back to it.
  if (firstWay !== previous) points.unshift(origin.x, origin.y);
  return Int32Array.from(points);
}

/** Clockwise from `from`, the first neighbour of the start that belongs to the mask. */
function lastNeighbour({ field, stride, start }: BorderWalk, from: number): number | undefined {
  for (let turn = 1; turn <= 8; turn++) {
    const way = (from - turn) & 7;
    if (field[start + offset(way, stride)] !== 0) return way;
  }
  return undefined;
}

/** Against the clock from `back`, the next pixel of the border. */
function nextNeighbour(
  { field, stride }: BorderWalk,
  at: number,
  back: number,
): { readonly way: number; readonly passesEast: boolean } {
  let passesEast = false;
  for (let turn = 1; turn <= 8; turn++) {
    const way = (back + turn) & 7;
    if (field[at + offset(way, stride)] !== 0) return { way, passesEast };
    if (way === EAST) passesEast = true;
  }
  invariant(false, 'a border breaks off');
}

function offset(way: number, stride: number): number {
  return (STEP_X[way] ?? 0) + (STEP_Y[way] ?? 0) * stride;
}
