import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import { emptyRle, rleArea } from '../../core/rle.ts';
import { cocoRle, type CocoRle } from '../../formats/coco-rle.ts';
import { encodeUtf8, jsonArray, toJson } from '../../formats/json-stream.ts';
import type { ExportRequest } from '../../protocol/export-api.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import { sequenceName } from '../clip-names.ts';
import type { FrameContent } from '../frame-masks.ts';
import { SavMasklet } from './sav-masklet.ts';

/**
 * The bytes of a clip's `<video>_manual.json` as SA-V's training set has them (sam2
 * `sav_dataset/README.md`): for every frame of the clip a list of every object's mask, empty where
 * the object is not seen or was not looked for. SA-V annotates every fourth frame; here it is all
 * of them, so its loader is given `annot_sample_rate=1`.
 */
export function savJson(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncIterable<Uint8Array> {
  return encodeUtf8(savText(request, frames));
}

async function* savText(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncGenerator<string, void> {
  const { video, objects } = request;
  const masklets = new Map(objects.map(({ id }) => [id, new SavMasklet()]));
  yield `{\n${members(videoMembers(video))},\n"masklet": `;
  yield* jsonArray(frameLists(request, frames, masklets));
  yield `,\n${members(maskletMembers(request, masklets))}\n}\n`;
}

/** The masks of each frame of the clip in the objects' order. */
async function* frameLists(
  { video, objects }: ExportRequest,
  frames: AsyncIterable<FrameContent>,
  masklets: ReadonlyMap<ObjectId, SavMasklet>,
): AsyncGenerator<CocoRle[], void> {
  const empty = emptyRle(video.width, video.height);
  let next = 0;
  for await (const { frame, masks } of frames) {
    for (; next < frame; next++) yield objects.map(() => cocoRle(empty));
    next = frame + 1;
    yield objects.map(({ id }) => {
      const mask = masks.find(({ objectId }) => objectId === id)?.mask ?? empty;
      masklets.get(id)?.see(frame, rleArea(mask));
      return cocoRle(mask);
    });
  }
  for (; next < video.frameCount; next++) yield objects.map(() => cocoRle(empty));
}

function videoMembers(video: VideoInfo) {
  const { width, height, frameCount, timestampsUs } = video;
  const [first = 0, last = 0] = [timestampsUs[0], timestampsUs.at(-1)];
  // The last frame's own duration is not known; the mean of the others stands for it.
  const meanUs = frameCount > 1 ? (last - first) / (frameCount - 1) : 0;
  return {
    video_id: sequenceName(video),
    video_duration: (last - first + meanUs) / 1e6,
    video_frame_count: frameCount,
    video_height: height,
    video_width: width,
    video_resolution: width * height,
    video_environment: 'Unknown',
    video_split: 'train',
  };
}

function maskletMembers(
  { video, objects, prompts, summaries }: ExportRequest,
  masklets: ReadonlyMap<ObjectId, SavMasklet>,
) {
  const all = [...masklets.values()];
  const resolution = video.width * video.height;
  return {
    masklet_id: objects.map(({ id }) => id),
    masklet_name: objects.map(({ name }) => name),
    masklet_size_rel: all.map(({ meanAreaPx }) => meanAreaPx / resolution),
    masklet_size_abs: all.map(({ meanAreaPx }) => meanAreaPx),
    masklet_size_bucket: all.map(({ sizeBucket }) => sizeBucket),
    masklet_visibility_changes: all.map(({ visibilityChanges }) => visibilityChanges),
    masklet_first_appeared_frame: all.map(({ firstFrame }) => firstFrame ?? null),
    masklet_frame_count: objects.map(({ id }) => countFrames(id, [...summaries, ...prompts])),
    masklet_edited_frame_count: objects.map(({ id }) => countFrames(id, prompts)),
    masklet_type: objects.map(() => 'manual'),
    masklet_stability_score: objects.map(() => null),
    masklet_num: objects.length,
  };
}

function countFrames(
  id: ObjectId,
  items: readonly { readonly objectId: ObjectId; readonly frame: FrameIndex }[],
): number {
  return new Set(items.filter(({ objectId }) => objectId === id).map(({ frame }) => frame)).size;
}

/** The members of an object without its braces, one a line. */
function members(content: Readonly<Record<string, unknown>>): string {
  return Object.entries(content)
    .map(([key, value]) => `${toJson(key)}: ${toJson(value)}`)
    .join(',\n');
}
