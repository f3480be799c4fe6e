import { annotatedFrame } from '../../store/annotated-frames.ts';
import { formatTimeUs } from '../../store/format.ts';
import { shownSequence } from '../../store/ground-truth-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';

/** Presentation time of the frame under the playhead, from the clip's first frame. */
export function playheadTime({ video, playback }: StudioState): string {
  const timestamps = video.info?.timestampsUs;
  return formatTimeUs((timestamps?.[playback.frame] ?? 0) - (timestamps?.[0] ?? 0));
}

/** The playhead for screen readers. */
export function describePlayhead(state: StudioState): string {
  const { video, playback, groundTruth } = state;
  if (video.info === undefined) return 'No clip is open';
  const name = video.info.frameNames?.[playback.frame];
  const frame = `Frame ${playback.frame} of ${video.info.frameCount}`;
  const isAnnotated = annotatedFrame(shownSequence(groundTruth), playback.frame) !== undefined;
  const parts = [frame, playheadTime(state)];
  if (name !== undefined) parts.push(name);
  if (isAnnotated) parts.push('annotated');
  return parts.join(', ');
}
