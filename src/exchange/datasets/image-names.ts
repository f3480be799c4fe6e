import type { FrameIndex } from '../../core/ids.ts';
import { frameStems } from '../../formats/frame-names.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';

/**
 * What data sets call the picture of each frame: as the file of the clip is called, for videos
 * `00000.jpg` by frame index, as DAVIS names what it takes from its videos.
 */
export function imageNames(video: VideoInfo): (frame: FrameIndex) => string {
  const { frameNames } = video;
  const stemOf = frameStems(video);
  const isDistinct = frameNames !== undefined && new Set(frameNames).size === frameNames.length;
  return (frame) => (isDistinct ? frameNames[frame] : undefined) ?? `${stemOf(frame)}.jpg`;
}
