import type { SizeRelation } from './frame-match.ts';
import type { Size } from './geometry.ts';

/** The image of VISOR's dense annotations and of its challenge, at which masks are scored. */
export const VISOR_SIZE: Size = { width: 854, height: 480 };
/** Of 1920 × 1080 resized to 854 × 480, the sides are less than a pixel from the exact ratio. */
const ROUNDING_PX = 1;

/** Compares sides only; whether it is the same picture nobody can tell from them. */
export function relateSizes(masks: Size, clip: Size): SizeRelation {
  if (masks.width === clip.width && masks.height === clip.height) return 'same';
  const [small, large] = masks.width <= clip.width ? [masks, clip] : [clip, masks];
  const exactHeight = (large.height * small.width) / large.width;
  return Math.abs(exactHeight - small.height) < ROUNDING_PX ? 'scaled' : 'different';
}
