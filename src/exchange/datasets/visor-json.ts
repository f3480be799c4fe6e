import { StudioError } from '../../core/errors.ts';
import type { ObjectId } from '../../core/ids.ts';
import { VISOR_SIZE, relateSizes } from '../../core/relate-sizes.ts';
import { encodeUtf8, toJson } from '../../formats/json-stream.ts';
import { MAX_ENTITIES } from '../../formats/visor/entity-ids.ts';
import { CanvasTracer } from '../../formats/visor/canvas-tracer.ts';
import { segmentsJson } from '../../formats/visor/segments-json.ts';
import type { ExportRequest } from '../../protocol/export-api.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import type { FrameContent } from '../frame-masks.ts';
import type { MaskTask } from '../task.ts';
import { cocoInfo } from './coco-info.ts';
import { visorEntities, type VisorEntity } from './visor-entities.ts';
import { visorImages } from './visor-frame-names.ts';

/** Characters of the clip's SHA-256 in an annotation's id, which has 32. */
const CLIP_CHARACTERS = 20;
const FRAME_CHARACTERS = 8;
const OBJECT_CHARACTERS = 4;

/**
 * The bytes of sparse annotations as EPIC-KITCHENS VISOR releases them (`P01_01.json`): the frames
 * that come in, one a line, polygons on 1920 × 1080 pixels. Masks stay whole and are listed from the
 * last object to the first, so that the first is on top when VISOR's tools draw them. Frames before
 * the first one with an object are left out, because those tools take a sequence's objects from its
 * first frame.
 * @throws StudioError `file-invalid` for a clip of another shape than VISOR's, and for more objects
 * than its tools tell apart, before it writes anything; for frames that VISOR's clock cannot name
 */
export function visorJson(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
  task: Pick<MaskTask, 'onLeftOut'>,
): AsyncIterable<Uint8Array> {
  return encodeUtf8(visorText(request, frames, task));
}

async function* visorText(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
  { onLeftOut }: Pick<MaskTask, 'onLeftOut'>,
): AsyncGenerator<string, void> {
  refuseOtherShape(request.video);
  refuseManyObjects(request);
  const info = { 'Dataset Name': 'VISOR', Resolution: '1920x1080', ...cocoInfo(request) };
  const imageOf = visorImages(request.video);
  const writer = new AnnotationWriter(request);
  yield `{\n"info": ${toJson(info)},\n"video_annotations": [`;
  let isFirst = true;
  for await (const content of frames) {
    const annotations = writer.annotations(content);
    if (isFirst && annotations.length === 0) {
      onLeftOut();
      continue;
    }
    yield `${isFirst ? '' : ','}\n{"image": ${toJson(imageOf(content.frame))}, `;
    yield `"annotations": [${annotations.join(', ')}]}`;
    isFirst = false;
  }
  yield '\n]\n}\n';
}

class AnnotationWriter {
  readonly #clipSha256: string;
  readonly #entities: ReadonlyMap<ObjectId, VisorEntity>;
  readonly #tracer: CanvasTracer;

  constructor({ video, videoSha256, objects }: ExportRequest) {
    this.#clipSha256 = videoSha256;
    this.#entities = visorEntities(objects);
    this.#tracer = new CanvasTracer(video);
  }

  /** Of the objects that are to be seen; as JSON. */
  annotations({ frame, masks }: FrameContent): string[] {
    return masks
      .toSorted((a, b) => b.objectId - a.objectId)
      .flatMap(({ objectId, mask }) => {
        const segments = this.#tracer.trace(mask);
        if (segments.length === 0) return [];
        const fields = { id: this.#maskId(frame, objectId), ...this.#entities.get(objectId) };
        return `${toJson(fields).slice(0, -1)},"segments":${segmentsJson(segments)}}`;
      });
  }

  /** As in the release 32 hexadecimal digits, of no other mask of any clip. */
  #maskId(frame: number, objectId: number): string {
    return (
      this.#clipSha256.slice(0, CLIP_CHARACTERS) +
      frame.toString(16).padStart(FRAME_CHARACTERS, '0') +
      objectId.toString(16).padStart(OBJECT_CHARACTERS, '0')
    );
  }
}

function refuseOtherShape(video: VideoInfo): void {
  if (relateSizes(VISOR_SIZE, video) !== 'different') return;
  const { name, width, height } = video;
  const message = `VISOR’s pictures are 16 : 9; “${name}” has ${width} × ${height} pixels.`;
  throw new StudioError('file-invalid', message, {
    hint: 'Export YouTube-VIS or COCO, which take any shape, or a clip of 1920 × 1080.',
  });
}

function refuseManyObjects({ objects }: ExportRequest): void {
  if (objects.length <= MAX_ENTITIES) return;
  const message = `A sequence of VISOR has ${MAX_ENTITIES} objects at most; there are ${objects.length}.`;
  throw new StudioError('file-invalid', message, {
    hint: 'Export YouTube-VIS or COCO, or leave one out.',
  });
}
