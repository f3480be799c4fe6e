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
  const isTaken = new Uint8Array(edges.y.length);
  const polygons: Int32Array<ArrayBuffer>[] = [];
  // Each polygon has an edge along the top of some pixels.
  for (let edge = 0; edge < isTaken.length; edge++) {
    if (edges.isTop[edge] === true && isTaken[edge] === 0) {
      polygons.push(followPolygon(edges, edge, isTaken));
    }
  }
  return polygons;
}

/**
 * The level edges along the tops and bottoms of pixels, as long as they go, by number. The object
 * lies to the right hand of the way: tops go to the right, bottoms to the left.
 */
interface LevelEdges {
  readonly y: number[];
  readonly left: number[];
  readonly right: number[];
  readonly isTop: boolean[];
  /** Which edge the outline goes on with, after the upright one between them. */
  readonly next: number[];
}

/** The runs of one column: start and end row in turn, each with the edge that it lies on. */
interface Column {
  readonly ends: readonly number[];
  readonly edges: number[];
}

function collectEdges(rle: MaskRle): LevelEdges {
  const edges: LevelEdges = { y: [], left: [], right: [], isTop: [], next: [] };
  const nothing: Column = { ends: [], edges: [] };
  let before = nothing;
  let lastColumn = -1;
  for (const { x, ends } of objectColumns(rle)) {
    if (x > lastColumn + 1) {
      joinColumns(edges, lastColumn + 1, [before, nothing]);
      before = nothing;
    }
    const after: Column = { ends, edges: [] };
    joinColumns(edges, x, [before, after]);
    before = after;
    lastColumn = x;
  }
  joinColumns(edges, lastColumn + 1, [before, nothing]);
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

/**
 * Goes down the border between two columns, left of column `x`: ends the level edges that do not go
 * on, begins others, and links them along the upright edges, where just one column holds the object.
 */
function joinColumns(
  edges: LevelEdges,
  x: number,
  [before, after]: readonly [Column, Column],
): void {
  let [i, j] = [0, 0];
  /** The edge at the upper end of the upright one that is gone along. */
  let upper = 0;
  while (i < before.ends.length || j < after.ends.length) {
    const y = Math.min(before.ends[i] ?? Infinity, after.ends[j] ?? Infinity);
    const [endsBefore, endsAfter] = [before.ends[i] === y, after.ends[j] === y];
    const [isBefore, isAfter] = [i % 2 === 1, j % 2 === 1];
    const old = before.edges[i] ?? 0;
    if (endsBefore) i++;
    if (endsAfter) j++;
    if (endsBefore && endsAfter && isBefore === isAfter) {
      after.edges.push(old);
      continue;
    }
    if (endsBefore) edges.right[old] = x;
    const made = endsAfter ? beginEdge(edges, { x, y, isTop: !isAfter }) : old;
    if (endsAfter) after.edges.push(made);
    // Where two pixels touch at a corner, both edges end here, and each keeps to its own pixel.
    const [ofBefore, ofAfter] = [endsBefore ? old : made, endsAfter ? made : old];
    if (isBefore && !isAfter) edges.next[upper] = ofBefore;
    if (isAfter && !isBefore) edges.next[ofAfter] = upper;
    upper = i % 2 === 1 ? ofBefore : ofAfter;
  }
}

interface EdgeStart {
  readonly x: number;
  readonly y: number;
  readonly isTop: boolean;
}

function beginEdge(edges: LevelEdges, { x, y, isTop }: EdgeStart): number {
  edges.left.push(x);
  edges.right.push(x);
  edges.isTop.push(isTop);
  edges.next.push(-1);
  return edges.y.push(y) - 1;
}

/** The polygon that the edge is of; its edges are marked as taken. */
function followPolygon(
  { y, left, right, isTop, next }: LevelEdges,
  first: number,
  isTaken: Uint8Array,
): Int32Array<ArrayBuffer> {
  const corners: number[] = [];
  let edge = first;
  do {
    const level = y[edge] ?? 0;
    const [from, to] = isTop[edge] === true ? [left, right] : [right, left];
    corners.push(from[edge] ?? 0, level, to[edge] ?? 0, level);
    isTaken[edge] = 1;
    edge = next[edge] ?? -1;
    invariant(edge === first || isTaken[edge] === 0, 'a contour breaks off');
  } while (edge !== first);
  return Int32Array.from(corners);
}
