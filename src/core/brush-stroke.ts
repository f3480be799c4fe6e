import { ColumnSpans } from './column-spans.ts';
import type { Size, VideoPoint } from './geometry.ts';
import type { MaskRle } from './rle.ts';

/**
 * What a round brush covers on its way: the pixels whose centres are no farther than the radius
 * from the path. A path of one point is a dot.
 * @param radius video pixels
 * @param size of the mask
 */
export function strokeRle(path: readonly VideoPoint[], radius: number, size: Size): MaskRle {
  const spans = new ColumnSpans(size);
  const [first] = path;
  if (first !== undefined && path.length === 1)
    addCapsule(spans, { from: first, to: first, radius });
  for (let i = 1; i < path.length; i++) {
    const [from, to] = [path[i - 1], path[i]];
    if (from !== undefined && to !== undefined) addCapsule(spans, { from, to, radius });
  }
  return spans.toRle();
}

/** All points within the radius of a straight line between two points. */
interface Capsule {
  readonly from: VideoPoint;
  readonly to: VideoPoint;
  readonly radius: number;
}

function addCapsule(spans: ColumnSpans, capsule: Capsule): void {
  const { from, to, radius } = capsule;
  const left = Math.min(from.x, to.x) - radius;
  const right = Math.max(from.x, to.x) + radius;
  const sides = sidesOf(capsule);
  const { first, last } = spans.columnsBetween(left, right);
  for (let column = first; column <= last; column++) {
    const x = column + 0.5;
    // A capsule is convex: what it has of a column is one span.
    const rows = [...discRows(from, radius, x), ...discRows(to, radius, x), ...sideRows(sides, x)];
    if (rows.length > 0) spans.add(column, Math.min(...rows), Math.max(...rows));
  }
}

function discRows(centre: VideoPoint, radius: number, x: number): readonly number[] {
  const across = x - centre.x;
  if (Math.abs(across) > radius) return [];
  const half = Math.sqrt(radius * radius - across * across);
  return [centre.y - half, centre.y + half];
}

type Side = readonly [VideoPoint, VideoPoint];

/** The straight borders beside the way; none where it goes nowhere. */
function sidesOf({ from, to, radius }: Capsule): readonly Side[] {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return [];
  const [nx, ny] = [(-dy * radius) / length, (dx * radius) / length];
  return [1, -1].map((sign) => [
    { x: from.x + sign * nx, y: from.y + sign * ny },
    { x: to.x + sign * nx, y: to.y + sign * ny },
  ]);
}

function sideRows(sides: readonly Side[], x: number): readonly number[] {
  return sides.flatMap(([a, b]) => {
    const isAcross = a.x !== b.x && x >= Math.min(a.x, b.x) && x <= Math.max(a.x, b.x);
    return isAcross ? [a.y + ((x - a.x) * (b.y - a.y)) / (b.x - a.x)] : [];
  });
}
