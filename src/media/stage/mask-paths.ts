import { traceContours } from '../../core/contour.ts';
import type { MaskRle } from '../../core/rle.ts';

/** Corners kept over all paths: some tens of megabytes, hundreds of ordinary masks. */
const MAX_CORNERS = 1_000_000;

/** Outlines of masks as paths in video pixels, kept for masks drawn lately. */
export class MaskPaths {
  /** The one used last is last. Masks are immutable, so their identity is their content. */
  readonly #paths = new Map<MaskRle, { readonly path: Path2D; readonly corners: number }>();
  readonly #maxCorners: number;
  #corners = 0;

  constructor(maxCorners = MAX_CORNERS) {
    this.#maxCorners = maxCorners;
  }

  get size(): number {
    return this.#paths.size;
  }

  /** The mask's outline; filled by the even-odd rule it covers exactly the mask's pixels. */
  pathOf(mask: MaskRle): Path2D {
    const known = this.#paths.get(mask);
    if (known !== undefined) {
      this.#paths.delete(mask);
      this.#paths.set(mask, known);
      return known.path;
    }
    const polygons = traceContours(mask);
    const corners = polygons.reduce((sum, polygon) => sum + polygon.length / 2, 1);
    const path = toPath(polygons);
    this.#paths.set(mask, { path, corners });
    this.#corners += corners;
    this.#evict(mask);
    return path;
  }

  #evict(newest: MaskRle): void {
    for (const [mask, { corners }] of this.#paths) {
      if (this.#corners <= this.#maxCorners || mask === newest) return;
      this.#paths.delete(mask);
      this.#corners -= corners;
    }
  }
}

function toPath(polygons: readonly Int32Array[]): Path2D {
  const path = new Path2D();
  for (const polygon of polygons) {
    path.moveTo(polygon[0] ?? 0, polygon[1] ?? 0);
    for (let i = 2; i < polygon.length; i += 2) path.lineTo(polygon[i] ?? 0, polygon[i + 1] ?? 0);
    path.closePath();
  }
  return path;
}
