import { formatTimeUs } from '../../store/format.ts';
import type { StudioState } from '../../store/studio-state.ts';

/** Presentation time of the frame under the playhead, from the clip's first frame. */
export function playheadTime({ video, playback }: StudioState): string {
  const timestamps = video.info?.timestampsUs;
  return formatTimeUs((timestamps?.[playback.frame] ?? 0) - (timestamps?.[0] ?? 0));
}

/** The playhead for screen readers. */
export function describePlayhead(state: StudioState): string {
  const { video, playback } = state;
  if (video.info === undefined) return 'No clip is open';
  const name = video.info.frameNames?.[playback.frame];
  const frame = `Frame ${playback.frame} of ${video.info.frameCount}`;
  return `${frame}, ${playheadTime(state)}${name === undefined ? '' : `, ${name}`}`;
}
