/** Until the user drags the edge, CSS decides; this is near it for the first key press. */
export const DEFAULT_TIMELINE_PX = 210;

/** `height` of timeline.css. */
const HEIGHT = { leastRem: 9.75, share: 0.25, mostRem: 17 };
/** Below it small pictures would leave too little room for lanes. */
const PICTURES_REM = 12.5;

const MIN_PX = 110;
/** The stage keeps at least this share of the window. */
const MAX_SHARE = 0.6;

/** @param height CSS pixels */
export function clampTimelineHeight(height: number): number {
  return Math.min(Math.max(height, MIN_PX), window.innerHeight * MAX_SHARE);
}

/**
 * Whether there is room for a row of small pictures beside the lanes.
 * @param heightPx CSS pixels of the timeline; absent: as the stylesheet has it
 */
export function hasRoomForPictures(heightPx: number | undefined): boolean {
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const byStylesheet = Math.min(
    Math.max(window.innerHeight * HEIGHT.share, HEIGHT.leastRem * remPx),
    HEIGHT.mostRem * remPx,
  );
  return (heightPx ?? byStylesheet) >= PICTURES_REM * remPx;
}
