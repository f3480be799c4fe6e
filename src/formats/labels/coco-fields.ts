import type { Size } from '../../core/geometry.ts';
import type { JsonNode } from '../json-node.ts';
import type { OwnId } from './number-objects.ts';
import { readPictureSize, readSegmentation, type Segmentation } from './segmentation.ts';

/** An item of `images`. */
export interface CocoImage {
  /** Where it stands, for messages. */
  readonly path: string;
  readonly id: OwnId;
  /** With folders, as the file has it. */
  readonly fileName: string;
  readonly size: Size;
  /** In files of videos frame by frame. */
  readonly videoId?: OwnId;
}

/** An item of `videos`. */
export interface CocoVideo {
  readonly path: string;
  readonly id: OwnId;
  readonly name?: string;
  /** YouTube-VIS alone: the pictures of its frames, and their size. */
  readonly frames?: { readonly fileNames: readonly string[]; readonly size: Size };
}

/** What an annotation says of the object that it shows. */
export interface AnnotatedObject {
  readonly path: string;
  readonly id?: OwnId;
  readonly categoryId?: OwnId;
  /** The same for one object on all frames. */
  readonly trackId?: OwnId;
}

/** An item of COCO's `annotations`: one object on one image. */
export interface CocoAnnotation extends AnnotatedObject {
  readonly imageId: OwnId;
  /** Absent for boxes without a mask. */
  readonly segmentation?: Segmentation;
}

/** An item of YouTube-VIS' `annotations`: one object on all frames of a video. */
export interface TrackAnnotation extends AnnotatedObject {
  readonly videoId: OwnId;
  /** For each frame of the video; absent where it is not seen. */
  readonly segmentations: readonly (Segmentation | undefined)[];
}

/** A file of COCO's family, taken apart; nothing in it refers to anything yet. */
export interface CocoParts {
  readonly images: ReadonlyMap<OwnId, CocoImage>;
  readonly videos: ReadonlyMap<OwnId, CocoVideo>;
  /** Names. */
  readonly categories: ReadonlyMap<OwnId, string>;
  readonly annotations: readonly CocoAnnotation[];
  readonly tracks: readonly TrackAnnotation[];
}

/** What the tools call the number that one object has on all frames. CVAT writes `attributes`. */
const TRACK_KEYS = ['track_id', 'instance_id'] as const;
const MAX_NAME_CHARACTERS = 4096;

/** An item of `images`. */
export function readImage(node: JsonNode): CocoImage {
  const videoId = optionalId(node, 'video_id');
  return {
    path: node.path,
    id: readId(node.field('id')),
    fileName: readFileName(node.field('file_name')),
    size: readPictureSize(node),
    ...(videoId === undefined ? {} : { videoId }),
  };
}

/** An item of `videos`. */
export function readVideo(node: JsonNode): CocoVideo {
  const name = node.optional('name')?.text();
  const fileNames = node.optional('file_names');
  return {
    path: node.path,
    id: readId(node.field('id')),
    ...(name === undefined ? {} : { name }),
    ...(fileNames && {
      frames: { fileNames: fileNames.items().map(readFileName), size: readPictureSize(node) },
    }),
  };
}

/** An item of `categories`. */
export function readCategory(node: JsonNode): { readonly id: OwnId; readonly name: string } {
  return { id: readId(node.field('id')), name: node.field('name').text() };
}

/** An item of `annotations`, of either form. */
export function readAnnotation(node: JsonNode): CocoAnnotation | TrackAnnotation {
  const object = readObject(node);
  const tracked = node.optional('segmentations');
  if (tracked !== undefined) {
    const segmentations = tracked.items().map(readSegmentation);
    return { ...object, videoId: readId(node.field('video_id')), segmentations };
  }
  const single = node.optional('segmentation');
  const segmentation = single && readSegmentation(single);
  return {
    ...object,
    imageId: readId(node.field('image_id')),
    ...(segmentation && { segmentation }),
  };
}

function readObject(node: JsonNode): AnnotatedObject {
  const id = optionalId(node, 'id');
  const categoryId = optionalId(node, 'category_id');
  const trackId = readTrackId(node);
  return {
    path: node.path,
    ...(id === undefined ? {} : { id }),
    ...(categoryId === undefined ? {} : { categoryId }),
    ...(trackId === undefined ? {} : { trackId }),
  };
}

function readTrackId(node: JsonNode): OwnId | undefined {
  const attributes = node.optional('attributes');
  const holders = [node, ...(isTable(attributes?.value) && attributes ? [attributes] : [])];
  for (const holder of holders) {
    for (const key of TRACK_KEYS) {
      const id = optionalId(holder, key);
      if (id !== undefined) return id;
    }
  }
  return undefined;
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function optionalId(node: JsonNode, key: string): OwnId | undefined {
  const member = node.optional(key);
  return member === undefined || member.value === null ? undefined : readId(member);
}

/** COCO counts; some tools write names. */
function readId(node: JsonNode): OwnId {
  return typeof node.value === 'string' ? node.text(MAX_NAME_CHARACTERS) : node.integer();
}

function readFileName(node: JsonNode): string {
  const name = node.text().replaceAll('\\', '/');
  return name === '' || name.endsWith('/') ? node.refuse('must name a file') : name;
}
