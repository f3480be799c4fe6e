import type { ObjectId } from '../../core/ids.ts';
import { formatCount, formatCounted } from '../../store/format.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { findTracklet, statusAt, type TrackletStatus } from '../../store/tracklets-slice.ts';
import type { ObjectEdit } from '../../store/view-slice.ts';

interface ObjectRowText {
  readonly name: string;
  readonly color: string;
  readonly isVisible: boolean;
  readonly isLocked: boolean;
  readonly isSelected: boolean;
  readonly status: string;
  readonly isAbsent: boolean;
  readonly needsTracking: boolean;
  readonly coverage: string;
  readonly coverageTitle: string;
}

const STATUS_HERE: Record<TrackletStatus, string> = {
  prompted: 'Prompted here',
  tracked: 'Tracked here',
  kept: 'Earlier mask here',
  imported: 'Imported here',
  absent: 'Absent here',
  'no-mask': 'No mask here',
};

/** What the row of an object says. */
export function rowOf(state: StudioState, id: ObjectId): ObjectRowText {
  const { tracklets, playback, prompts, video } = state;
  const tracklet = findTracklet(tracklets, id);
  if (tracklet === undefined) return GONE;
  const status = statusAt(tracklet, playback.shownFrame);
  const isPrompted = id in prompts.byObject;
  const total = video.info?.frameCount ?? 0;
  const { coveredFrames, absentFrames } = tracklet.summaries;
  const hasStarted = isPrompted || coveredFrames > 0;
  return {
    name: tracklet.name,
    color: tracklet.color,
    isVisible: tracklet.isVisible,
    isLocked: tracklet.isLocked === true,
    isSelected: tracklets.selectedId === id,
    status: hasStarted ? STATUS_HERE[status] : 'Click it in the frame',
    isAbsent: status === 'absent',
    needsTracking: tracklet.needsTracking,
    coverage: coveredFrames === 0 ? '' : ` · ${formatCounted(coveredFrames, 'frame')}`,
    coverageTitle: `Masks on ${formatCount(coveredFrames)} of ${formatCount(total)} frames, absent on ${formatCount(absentFrames)}`,
  };
}

/** Whether the user is changing this part of the object in its row. */
export function isEdited(
  { view: { objectEdit } }: StudioState,
  id: ObjectId,
  part: ObjectEdit['part'],
): boolean {
  return objectEdit?.objectId === id && objectEdit.part === part;
}

const GONE: ObjectRowText = {
  name: '',
  color: '#000000',
  isVisible: false,
  isLocked: false,
  isSelected: false,
  status: '',
  isAbsent: false,
  needsTracking: false,
  coverage: '',
  coverageTitle: '',
};
