import { StudioError } from '../../core/errors.ts';
import { JsonMembers, type JsonMember } from '../json-members.ts';
import { JsonNode } from '../json-node.ts';
import type { SourceFile } from '../source-file.ts';
import { decodeUtf8 } from '../utf8-stream.ts';
import {
  readAnnotation,
  readCategory,
  readImage,
  readVideo,
  type CocoAnnotation,
  type CocoImage,
  type CocoParts,
  type CocoVideo,
  type TrackAnnotation,
} from './coco-fields.ts';
import { cocoSequences } from './coco-sequences.ts';
import { LABEL_FORM, MAX_RETAINED_BYTES, tooManyLabels } from './label-form.ts';
import type { LabelData } from './label-sequence.ts';
import { countedBytes, type LabelReading } from './label-reading.ts';
import type { OwnId } from './number-objects.ts';
import { bytesOfSegmentation } from './segmentation.ts';
import { trackSequences } from './track-sequences.ts';

const STREAMED = new Set(['images', 'videos', 'categories', 'annotations']);
/** Of images, videos and annotations, each. */
const MAX_ITEMS = 10_000_000;
/** What an annotation takes besides its runs. */
const ITEM_BYTES = 256;

/**
 * Reads COCO's instances, also those of videos frame by frame, or YouTube-VIS, as a stream and
 * whatever the order of its members; run lengths and polygons are held, nothing is drawn.
 * @throws StudioError `file-invalid` with the path of what is wrong; `out-of-memory`; the signal's
 * reason
 */
export async function readCoco(file: SourceFile, reading: LabelReading): Promise<LabelData> {
  const draft = new CocoDraft();
  const document = new JsonMembers(STREAMED, LABEL_FORM);
  for await (const text of decodeUtf8(countedBytes(file, reading), LABEL_FORM)) {
    for (const member of document.push(text)) {
      reading.signal?.throwIfAborted();
      draft.take(member);
    }
  }
  document.finish();
  const { tracks, annotations } = draft;
  if (tracks.length > 0 && annotations.length > 0) throw twoForms();
  if (tracks.length > 0 || [...draft.videos.values()].some(({ frames }) => frames)) {
    return trackSequences(draft, file);
  }
  if (draft.images.size === 0) throw noImages(document);
  return cocoSequences(draft, file);
}

class CocoDraft implements CocoParts {
  readonly images = new Map<OwnId, CocoImage>();
  readonly videos = new Map<OwnId, CocoVideo>();
  readonly categories = new Map<OwnId, string>();
  readonly annotations: CocoAnnotation[] = [];
  readonly tracks: TrackAnnotation[] = [];
  #bytes = 0;

  take({ key, index, value }: JsonMember): void {
    if (!STREAMED.has(key)) return;
    const node = new JsonNode(value, index === undefined ? key : `${key}[${index}]`, LABEL_FORM);
    if (index === undefined) return node.refuse('must be an array');
    if (index >= MAX_ITEMS) node.refuse(`is past the ${MAX_ITEMS} items that are read`);
    if (key === 'images') addDistinct(this.images, readImage(node), node);
    else if (key === 'videos') addDistinct(this.videos, readVideo(node), node);
    else if (key === 'categories') {
      const { id, name } = readCategory(node);
      if (this.categories.has(id)) node.refuse(`has the id ${id} of a category before it`);
      this.categories.set(id, name);
    } else this.#annotate(readAnnotation(node));
  }

  #annotate(annotation: CocoAnnotation | TrackAnnotation): void {
    if ('segmentations' in annotation) this.tracks.push(annotation);
    else this.annotations.push(annotation);
    const segmentations =
      'segmentations' in annotation ? annotation.segmentations : [annotation.segmentation];
    this.#bytes += ITEM_BYTES;
    for (const one of segmentations) if (one) this.#bytes += ITEM_BYTES + bytesOfSegmentation(one);
    if (this.#bytes > MAX_RETAINED_BYTES) throw tooManyLabels();
  }
}

function addDistinct<Item extends { readonly id: OwnId }>(
  items: Map<OwnId, Item>,
  item: Item,
  node: JsonNode,
): void {
  if (items.has(item.id)) node.refuse(`has the id ${item.id} of one before it`);
  items.set(item.id, item);
}

function twoForms(): StudioError {
  return new StudioError(
    'file-invalid',
    'The annotation file holds annotations of images (“segmentation”) and of videos (“segmentations”).',
    { hint: 'Split it into a COCO file and a YouTube-VIS file.' },
  );
}

function noImages(document: JsonMembers): StudioError {
  const missing = document.has('images') ? 'lists no image' : 'has no member “images”';
  return new StudioError('file-invalid', `The annotation file ${missing}.`, {
    hint: 'COCO lists its pictures under “images”, YouTube-VIS its videos with “file_names” under “videos”; without them nobody knows which frames the masks belong to.',
  });
}
