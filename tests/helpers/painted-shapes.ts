import * as fc from 'fast-check';
import type { Size, VideoPoint } from '../../src/core/geometry.ts';
import { decodeRle, type MaskRle } from '../../src/core/rle.ts';

/** Frames small enough to look at each pixel. */
export const smallSizes: fc.Arbitrary<Size> = fc.record({
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
});

const coordinates = fc.oneof(
  fc.double({ min: -8, max: 32, noNaN: true }),
  // Ends on borders and centres of pixels, and lines that are upright or level.
  fc.integer({ min: -8, max: 60 }).map((halves) => halves / 2),
);

/** Ways of a pointer, on the frame and beside it. */
export function paths(limits: { readonly minLength: number }): fc.Arbitrary<VideoPoint[]> {
  return fc.array(fc.record({ x: coordinates, y: coordinates }), { ...limits, maxLength: 8 });
}

/** The line between two points. */
export type Line = readonly [VideoPoint, VideoPoint];

export function distanceToLine(point: VideoPoint, [a, b]: Line): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared;
  const at = Math.min(Math.max(along, 0), 1);
  return Math.hypot(point.x - a.x - at * dx, point.y - a.y - at * dy);
}

/** How often a closed line goes round a point, by the angle it turns through. */
export function windingAround(point: VideoPoint, path: readonly VideoPoint[]): number {
  let turned = 0;
  for (const [i, a] of path.entries()) {
    const b = path[(i + 1) % path.length] ?? a;
    const from = Math.atan2(a.y - point.y, a.x - point.x);
    const to = Math.atan2(b.y - point.y, b.x - point.x);
    let angle = to - from;
    if (angle > Math.PI) angle -= 2 * Math.PI;
    if (angle < -Math.PI) angle += 2 * Math.PI;
    turned += angle;
  }
  return Math.round(turned / (2 * Math.PI));
}

/** A pixel's centre with whether the mask has it. */
export interface SampledPixel {
  readonly centre: VideoPoint;
  readonly isObject: boolean;
}

export function pixelsOf(rle: MaskRle): readonly SampledPixel[] {
  const { width, data } = decodeRle(rle);
  return Array.from(data, (value, at) => ({
    centre: { x: (at % width) + 0.5, y: Math.floor(at / width) + 0.5 },
    isObject: value === 1,
  }));
}
