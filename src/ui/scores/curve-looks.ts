import type { StudioState } from '../../store/studio-state.ts';
import { scoreCurves } from '../../store/score-selectors.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { assignedObject } from '../../store/ground-truth-slice.ts';

/** Objects that nothing is assigned to; a grey that shows on light and on dark. */
const UNASSIGNED = '#8a8f98';
/** Before the colour of the object that is selected. */
const SELECTED = '*';

/**
 * Colours of the curves in their order, `#rrggbb`, with `*` before the selected object's. Texts, so
 * that they can be compared one by one when anything else of the objects changes.
 */
export function curveLooks(state: StudioState): readonly string[] {
  const { groundTruth, tracklets } = state;
  return scoreCurves(groundTruth).map(({ truthId }) => {
    const tracklet = findTracklet(tracklets, assignedObject(groundTruth, truthId));
    if (tracklet === undefined) return UNASSIGNED;
    return tracklet.id === tracklets.selectedId ? SELECTED + tracklet.color : tracklet.color;
  });
}

/** `#rrggbb` of a look. */
export function colorOfLook(look: string | undefined): string {
  return look?.replace(SELECTED, '') ?? UNASSIGNED;
}

/** Whether a look is the selected object's. */
export function isSelectedLook(look: string | undefined): boolean {
  return look?.startsWith(SELECTED) ?? false;
}
