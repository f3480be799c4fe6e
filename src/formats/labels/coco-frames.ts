import type { Size } from '../../core/geometry.ts';
import type { ObjectId } from '../../core/ids.ts';
import { rleArea, type MaskRle } from '../../core/rle.ts';
import { fileStem } from '../frame-names.ts';
import { baseName, folderOf } from '../source-file.ts';
import type { AnnotatedObject, CocoParts, CocoVideo } from './coco-fields.ts';
import { refuseLabel } from './label-form.ts';
import { maskAt, type Segmentation } from './segmentation.ts';

/** A mask and where the file has it. */
export interface PlacedSegmentation {
  readonly path: string;
  readonly segmentation: Segmentation;
}

/** The masks of a frame at its size; those without a pixel are left out. */
export function drawMasks(
  placed: ReadonlyMap<ObjectId, PlacedSegmentation>,
  size: Size,
): ReadonlyMap<ObjectId, MaskRle> {
  const masks = new Map<ObjectId, MaskRle>();
  for (const [id, { segmentation }] of placed) {
    const mask = maskAt(segmentation, size);
    if (mask !== undefined && rleArea(mask) > 0) masks.set(id, mask);
  }
  return masks;
}

/** Polygons fit a picture of any size; run lengths have one. */
export function refuseOtherSize({ path, segmentation }: PlacedSegmentation, size: Size): void {
  if (segmentation.kind === 'polygons') return;
  const { width, height } = segmentation.mask;
  if (width === size.width && height === size.height) return;
  refuseLabel(
    path,
    `has a mask of ${width} × ${height} pixels; its picture has ${size.width} × ${size.height}`,
  );
}

/** Frames are told apart by their names without folder and extension. */
export function refuseTwins(
  frames: readonly { readonly path: string; readonly fileName: string }[],
): void {
  const known = new Map<string, string>();
  for (const { path, fileName } of frames) {
    const other = known.get(stemOf(fileName));
    if (other !== undefined) {
      refuseLabel(path, `names two pictures for one frame: “${other}” and “${fileName}”`);
    }
    known.set(stemOf(fileName), fileName);
  }
}

/** A picture's name without folders and extension. */
export function stemOf(fileName: string): string {
  return fileStem(baseName(fileName));
}

/** As the file calls it, or as its pictures' folder, which is how YouTube-VIS names its videos. */
export function nameOfVideo({ id, name, frames }: CocoVideo): string {
  if (name !== undefined && name !== '') return name;
  const folder = baseName(folderOf(frames?.fileNames[0] ?? ''));
  return folder === '' ? `Video ${id}` : folder;
}

/**
 * The name of an object's class; absent where it has none.
 * @throws StudioError `file-invalid` for a class that the file does not list
 */
export function nameOfCategory(
  { path, categoryId }: AnnotatedObject,
  categories: CocoParts['categories'],
): string | undefined {
  if (categoryId === undefined) return undefined;
  const name = categories.get(categoryId);
  if (name !== undefined || categories.size === 0) return name;
  return refuseLabel(`${path}.category_id`, `is ${categoryId}, which no category has`);
}
