import { StudioError } from '../../core/errors.ts';
import type { Size } from '../../core/geometry.ts';
import { rleArea, type MaskRle } from '../../core/rle.ts';
import { fileStem } from '../frame-names.ts';
import { JsonMembers } from '../json-members.ts';
import { JsonNode } from '../json-node.ts';
import { baseName, type SourceFile } from '../source-file.ts';
import { decodeUtf8 } from '../utf8-stream.ts';
import { LABEL_FORM, MAX_RETAINED_BYTES, refuseLabel, tooManyLabels } from './label-form.ts';
import { countedBytes, type LabelReading } from './label-reading.ts';
import type { LabelData, LabelFrame, LabelSequence } from './label-sequence.ts';
import { numberObjects } from './number-objects.ts';
import { checkPictureSize, readRle } from './segmentation.ts';

const STREAMED = new Set(['masklet']);
/** SA-V's videos have 24 frames a second, its masks 6 (sam2 `sav_dataset/README.md`). */
const SAV_STEP = 4;
const MAX_FRAMES = 1_000_000;
/** What a mask takes besides its runs. */
const MASK_BYTES = 128;
const DIGITS = 5;

/** The members of a file, as far as they have come. */
class SavDraft {
  videoId: string | undefined;
  frameCount: number | undefined;
  width: number | undefined;
  height: number | undefined;
  ids: readonly number[] | undefined;
  names: readonly string[] | undefined;
  /** By annotated frame and object. */
  readonly masks: (readonly MaskRle[])[] = [];
  #bytes = 0;

  takeMasks(node: JsonNode, index: number): void {
    if (index >= MAX_FRAMES) node.refuse(`is past the ${MAX_FRAMES} frames that are read`);
    const masks = node.items().map(readRle);
    for (const { counts } of masks) this.#bytes += MASK_BYTES + counts.byteLength;
    if (this.#bytes > MAX_RETAINED_BYTES) throw tooManyLabels();
    this.masks.push(masks);
  }

  takeWhole(key: string, node: JsonNode): void {
    if (key === 'masklet') node.refuse('must be an array');
    else if (key === 'video_id') this.videoId = node.text();
    else if (key === 'video_frame_count') this.frameCount = node.integer({ min: 1 });
    else if (key === 'video_width') this.width = node.integer({ min: 1 });
    else if (key === 'video_height') this.height = node.integer({ min: 1 });
    else if (key === 'masklet_id') this.ids = node.items().map((item) => item.integer());
    else if (key === 'masklet_name') this.names = node.items().map((item) => item.text());
  }
}

/**
 * Reads one of SA-V's JSON files as a stream, by hand or automatic: run lengths of every object on
 * every annotated frame. Where it has as many lists as the video has frames, every frame is
 * annotated; otherwise every fourth is.
 * @throws StudioError `file-invalid` with the path of what is wrong; `out-of-memory`; the signal's
 * reason
 */
export async function readSav(file: SourceFile, reading: LabelReading): Promise<LabelData> {
  const draft = new SavDraft();
  const document = new JsonMembers(STREAMED, LABEL_FORM);
  for await (const text of decodeUtf8(countedBytes(file, reading), LABEL_FORM)) {
    for (const { key, index, value } of document.push(text)) {
      reading.signal?.throwIfAborted();
      const path = index === undefined ? key : `${key}[${index}]`;
      const node = new JsonNode(value, path, LABEL_FORM);
      if (index === undefined) draft.takeWhole(key, node);
      else draft.takeMasks(node, index);
    }
  }
  document.finish();
  if (!document.has('masklet')) throw noMasklet();
  return { sequences: [sequenceOf(draft, file)], notices: [] };
}

function sequenceOf(draft: SavDraft, file: SourceFile): LabelSequence {
  const { masks, names } = draft;
  const size = sizeOf(draft);
  const count = masks[0]?.length ?? 0;
  const own = draft.ids ?? Array.from({ length: count }, (_, at) => at);
  if (own.length !== count) refuseLabel('masklet_id', `has ${own.length} items for ${count} masks`);
  if (new Set(own).size !== count) refuseLabel('masklet_id', 'names an object twice');
  if (names !== undefined && names.length !== count) {
    refuseLabel('masklet_name', `has ${names.length} items for ${count} masks`);
  }
  refuseUneven(masks, { count, size });
  const videoId = draft.videoId ?? fileStem(baseName(file.path));
  const ids = numberObjects(own, `The video “${videoId}”`);
  const objects = own.map((ownId, at) => {
    const id = ids.get(ownId) ?? refuseLabel(`masklet_id[${at}]`, 'has no number');
    return { id, name: names?.[at] ?? `Object ${id}` };
  });
  const step = stepOf(draft);
  const frames = masks.map((list, at): LabelFrame => {
    const seen = list.flatMap((mask, object) => {
      const id = objects[object]?.id;
      return id === undefined || rleArea(mask) === 0 ? [] : [[id, mask] as const];
    });
    const place = at * step;
    return {
      stem: String(place).padStart(DIGITS, '0'),
      place,
      masks: async () => new Map(seen),
    };
  });
  const sorted = objects.toSorted((a, b) => a.id - b.id);
  return { name: videoId, size, objects: sorted, frames, files: [file] };
}

function sizeOf({ width, height, masks }: SavDraft): Size {
  const first = masks.flat()[0];
  return checkPictureSize(
    { width: width ?? first?.width ?? 0, height: height ?? first?.height ?? 0 },
    'video',
  );
}

function refuseUneven(
  masks: SavDraft['masks'],
  { count, size }: { readonly count: number; readonly size: Size },
): void {
  if (masks.length === 0) refuseLabel('masklet', 'must hold a frame');
  for (const [at, list] of masks.entries()) {
    if (list.length !== count) {
      refuseLabel(`masklet[${at}]`, `has ${list.length} masks, the frames before it ${count}`);
    }
    const other = list.findIndex(
      ({ width, height }) => width !== size.width || height !== size.height,
    );
    if (other < 0) continue;
    const { width, height } = list[other] ?? size;
    refuseLabel(
      `masklet[${at}][${other}]`,
      `has ${width} × ${height} pixels; the video has ${size.width} × ${size.height}`,
    );
  }
}

/** How many frames of the video lie between two that are annotated, and one. */
function stepOf({ frameCount, masks }: SavDraft): number {
  const lists = masks.length;
  if (frameCount === undefined || lists === frameCount) return 1;
  if (lists === Math.ceil(frameCount / SAV_STEP)) return SAV_STEP;
  return refuseLabel(
    'masklet',
    `has ${lists} frames; a video of ${frameCount} has as many or, annotated at 6 frames a second, ${Math.ceil(frameCount / SAV_STEP)}`,
  );
}

function noMasklet(): StudioError {
  return new StudioError('file-invalid', 'The annotation file has no member “masklet”.', {
    hint: LABEL_FORM.formHint,
  });
}
