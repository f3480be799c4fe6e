import { objectColumns } from '../../core/contour.ts';
import type { Size } from '../../core/geometry.ts';
import { rleFromTransitions, type MaskRle } from '../../core/rle.ts';

/** Columns or rows that pixels of two sizes share, each pixel being some whole ones. */
interface CommonAxis {
  /** Where the lines between them lie, in video pixels, both borders included. */
  readonly lines: Float64Array;
  /** Which of the lines begins each video pixel, and which ends the last. */
  readonly ofVideo: Uint32Array;
  /** The same for the other pixels. */
  readonly ofOther: Uint32Array;
}

/**
 * The coarsest grid on which masks of two sizes that show the same picture are both exact: it has
 * the lines of both. Its cells are no squares and not of one size, unless the one size is a multiple
 * of the other.
 */
export interface CommonGrid extends Size {
  readonly columns: CommonAxis;
  readonly rows: CommonAxis;
}

/** The grid of masks of the video's size and of those of another size, laid over all of the video. */
export function commonGrid(video: Size, other: Size): CommonGrid {
  const columns = commonAxis(video.width, other.width);
  const rows = commonAxis(video.height, other.height);
  return { columns, rows, width: columns.lines.length - 1, height: rows.lines.length - 1 };
}

/** The mask in cells of the grid; `from` says of which of the two sizes it is. */
export function layOnGrid(mask: MaskRle, grid: CommonGrid, from: 'video' | 'other'): MaskRle {
  if (mask.width === grid.width && mask.height === grid.height) return mask;
  const [columns, rows] = [linesOf(grid.columns, from), linesOf(grid.rows, from)];
  const transitions: number[] = [];
  for (const { x, ends } of objectColumns(mask)) {
    const cells = ends.map((y) => rows[y] ?? 0);
    const end = columns[x + 1] ?? 0;
    for (let column = columns[x] ?? 0; column < end; column++) {
      addColumn(transitions, column * grid.height, cells);
    }
  }
  if (transitions.at(-1) === grid.width * grid.height) transitions.pop();
  return rleFromTransitions(grid.width, grid.height, transitions);
}

/** Adds a column's runs; one that goes on where the column before ends is one run with it. */
function addColumn(transitions: number[], top: number, cells: readonly number[]): void {
  let first = 0;
  if (transitions.length > 0 && transitions[transitions.length - 1] === top + (cells[0] ?? 0)) {
    transitions.pop();
    first = 1;
  }
  for (let i = first; i < cells.length; i++) transitions.push(top + (cells[i] ?? 0));
}

function linesOf(axis: CommonAxis, from: 'video' | 'other'): Uint32Array {
  return from === 'video' ? axis.ofVideo : axis.ofOther;
}

function commonAxis(video: number, other: number): CommonAxis {
  const lines: number[] = [];
  const ofVideo = new Uint32Array(video + 1);
  const ofOther = new Uint32Array(other + 1);
  // Line i of the video is line j of the other where i / video = j / other.
  for (let [i, j] = [0, 0]; i <= video;) {
    const ahead = i * other - j * video;
    if (ahead <= 0) ofVideo[i] = lines.length;
    if (ahead >= 0) ofOther[j] = lines.length;
    lines.push(ahead <= 0 ? i : (j * video) / other);
    if (ahead <= 0) i++;
    if (ahead >= 0) j++;
  }
  return { lines: Float64Array.from(lines), ofVideo, ofOther };
}
