import type { Size } from '../core/geometry.ts';

/** `metrics.py: db_eval_boundary`, `bound_th`. */
const BOUNDARY_TOLERANCE = 0.008;

/**
 * How far apart two boundaries may lie and still match, in pixels: 0.8 % of the diagonal, rounded
 * up. 8 at 854 × 480. In doubles as numpy has it: 300 × 400 gives exactly 4.
 * Source: davis2017-evaluation `metrics.py: f_measure`, `bound_pix`.
 */
export function boundaryRadius({ width, height }: Size): number {
  return Math.ceil(BOUNDARY_TOLERANCE * Math.sqrt(height * height + width * width));
}
