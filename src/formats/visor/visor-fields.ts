import type { JsonNode } from '../json-node.ts';
import { fileStem } from '../frame-names.ts';
import type {
  Hand,
  HandContact,
  InterpolationRun,
  VisorAnnotation,
  VisorFrame,
} from './visor-annotations.ts';
import type { VisorDefects } from './visor-defects.ts';
import { SegmentReader } from './visor-segments.ts';
import { findVideoName } from './visor-names.ts';

/** Names become folders and files: nothing that leads elsewhere. */
// oxlint-disable-next-line no-control-regex -- they are what must not get into a file name
const FILE_NAME = [/^(?!\.+$)[^/\\\u0000-\u001f]{1,200}$/, 'a file name without folders'] as const;
const ANNOTATION_TYPES = ['interpolated', 'ground-truth'] as const;
/** `glove:left` and `glove:right` of `EPIC_100_noun_classes_v2.csv`. */
const GLOVE_CLASSES: readonly number[] = [303, 304];
/** Of one frame, which has some dozens; each may fill the whole image. */
const MAX_ANNOTATIONS = 1000;
const NO_CONTACT = [
  'hand-not-in-contact',
  'glove-not-in-contact',
  'none-of-the-above',
  'inconclusive',
] as const;

/**
 * Reads an item of `video_annotations`. What the released files are known to lack or misspell is
 * mended and counted in `defects`; what cannot be read is refused.
 * @returns absent for an entry that VISOR's own tool drops
 * @throws StudioError `file-invalid` with the path of what is wrong
 */
export function readVisorFrame(node: JsonNode, defects: VisorDefects): VisorFrame | undefined {
  const image = node.field('image');
  const run = readRun(image);
  const name = image.field('name').matching(...FILE_NAME);
  if (run !== undefined && !name.startsWith('P')) {
    // VISOR-FrameExtraction `correct_interpolations.py`.
    defects.add('no-video-frame', node.path);
    return undefined;
  }
  const path = optionalText(image, 'image_path');
  if (path === undefined) defects.add('no-path', node.path);
  const video =
    optionalText(image, 'video') ?? findVideoName(name) ?? path?.split('/')[0] ?? fileStem(name);
  const sequence = readSequence(image);
  if (sequence === undefined) defects.add('no-sequence', node.path);
  const isDense = run !== undefined || /\.png$/i.test(name);
  return {
    path: path ?? `${video}/${name}`,
    name,
    sequence: sequence ?? video,
    video,
    canvas: isDense ? 'dense' : 'sparse',
    ...(run && { run }),
    annotations: readAnnotations(node, defects),
  };
}

function readSequence(image: JsonNode): string | undefined {
  const node = image.optional('subsequence');
  return node === undefined || node.value === null ? undefined : node.matching(...FILE_NAME);
}

function readRun(image: JsonNode): InterpolationRun | undefined {
  const id = image.optional('interpolation');
  if (id === undefined || id.value === null) return undefined;
  const startFrame = optionalText(image, 'interpolation_start_frame');
  const endFrame = optionalText(image, 'interpolation_end_frame');
  return {
    id: typeof id.value === 'number' ? String(id.integer()) : id.text(200),
    ...(startFrame === undefined ? {} : { startFrame }),
    ...(endFrame === undefined ? {} : { endFrame }),
  };
}

function readAnnotations(frame: JsonNode, defects: VisorDefects): VisorAnnotation[] {
  const node = frame.optional('annotations');
  if (node === undefined || node.value === null) return [];
  const segments = new SegmentReader();
  const items = node.items();
  if (items.length > MAX_ANNOTATIONS) node.refuse(`has more than ${MAX_ANNOTATIONS} annotations`);
  const ids = new Set(items.map((item) => item.optional('id')?.value));
  return items.flatMap((item) => {
    const annotation = readAnnotation(item, segments, defects);
    if (annotation?.contact?.kind === 'annotation' && !ids.has(annotation.contact.id)) {
      defects.add('contact-missing', item.path);
    }
    return annotation ?? [];
  });
}

function readAnnotation(
  node: JsonNode,
  segments: SegmentReader,
  defects: VisorDefects,
): VisorAnnotation | undefined {
  const name = optionalText(node, 'name');
  if (name === undefined || name === '') {
    defects.add('no-name', node.path);
    return undefined;
  }
  const polygons = node.optional('segments');
  const hasSegments = polygons !== undefined && polygons.value !== null;
  if (!hasSegments) defects.add('no-segments', node.path);
  const id = optionalText(node, 'id');
  const classId = optional(node, 'class_id')?.integer();
  const exhaustive = optional(node, 'exhaustive')?.oneOf(['y', 'n', 'inconclusive']);
  const contact = readContact(optional(node, 'in_contact_object'));
  const onWhichHand = readHands(node, defects);
  const source = ANNOTATION_TYPES[optional(node, 'type')?.integer({ min: 0, max: 1 }) ?? -1];
  return {
    name,
    segments: hasSegments ? segments.read(polygons) : [],
    ...(id === undefined ? {} : { id }),
    ...(classId === undefined ? {} : { classId }),
    ...(exhaustive === undefined ? {} : { exhaustive }),
    ...(contact && { contact }),
    ...(onWhichHand && { onWhichHand }),
    ...(source && { source }),
  };
}

function readContact(node: JsonNode | undefined): HandContact | undefined {
  if (node === undefined) return undefined;
  const text = node.text(200);
  const kind = NO_CONTACT.find((literal) => literal === text);
  return kind === undefined ? { kind: 'annotation', id: text } : { kind };
}

/** A list, one text or `inconclusive`; gloves of two images of P06_13 lack it altogether. */
function readHands(node: JsonNode, defects: VisorDefects): VisorAnnotation['onWhichHand'] {
  const field = optional(node, 'on_which_hand');
  if (field === undefined) {
    const isGlove = GLOVE_CLASSES.includes(optional(node, 'class_id')?.integer() ?? -1);
    if (isGlove && node.optional('on_which_hand') === undefined) defects.add('no-hand', node.path);
    return undefined;
  }
  if (field.value === 'inconclusive') return 'inconclusive';
  const texts = Array.isArray(field.value) ? field.items() : [field];
  return texts.flatMap((text) => readHand(text, defects) ?? []);
}

function readHand(node: JsonNode, defects: VisorDefects): Hand | undefined {
  const text = node.text(200);
  if (text === 'left hand' || text === 'right hand') return text;
  // 13 train images.
  const isMisspelt = text === 'rigth hand';
  defects.add(isMisspelt ? 'hand-misspelt' : 'unknown-hand', node.path);
  return isMisspelt ? 'right hand' : undefined;
}

/** A member that is there and not null. */
function optional(node: JsonNode, key: string): JsonNode | undefined {
  const member = node.optional(key);
  return member?.value === null ? undefined : member;
}

function optionalText(node: JsonNode, key: string): string | undefined {
  return optional(node, key)?.text(1000);
}
