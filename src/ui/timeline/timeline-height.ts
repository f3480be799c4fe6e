/** Until the user drags the edge, CSS decides; this is near it for the first key press. */
export const DEFAULT_TIMELINE_PX = 210;

const MIN_PX = 110;
/** The stage keeps at least this share of the window. */
const MAX_SHARE = 0.6;

/** @param height CSS pixels */
export function clampTimelineHeight(height: number): number {
  return Math.min(Math.max(height, MIN_PX), window.innerHeight * MAX_SHARE);
}
