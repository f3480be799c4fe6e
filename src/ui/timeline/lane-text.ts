import type { ObjectId } from '../../core/ids.ts';
import { countUncertain } from '../../store/confidence.ts';
import { differingFrames } from '../../store/differing-frames.ts';
import { formatCount } from '../../store/format.ts';
import { framesWithEdit } from '../../store/memory-slice.ts';
import { promptedFrames } from '../../store/prompts-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { laneMarks, type TruthMarks } from './truth-marks.ts';

/** Prompts named one by one up to this many. */
const NAMED_PROMPTS = 6;

/** What an object's lane shows, in words. */
export function laneSummary(state: StudioState, id: ObjectId): string {
  const tracklet = findTracklet(state.tracklets, id);
  if (tracklet === undefined) return '';
  const { coveredFrames, absentFrames } = tracklet.summaries;
  const total = state.video.info?.frameCount ?? 0;
  const parts = [promptText(promptedFrames(state.prompts, id))];
  parts.push(`masks on ${formatCount(coveredFrames)} of ${formatCount(total)} frames`);
  if (absentFrames > 0) parts.push(`absent on ${formatCount(absentFrames)}`);
  const uncertainFrames = countUncertain(tracklet.summaries);
  if (uncertainFrames > 0) parts.push(`uncertain on ${formatCount(uncertainFrames)}`);
  const differing = differingFrames(tracklet.summaries).length;
  if (differing > 0) parts.push(`other when tracked back on ${formatCount(differing)}`);
  parts.push(...memoryText(state, id));
  parts.push(...truthText(laneMarks(state.groundTruth, id)));
  if (tracklet.needsTracking) parts.push('needs tracking');
  return parts.join(', ');
}

function truthText({ frames, poorFrames }: TruthMarks): string[] {
  if (frames.length === 0) return [];
  const annotated = `annotated on ${formatCount(frames.length)}`;
  return poorFrames.length === 0
    ? [annotated]
    : [annotated, `J&F of 50 or less on ${formatCount(poorFrames.length)}`];
}

function memoryText({ memory }: StudioState, id: ObjectId): string[] {
  const pinned = framesWithEdit(memory, id, 'pinned');
  const dropped = framesWithEdit(memory, id, 'dropped');
  return [
    ...(pinned.length === 0 ? [] : [`pinned as memory on ${placesText(pinned)}`]),
    ...(dropped.length === 0 ? [] : [`memory dropped on ${placesText(dropped)}`]),
  ];
}

function placesText(frames: readonly number[]): string {
  if (frames.length > NAMED_PROMPTS) return `${frames.length} frames`;
  return `${frames.length === 1 ? 'frame' : 'frames'} ${frames.join(', ')}`;
}

function promptText(frames: readonly number[]): string {
  if (frames.length === 0) return 'no prompts';
  if (frames.length > NAMED_PROMPTS) return `prompts on ${frames.length} frames`;
  return `${frames.length === 1 ? 'prompt on frame' : 'prompts on frames'} ${frames.join(', ')}`;
}
