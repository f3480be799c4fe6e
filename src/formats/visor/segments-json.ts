/**
 * The member `segments` as JSON, spaced as Python writes it.
 * @param polygons x, y, x, y, …
 */
export function segmentsJson(polygons: readonly Int32Array[]): string {
  return `[${polygons.map(polygonJson).join(', ')}]`;
}

function polygonJson(polygon: Int32Array): string {
  const points: string[] = [];
  for (let i = 0; i < polygon.length; i += 2) points.push(`[${polygon[i]}, ${polygon[i + 1]}]`);
  return `[${points.join(', ')}]`;
}
