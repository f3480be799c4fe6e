import { invariant } from './assert.ts';
import type { MaskRle } from './rle.ts';

/**
 * The outline of a mask as closed polygons along the edges of its pixels, corners only. Each
 * polygon is x, y, x, y, … in pixels from the frame's top left corner, the last corner joined to
 * the first. Outer outlines run clockwise on the screen, holes against it, so both the non-zero and
 * the even-odd rule fill exactly the mask. Pixels that touch at a corner only are kept apart.
 */
export function traceContours(rle: MaskRle): Int32Array<ArrayBuffer>[] {
  const edges = collectEdges(rle);
  const polygons: Int32Array<ArrayBuffer>[] = [];
  // Each polygon has an edge along the top of some pixels.
  for (const start of edges.right.keys()) polygons.push(followPolygon(edges, start));
  return polygons;
}

/**
 * Directed edges by their start corner, the object always to the right hand of the way. Corners are
 * `y·stride + x`; the values are the corners where the edges end.
 */
interface Edges {
  readonly stride: number;
  readonly right: Map<number, number>;
  readonly down: Map<number, number>;
  readonly left: Map<number, number>;
  readonly up: Map<number, number>;
}

type Way = 'right' | 'down' | 'left' | 'up';

/** The ways to go on at a corner, by the way one came. The first keeps to the same pixel. */
const TURNS: Record<Way, readonly [Way, Way]> = {
  right: ['down', 'up'],
  down: ['left', 'right'],
  left: ['up', 'down'],
  up: ['right', 'left'],
};

function collectEdges(rle: MaskRle): Edges {
  const edges: Edges = {
    stride: rle.width + 1,
    right: new Map(),
    down: new Map(),
    left: new Map(),
    up: new Map(),
  };
  let before: readonly number[] = [];
  let lastColumn = -1;
  for (const { x, ends } of objectColumns(rle)) {
    if (x > lastColumn + 1) {
      addColumnBorder(edges, lastColumn + 1, before, []);
      before = [];
    }
    addColumnBorder(edges, x, before, ends);
    addRunCaps(edges, x, ends);
    before = ends;
    lastColumn = x;
  }
  addColumnBorder(edges, lastColumn + 1, before, []);
  joinStraightEdges(edges);
  return edges;
}

/** The columns that hold object pixels, from the left, with start and end row of each run in turn. */
export function* objectColumns({
  height,
  counts,
}: MaskRle): Generator<{ x: number; ends: number[] }> {
  let [x, ends, position] = [-1, [] as number[], 0];
  for (let i = 0; i < counts.length; position += counts[i++] ?? 0) {
    if (i % 2 === 0) continue;
    const end = position + (counts[i] ?? 0);
    for (let start = position; start < end;) {
      const column = Math.floor(start / height);
      const stop = Math.min(end, (column + 1) * height);
      if (column !== x) {
        if (x >= 0) yield { x, ends };
        [x, ends] = [column, []];
      }
      ends.push(start - column * height, stop - column * height);
      start = stop;
    }
  }
  if (x >= 0) yield { x, ends };
}

/** The short edges above and below each run of column `x`. */
function addRunCaps({ stride, right, left }: Edges, x: number, ends: readonly number[]): void {
  ends.forEach((y, i) => {
    const corner = y * stride + x;
    if (i % 2 === 0) right.set(corner, corner + 1);
    else left.set(corner + 1, corner);
  });
}

/** The edges between column `x − 1` and column `x`: where just one of them holds the object. */
function addColumnBorder(
  { stride, down, up }: Edges,
  x: number,
  before: readonly number[],
  after: readonly number[],
): void {
  let [i, j, y] = [0, 0, 0];
  while (i < before.length || j < after.length) {
    const next = Math.min(before[i] ?? Infinity, after[j] ?? Infinity);
    const isBefore = i % 2 === 1;
    const isAfter = j % 2 === 1;
    if (isBefore && !isAfter) down.set(y * stride + x, next * stride + x);
    if (isAfter && !isBefore) up.set(next * stride + x, y * stride + x);
    if (before[i] === next) i++;
    if (after[j] === next) j++;
    y = next;
  }
}

/**
 * Joins edges along the tops and bottoms of neighbouring columns. The maps hold them from left to
 * right; where one ends and another goes on the same way, no third edge meets them.
 */
function joinStraightEdges({ right, left }: Edges): void {
  for (const start of right.keys()) joinFrom(right, start);
  for (const start of [...left.keys()].reverse()) joinFrom(left, start);
}

function joinFrom(edges: Map<number, number>, start: number): void {
  let end = edges.get(start);
  // Joined to another edge already.
  if (end === undefined) return;
  for (let next = edges.get(end); next !== undefined; next = edges.get(end)) {
    edges.delete(end);
    end = next;
  }
  edges.set(start, end);
}

/** Takes the edges of the polygon that starts with the edge to the right of `start`. */
function followPolygon(edges: Edges, start: number): Int32Array<ArrayBuffer> {
  const corners: number[] = [];
  let way: Way = 'right';
  let at = start;
  for (;;) {
    corners.push(at % edges.stride, Math.floor(at / edges.stride));
    const end: number | undefined = edges[way].get(at);
    invariant(end !== undefined, 'a contour breaks off');
    edges[way].delete(at);
    at = end;
    // Coming down on the start with an edge to the left, the outline passes by another pixel.
    if (at === start && (way === 'up' || !edges.left.has(at))) return Int32Array.from(corners);
    const [samePixel, other]: readonly [Way, Way] = TURNS[way];
    way = edges[samePixel].has(at) ? samePixel : other;
  }
}
