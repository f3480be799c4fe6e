import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import { rleArea, rleBounds } from '../../core/rle.ts';
import { cocoRle } from '../../formats/coco-rle.ts';
import { encodeUtf8, jsonArray, toJson } from '../../formats/json-stream.ts';
import type { ExportObject, ExportRequest } from '../../protocol/export-api.ts';
import { sequenceName } from '../clip-names.ts';
import { BATCH_FRAMES, type FrameContent } from '../frame-masks.ts';
import { passProgress } from '../pass-progress.ts';
import type { ExportTask } from '../task.ts';
import { categoriesOf } from './categories.ts';
import { cocoInfo } from './coco-info.ts';
import { imageNames } from './image-names.ts';

/** Of one object, by place in the video; absent where it is not seen. */
interface ObjectTrack {
  readonly object: ExportObject;
  readonly boxes: (readonly [x: number, y: number, width: number, height: number] | undefined)[];
  readonly areas: (number | undefined)[];
}

/** How often the masks are gone through: once for where objects are, once for each object. */
export function youtubeVisPasses({ objects }: ExportRequest): number {
  return 1 + objects.length;
}

/**
 * The bytes of a YouTube-VIS file (youtubevos `cocoapi/PythonAPI/pycocotools/ytvos.py`): one video
 * of the frames that come in, for each object one annotation with a mask, box and area a frame,
 * null where it is not seen. Boxes and areas are held, masks are fetched again for each object,
 * because the file has them object by object and memory has room for one frame.
 */
export function youtubeVisJson(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
  task: ExportTask,
): AsyncIterable<Uint8Array> {
  return encodeUtf8(youtubeVisText(request, frames, task));
}

async function* youtubeVisText(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
  task: ExportTask,
): AsyncGenerator<string, void> {
  const { video, objects } = request;
  const { width, height } = video;
  const { categories, categoryOf } = categoriesOf(objects);
  const { places, tracks } = await surveyTracks(objects, frames);
  const nameOf = imageNames(video);
  yield `{\n"info": ${toJson(cocoInfo(request))},\n"licenses": [],\n`;
  yield `"categories": ${toJson(categories)},\n"videos": [{"id": 1, `;
  yield `"name": ${toJson(sequenceName(video))}, `;
  yield `"width": ${width}, "height": ${height}, "length": ${places.length}, "file_names": `;
  yield* jsonArray(places, nameOf);
  yield '}],\n"annotations": [';
  for (const [index, { object, boxes, areas }] of tracks.entries()) {
    yield `${index === 0 ? '' : ','}\n{"id": ${index + 1}, "video_id": 1, "iscrowd": 0, `;
    yield `"category_id": ${categoryOf(object.id)}, "track_id": ${object.id}, `;
    yield `"width": ${width}, "height": ${height}, "length": ${places.length}, "bboxes": `;
    yield* jsonArray(boxes, orNull);
    yield ', "areas": ';
    yield* jsonArray(areas, orNull);
    yield ', "segmentations": ';
    const onProgress = passProgress(task.onProgress, index + 1, youtubeVisPasses(request));
    yield* jsonArray(masksOver({ places, areas, objectId: object.id }, { ...task, onProgress }));
    yield '}';
  }
  yield '\n]\n}\n';
}

/** Gone through once: which frames there are, and where each object is on them. */
async function surveyTracks(
  objects: readonly ExportObject[],
  frames: AsyncIterable<FrameContent>,
): Promise<{ readonly places: readonly FrameIndex[]; readonly tracks: readonly ObjectTrack[] }> {
  const places: FrameIndex[] = [];
  const tracks: ObjectTrack[] = objects.map((object) => ({ object, boxes: [], areas: [] }));
  for await (const { frame, masks } of frames) {
    places.push(frame);
    for (const { object, boxes, areas } of tracks) {
      const mask = masks.find(({ objectId }) => objectId === object.id)?.mask;
      const bounds = mask && rleBounds(mask);
      boxes.push(bounds && [bounds.x, bounds.y, bounds.width, bounds.height]);
      areas.push(bounds && mask && rleArea(mask));
    }
  }
  return { places, tracks };
}

interface MaskPass extends Pick<ObjectTrack, 'areas'> {
  readonly places: readonly FrameIndex[];
  readonly objectId: ObjectId;
}

/** An object's masks over the frames, null where it is not seen. */
async function* masksOver(
  { places, areas, objectId }: MaskPass,
  { media, signal, onProgress }: ExportTask,
): AsyncGenerator<unknown, void> {
  for (let start = 0; start < places.length; start += BATCH_FRAMES) {
    signal.throwIfAborted();
    const batch = places.slice(start, start + BATCH_FRAMES);
    const masks = await Promise.all(
      batch.map(async (frame, i) =>
        areas[start + i] === undefined ? undefined : media.maskOf(objectId, frame),
      ),
    );
    for (const mask of masks) yield mask === undefined ? null : cocoRle(mask);
    onProgress({ framesDone: start + batch.length, framesTotal: places.length });
  }
}

function orNull<Value>(value: Value | undefined): Value | null {
  return value ?? null;
}
