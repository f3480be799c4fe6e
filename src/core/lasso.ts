import { ColumnSpans } from './column-spans.ts';
import type { Size, VideoPoint } from './geometry.ts';
import type { MaskRle } from './rle.ts';

/**
 * What a closed line goes round: the pixels whose centres it winds about, whichever way and however
 * often (the non-zero rule). The last point is joined to the first.
 * @param size of the mask
 */
export function lassoRle(path: readonly VideoPoint[], size: Size): MaskRle {
  const spans = new ColumnSpans(size);
  for (const [column, crossings] of crossingsByColumn(path, spans)) {
    crossings.sort((a, b) => a.y - b.y);
    let [winding, top] = [0, 0];
    for (const { y, turn } of crossings) {
      if (winding === 0) top = y;
      winding += turn;
      if (winding === 0) spans.add(column, top, y);
    }
  }
  return spans.toRle();
}

/** Where the line crosses the middle of a column, and which way it goes. */
interface Crossing {
  readonly y: number;
  readonly turn: 1 | -1;
}

function crossingsByColumn(
  path: readonly VideoPoint[],
  spans: ColumnSpans,
): ReadonlyMap<number, Crossing[]> {
  const columns = new Map<number, Crossing[]>();
  for (const [i, a] of path.entries()) {
    const b = path[(i + 1) % path.length] ?? a;
    const [left, right] = a.x < b.x ? [a, b] : [b, a];
    const { first, last } = spans.columnsBetween(left.x, right.x);
    for (let column = first; column <= last; column++) {
      const x = column + 0.5;
      // An end on the middle of a column counts for one of the two lines that meet there.
      if (x === right.x) continue;
      const y = left.y + ((x - left.x) * (right.y - left.y)) / (right.x - left.x);
      const crossing: Crossing = { y, turn: a.x < b.x ? 1 : -1 };
      const crossings = columns.get(column);
      if (crossings === undefined) columns.set(column, [crossing]);
      else crossings.push(crossing);
    }
  }
  return columns;
}
