import type { ErrorKind } from '../../core/error-colors.ts';
import type { Size } from '../../core/geometry.ts';
import { emptyRle, type MaskRle } from '../../core/rle.ts';
import { rleDifference, rleOverlap, rleUnion } from '../../core/rle-sets.ts';
import { commonGrid, layOnGrid, type CommonGrid } from './common-grid.ts';

/** A true mask and the mask that is compared to it; each may be absent, and then has no pixels. */
export interface MaskPair {
  /** At the ground truth's size, which all pairs of a frame share. */
  readonly truth: MaskRle | undefined;
  /** At the video's size. */
  readonly mask: MaskRle | undefined;
}

/** Which part of the frame is right, missed and too much. No two share a cell. */
export interface ErrorRegions {
  readonly grid: CommonGrid;
  /** In cells of the grid. */
  readonly regions: Readonly<Record<ErrorKind, MaskRle>>;
}

/**
 * The errors of all pairs of one frame together. Each pair is compared by itself, so a pixel of one
 * object that another's mask claims is missed for the one and too much for the other. Where pairs
 * disagree, errors go before what is right, and of the errors `excess` before `missed`: `missed` is
 * left to say that no mask covers the place wrongly.
 */
export function errorRegions(pairs: readonly MaskPair[], video: Size): ErrorRegions {
  const truthSize = pairs.find(({ truth }) => truth !== undefined)?.truth ?? video;
  const grid = commonGrid(video, truthSize);
  const none = emptyRle(grid.width, grid.height);
  let [right, missed, excess] = [none, none, none];
  for (const pair of pairs) {
    const truth = pair.truth === undefined ? none : layOnGrid(pair.truth, grid, 'other');
    const mask = pair.mask === undefined ? none : layOnGrid(pair.mask, grid, 'video');
    right = rleUnion(right, rleOverlap(truth, mask));
    missed = rleUnion(missed, rleDifference(truth, mask));
    excess = rleUnion(excess, rleDifference(mask, truth));
  }
  const regions = {
    right: rleDifference(right, rleUnion(missed, excess)),
    missed: rleDifference(missed, excess),
    excess,
  };
  return { grid, regions };
}
