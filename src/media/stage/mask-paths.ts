import { traceContours } from '../../core/contour.ts';
import type { Size } from '../../core/geometry.ts';
import type { MaskRle } from '../../core/rle.ts';
import { BoundedCache } from '../bounded-cache.ts';
import { countCorners, polygonsPath } from './polygons-path.ts';

/** Corners kept over all paths: some tens of megabytes, hundreds of ordinary masks. */
const MAX_CORNERS = 1_000_000;

interface TracedMask {
  readonly path: Path2D;
  readonly corners: number;
  /** Over which the path lies. */
  readonly video: Size;
}

/** Outlines of masks as paths in video pixels, kept for masks drawn lately. */
export class MaskPaths {
  /** Masks are immutable, so their identity is their content. */
  readonly #traced: BoundedCache<MaskRle, TracedMask>;

  constructor(maxCorners = MAX_CORNERS) {
    this.#traced = new BoundedCache({ budget: maxCorners, costOf: ({ corners }) => corners });
  }

  has(mask: MaskRle): boolean {
    return this.#traced.has(mask);
  }

  /**
   * The mask's outline; filled by the even-odd rule it covers exactly the mask's pixels.
   * @param video over all of which a mask of another size is laid
   */
  pathOf(mask: MaskRle, video: Size): Path2D {
    const known = this.#traced.get(mask);
    if (known?.video.width === video.width && known.video.height === video.height) {
      return known.path;
    }
    const polygons = traceContours(mask);
    const path = polygonsPath(polygons, {
      x: (column) => (column * video.width) / mask.width,
      y: (row) => (row * video.height) / mask.height,
    });
    const { width, height } = video;
    this.#traced.put(mask, { path, corners: countCorners(polygons), video: { width, height } });
    return path;
  }
}
