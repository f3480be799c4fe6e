/** Where the corners of polygons lie, in video pixels. */
interface CornerPlaces {
  readonly x: (column: number) => number;
  readonly y: (row: number) => number;
}

/** Polygons, each x, y, x, y, …, as one path. */
export function polygonsPath(polygons: readonly Int32Array[], places: CornerPlaces): Path2D {
  const path = new Path2D();
  for (const polygon of polygons) {
    path.moveTo(places.x(polygon[0] ?? 0), places.y(polygon[1] ?? 0));
    for (let i = 2; i < polygon.length; i += 2) {
      path.lineTo(places.x(polygon[i] ?? 0), places.y(polygon[i + 1] ?? 0));
    }
    path.closePath();
  }
  return path;
}

/** How many corners the polygons have, by which the memory of their path is counted; at least 1. */
export function countCorners(polygons: readonly Int32Array[]): number {
  return polygons.reduce((sum, polygon) => sum + polygon.length / 2, 1);
}
