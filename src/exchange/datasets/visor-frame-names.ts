import { StudioError } from '../../core/errors.ts';
import type { FrameIndex } from '../../core/ids.ts';
import { fileStem, frameStems } from '../../formats/frame-names.ts';
import { locateInVideo } from '../../formats/ground-truth/locate-in-video.ts';
import { videoOfClip } from '../../formats/ground-truth/match-frames.ts';
import { clockNumberAt } from '../../formats/visor/visor-clock.ts';
import { clockHz, isSequenceName } from '../../formats/visor/visor-names.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import { sequenceName } from '../clip-names.ts';

/** What VISOR's files call a frame: the member `image`. */
export interface VisorImage {
  readonly image_path: string;
  readonly name: string;
  readonly subsequence: string;
  readonly video: string;
}

const NUMBER_DIGITS = 10;
/** VISOR's readers take names of some hundred characters. */
const MAX_STEM_CHARACTERS = 150;
/** As EPIC-KITCHENS' `rgb_frames` are called. */
const EPIC_FRAME = /^frame_\d{10}$/;

/**
 * What VISOR calls each frame of the clip, so that it is found again by that name. Pictures go by
 * their own names, frames of videos by `<video>_frame_<number>`: of EPIC-KITCHENS' videos the number
 * on VISOR's clock, of others the frame index, since no clock is known.
 * @returns throws StudioError `file-invalid` for a frame that VISOR's clock does not tell from others,
 * as one of a video of more than 60 frames a second
 */
export function visorImages(clip: VideoInfo): (frame: FrameIndex) => VisorImage {
  const clipName = readable(sequenceName(clip));
  const epicVideo = videoOfClip(clip);
  const video = epicVideo ?? clipName;
  const subsequence = isSequenceName(clipName) ? clipName : `${video}_seq_00001`;
  const stemOf = stemsOf(clip, epicVideo, video);
  return (frame) => {
    // A name that ends in .png would say that the polygons lie on 854 × 480 pixels.
    const name = `${stemOf(frame)}.jpg`;
    return { image_path: `${video}/${name}`, name, subsequence, video };
  };
}

function stemsOf(
  clip: VideoInfo,
  epicVideo: string | undefined,
  video: string,
): (frame: FrameIndex) => string {
  if (clip.frameNames !== undefined) return pictureStems(clip, clip.frameNames);
  if (epicVideo !== undefined) return clockStems(clip, epicVideo);
  return (frame) => numbered(video, frame);
}

function pictureStems(
  clip: VideoInfo,
  frameNames: readonly string[],
): (frame: FrameIndex) => string {
  const stems = frameNames.map((name) => readable(fileStem(name)));
  if (new Set(stems).size < stems.length) return frameStems(clip);
  const video = videoOfClip(clip);
  // On the videos of the extension, EPIC-KITCHENS' numbers are VISOR's.
  const isExtension = video !== undefined && clockHz(video) === 50;
  return (frame) => {
    const stem = stems[frame] ?? '';
    return isExtension && EPIC_FRAME.test(stem) ? `${video}_${stem}` : stem;
  };
}

function clockStems(clip: VideoInfo, video: string): (frame: FrameIndex) => string {
  const locate = locateInVideo(clip, {});
  return (frame) => {
    const stem = numbered(video, clockNumberAt(video, clip.timestampsUs[frame] ?? 0));
    const located = locate(stem);
    if ('frame' in located && located.frame === (frame as number)) return stem;
    const message = `Frame ${frame} of “${clip.name}” has no number of its own on VISOR’s clock, ${clockHz(video)} a second.`;
    throw new StudioError('file-invalid', message, {
      hint: 'VISOR names the frames of this video by that clock. Export YouTube-VIS or COCO instead.',
    });
  };
}

function numbered(video: string, number: number): string {
  return `${video}_frame_${String(number).padStart(NUMBER_DIGITS, '0')}`;
}

/** Without what readers of VISOR's files do not take for a file name. */
function readable(name: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what must not get into a file name
  return name.replaceAll(/[\u0000-\u001f\\/]/g, '_').slice(0, MAX_STEM_CHARACTERS);
}
