import { invariant } from '../../core/assert.ts';
import { groupBy } from '../../core/group-by.ts';
import type { ObjectId } from '../../core/ids.ts';
import type { SourceFile } from '../source-file.ts';
import type { CocoParts, CocoVideo, TrackAnnotation } from './coco-fields.ts';
import {
  drawMasks,
  nameOfCategory,
  nameOfVideo,
  refuseOtherSize,
  refuseTwins,
  stemOf,
  type PlacedSegmentation,
} from './coco-frames.ts';
import { refuseLabel } from './label-form.ts';
import type { LabelData, LabelSequence } from './label-sequence.ts';
import { numberObjects, type OwnId } from './number-objects.ts';

/**
 * The sequences of YouTube-VIS: each of its videos.
 * @throws StudioError `file-invalid` with the path of what is wrong
 */
export function trackSequences(parts: CocoParts, file: SourceFile): LabelData {
  const byVideo = groupBy(parts.tracks, ({ videoId }) => videoId);
  for (const [videoId, [first]] of byVideo) {
    if (first !== undefined && !parts.videos.has(videoId)) {
      refuseLabel(`${first.path}.video_id`, `is ${videoId}, which no video has`);
    }
  }
  const names = new Set<string>();
  const sequences = [...parts.videos.values()].map((video) => {
    const sequence = trackSequence({ video, tracks: byVideo.get(video.id) ?? [], parts, file });
    if (names.has(sequence.name)) {
      refuseLabel(video.path, `is called “${sequence.name}” as one before it`);
    }
    names.add(sequence.name);
    return sequence;
  });
  return { sequences, notices: [] };
}

interface VideoTracks {
  readonly video: CocoVideo;
  readonly tracks: readonly TrackAnnotation[];
  readonly parts: CocoParts;
  readonly file: SourceFile;
}

function trackSequence({ video, tracks, parts, file }: VideoTracks): LabelSequence {
  const { fileNames, size } =
    video.frames ?? refuseLabel(video.path, 'must have the member "file_names"');
  if (fileNames.length === 0) refuseLabel(`${video.path}.file_names`, 'must name a frame');
  refuseTwins(fileNames.map((fileName) => ({ path: `${video.path}.file_names`, fileName })));
  const name = nameOfVideo(video);
  const ids = numberObjects(tracks.map(ownIdOf), `The video “${name}”`);
  const byId = new Map<ObjectId, TrackAnnotation>();
  for (const track of tracks) {
    const id = ids.get(ownIdOf(track));
    invariant(id !== undefined, 'each track has a number');
    if (byId.has(id)) refuseLabel(track.path, `is a second annotation of object ${ownIdOf(track)}`);
    refuseOtherLength(track, fileNames.length);
    byId.set(id, track);
  }
  const objects = [...byId].sort(([a], [b]) => a - b);
  const frames = fileNames.map((fileName, at) => {
    const masks = new Map<ObjectId, PlacedSegmentation>();
    for (const [id, { path, segmentations }] of objects) {
      const segmentation = segmentations[at];
      if (segmentation === undefined) continue;
      const placed = { path: `${path}.segmentations[${at}]`, segmentation };
      refuseOtherSize(placed, size);
      masks.set(id, placed);
    }
    return { stem: stemOf(fileName), masks: async () => drawMasks(masks, size) };
  });
  return {
    name,
    size,
    objects: objects.map(([id, track]) => ({
      id,
      name: nameOfCategory(track, parts.categories) ?? `Object ${id}`,
    })),
    frames,
    files: [file],
  };
}

function ownIdOf({ trackId, id, path }: TrackAnnotation): OwnId {
  return trackId ?? id ?? refuseLabel(path, 'must have the member "id"');
}

function refuseOtherLength({ path, segmentations }: TrackAnnotation, frames: number): void {
  if (segmentations.length === frames) return;
  refuseLabel(
    `${path}.segmentations`,
    `has ${segmentations.length} items; its video has ${frames} frames`,
  );
}
