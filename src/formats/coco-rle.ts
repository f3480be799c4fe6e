import { rleToString, type MaskRle } from '../core/rle.ts';

/** A mask as COCO's JSON files hold it. */
export interface CocoRle {
  /** Height, width. */
  readonly size: readonly [number, number];
  /** The compressed text form. */
  readonly counts: string;
}

/** What `pycocotools.mask.decode` takes. */
export function cocoRle(mask: MaskRle): CocoRle {
  return { size: [mask.height, mask.width], counts: rleToString(mask) };
}
