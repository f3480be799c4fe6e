import { videoPoint, type VideoPoint } from './geometry.ts';
import { forEachObjectRun, type MaskRle } from './rle.ts';

/** How large a mask is, and where. */
export interface MaskShape {
  /** Object pixels. */
  readonly areaPx: number;
  /** Mean of the centres of the object's pixels; absent where it has none. */
  readonly centroid?: VideoPoint;
}

/** From the run lengths alone: a run costs as much as the columns that it passes through. */
export function maskShape(mask: MaskRle): MaskShape {
  const { height } = mask;
  let [areaPx, sumX, sumY] = [0, 0, 0];
  forEachObjectRun(mask, (start, end) => {
    areaPx += end - start;
    for (let at = start; at < end;) {
      const x = Math.floor(at / height);
      const y = at - x * height;
      const pixels = Math.min(end, (x + 1) * height) - at;
      sumX += pixels * (x + 0.5);
      sumY += pixels * (y + pixels / 2);
      at += pixels;
    }
  });
  if (areaPx === 0) return { areaPx };
  return { areaPx, centroid: videoPoint(sumX / areaPx, sumY / areaPx) };
}
