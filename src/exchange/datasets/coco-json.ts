import type { FrameIndex } from '../../core/ids.ts';
import { rleArea, rleBounds } from '../../core/rle.ts';
import { cocoRle } from '../../formats/coco-rle.ts';
import { encodeUtf8, jsonArray, toJson } from '../../formats/json-stream.ts';
import type { ExportRequest } from '../../protocol/export-api.ts';
import type { FrameContent } from '../frame-masks.ts';
import { categoriesOf, type ObjectCategories } from './categories.ts';
import { cocoInfo } from './coco-info.ts';
import { imageNames } from './image-names.ts';

/**
 * The bytes of COCO instances: an image for each frame that comes in, an annotation for each object
 * that is seen on it. Ids count from 1, since COCO's evaluation takes 0 for none; an image's id is
 * the frame index + 1. The images stand after the annotations, so that only their ids are held.
 */
export function cocoJson(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncIterable<Uint8Array> {
  return encodeUtf8(cocoText(request, frames));
}

async function* cocoText(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncGenerator<string, void> {
  const { video } = request;
  const { width, height } = video;
  const classes = categoriesOf(request.objects);
  const seen: FrameIndex[] = [];
  yield `{\n"info": ${toJson(cocoInfo(request))},\n"licenses": [],\n`;
  yield `"categories": ${toJson(classes.categories)},\n"annotations": `;
  yield* jsonArray(annotations(frames, classes, seen));
  yield ',\n"images": ';
  const nameOf = imageNames(video);
  yield* jsonArray(seen, (frame) => ({
    id: frame + 1,
    file_name: nameOf(frame),
    width,
    height,
  }));
  yield '\n}\n';
}

/** @param seen is given the frames as they pass */
async function* annotations(
  frames: AsyncIterable<FrameContent>,
  { categoryOf }: ObjectCategories,
  seen: FrameIndex[],
): AsyncGenerator<object, void> {
  let id = 1;
  for await (const { frame, masks } of frames) {
    seen.push(frame);
    for (const { objectId, mask } of masks) {
      const bounds = rleBounds(mask);
      if (bounds === undefined) continue;
      yield {
        id: id++,
        image_id: frame + 1,
        category_id: categoryOf(objectId),
        track_id: objectId,
        iscrowd: 0,
        area: rleArea(mask),
        bbox: [bounds.x, bounds.y, bounds.width, bounds.height],
        segmentation: cocoRle(mask),
      };
    }
  }
}
