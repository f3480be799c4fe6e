import { invariant } from '../../core/assert.ts';
import type { ObjectId } from '../../core/ids.ts';
import type { CocoAnnotation, CocoParts } from './coco-fields.ts';
import { nameOfCategory } from './coco-frames.ts';
import { refuseLabel } from './label-form.ts';
import type { LabelObject } from './label-sequence.ts';
import { numberObjects, type OwnId } from './number-objects.ts';

/** The masks of a sequence of images. */
interface SequenceMasks {
  readonly name: string;
  /** Of each image, in the file's order. */
  readonly images: readonly (readonly CocoAnnotation[])[];
  readonly categories: CocoParts['categories'];
}

/** Which masks are of one object. */
interface ToldObjects {
  /** By ascending id. */
  readonly objects: readonly LabelObject[];
  /** The object of the annotation at a path. */
  readonly idOf: (path: string) => ObjectId;
}

/**
 * Tells which masks of a sequence are of one object: those of one track, or, where tracks are not
 * given, of one category. COCO itself says nothing of it, so several masks of a category without a
 * track are told apart only where no other image has any.
 * @throws StudioError `file-invalid` where it cannot be told
 */
export function tellObjects({ name, images, categories }: SequenceMasks): ToldObjects {
  const all = images.flat();
  const isTracked = all.length > 0 && all.every(({ trackId }) => trackId !== undefined);
  const keyOf = new Map<string, OwnId>();
  for (const annotation of all) {
    const { trackId, path } = annotation;
    if (trackId !== undefined) keyOf.set(path, isTracked ? trackId : `track ${trackId}`);
  }
  for (const [path, key] of keysByCategory(images)) keyOf.set(path, key);
  const ids = numberObjects(keyOf.values(), `The sequence “${name}”`);
  const idOf = (path: string): ObjectId => {
    const id = ids.get(keyOf.get(path) ?? '');
    invariant(id !== undefined, `${path} is of no object`);
    return id;
  };
  const names = new Map<ObjectId, string>();
  for (const annotation of all) {
    const id = idOf(annotation.path);
    const category = nameOfCategory(annotation, categories);
    if (!names.has(id)) names.set(id, category ?? `Object ${id}`);
  }
  const objects = [...names].sort(([a], [b]) => a - b);
  return { objects: objects.map(([id, object]) => ({ id, name: object })), idOf };
}

/** Keys for the annotations without a track, by path; in the order of categories. */
function keysByCategory(images: SequenceMasks['images']): ReadonlyMap<string, OwnId> {
  const keys = new Map<string, OwnId>();
  const imagesOf = new Map<OwnId, number>();
  const severalAt = new Map<OwnId, string>();
  for (const annotations of images) {
    const counts = new Map<OwnId, number>();
    for (const { path, trackId, categoryId = 'object' } of annotations) {
      if (trackId !== undefined) continue;
      const count = (counts.get(categoryId) ?? 0) + 1;
      counts.set(categoryId, count);
      if (count > 1 && !severalAt.has(categoryId)) severalAt.set(categoryId, path);
      keys.set(path, `category ${padded(categoryId)} ${padded(count)}`);
    }
    for (const id of counts.keys()) imagesOf.set(id, (imagesOf.get(id) ?? 0) + 1);
  }
  for (const [categoryId, path] of severalAt) {
    if ((imagesOf.get(categoryId) ?? 0) <= 1) continue;
    refuseLabel(
      path,
      `is a second mask of the category ${categoryId} on one image, and nothing says which of them is which object on the other images; “track_id” or “attributes.track_id” would`,
    );
  }
  return keys;
}

/** So that numbers sort as numbers. */
function padded(id: OwnId): string {
  return typeof id === 'number' ? String(id).padStart(12, '0') : id;
}
