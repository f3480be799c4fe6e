import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import type { Size } from '../../core/geometry.ts';
import { groupBy } from '../../core/group-by.ts';
import type { ObjectId } from '../../core/ids.ts';
import { fileStem } from '../frame-names.ts';
import { baseName, folderOf, type SourceFile } from '../source-file.ts';
import type { CocoAnnotation, CocoImage, CocoParts } from './coco-fields.ts';
import {
  drawMasks,
  nameOfVideo,
  refuseOtherSize,
  refuseTwins,
  stemOf,
  type PlacedSegmentation,
} from './coco-frames.ts';
import { refuseLabel } from './label-form.ts';
import type { LabelData, LabelFrame, LabelSequence } from './label-sequence.ts';
import type { OwnId } from './number-objects.ts';
import { tellObjects } from './tell-objects.ts';

/**
 * The sequences of COCO's images: those of each video, else of each folder in their names.
 * @throws StudioError `file-invalid` with the path of what is wrong
 */
export function cocoSequences(parts: CocoParts, file: SourceFile): LabelData {
  const byImage = groupBy(parts.annotations, ({ imageId }) => imageId);
  for (const [imageId, [first]] of byImage) {
    if (first !== undefined && !parts.images.has(imageId)) {
      refuseLabel(`${first.path}.image_id`, `is ${imageId}, which no image has`);
    }
  }
  const boxes = parts.annotations.filter(({ segmentation }) => segmentation === undefined);
  if (boxes.length > 0 && boxes.length === parts.annotations.length) throw boxesOnly();
  const groups = groupImages(parts, fileStem(baseName(file.path)));
  return {
    sequences: [...groups].map(([name, images]) =>
      cocoSequence({ name, images, byImage, parts, file }),
    ),
    notices:
      boxes.length === 0
        ? []
        : [`${boxes.length} of ${parts.annotations.length} annotations have no mask.`],
  };
}

/** Images by the name of their sequence. */
function groupImages(
  { images, videos }: CocoParts,
  fileName: string,
): ReadonlyMap<string, readonly CocoImage[]> {
  const all = [...images.values()];
  const folders = new Set(all.map(({ fileName: path }) => folderOf(path)));
  const bases = new Set([...folders].map(baseName));
  return groupBy(all, ({ videoId, fileName: path, path: place }) => {
    const video = videoId === undefined ? undefined : videos.get(videoId);
    if (video !== undefined) return nameOfVideo(video);
    if (videoId !== undefined && videos.size > 0) {
      refuseLabel(`${place}.video_id`, `is ${videoId}, which no video has`);
    }
    const folder = folderOf(path);
    if (folder === '') return fileName;
    return bases.size === folders.size ? baseName(folder) : folder;
  });
}

interface ImageGroup {
  readonly name: string;
  readonly images: readonly CocoImage[];
  readonly byImage: ReadonlyMap<OwnId, readonly CocoAnnotation[]>;
  readonly parts: CocoParts;
  readonly file: SourceFile;
}

function cocoSequence({ name, images, byImage, parts, file }: ImageGroup): LabelSequence {
  const size = sizeOfAll(images);
  refuseTwins(images);
  const shown = images.map(({ id }) =>
    (byImage.get(id) ?? []).filter(({ segmentation }) => segmentation !== undefined),
  );
  const { objects, idOf } = tellObjects({ name, images: shown, categories: parts.categories });
  const frames = images.map(({ fileName }, at): LabelFrame => {
    const masks = new Map<ObjectId, PlacedSegmentation>();
    for (const { path, segmentation } of shown[at] ?? []) {
      if (segmentation === undefined) continue;
      const placed = { path, segmentation };
      refuseOtherSize(placed, size);
      const id = idOf(path);
      if (masks.has(id)) {
        refuseLabel(path, `is a second mask of one object on the image “${fileName}”`);
      }
      masks.set(id, placed);
    }
    return { stem: stemOf(fileName), masks: async () => drawMasks(masks, size) };
  });
  return { name, size, objects, frames, files: [file] };
}

function sizeOfAll(images: readonly CocoImage[]): Size {
  const [first, ...others] = images;
  invariant(first !== undefined, 'a sequence of images has one');
  const { width, height } = first.size;
  const other = others.find(({ size }) => size.width !== width || size.height !== height);
  if (other !== undefined) {
    refuseLabel(
      other.path,
      `has ${other.size.width} × ${other.size.height} pixels, the images of its sequence before it ${width} × ${height}`,
    );
  }
  return first.size;
}

function boxesOnly(): StudioError {
  return new StudioError(
    'file-invalid',
    'The annotation file holds boxes or points, but no masks: none of its annotations has a “segmentation”.',
    { hint: 'Export it again with masks or polygons.' },
  );
}
