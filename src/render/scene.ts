import type { Size } from '../core/geometry.ts';
import type { MaskRle } from '../core/rle.ts';
import type { MaskPaths } from '../media/stage/mask-paths.ts';

/** The canvas context that painters draw with. */
export type PaintContext = OffscreenCanvasRenderingContext2D;

/** An object's mask on the frame, with the object's colour. */
export interface PaintedMask {
  /** `#rrggbb` */
  readonly color: string;
  readonly mask: MaskRle;
}

/**
 * One frame with its masks. Painters draw it in the frame's own pixels, the frame's top left corner
 * at (0, 0); the context's transform makes it larger or smaller.
 */
export interface Scene {
  readonly size: Size;
  /** The frame upright, drawn over the rectangle of `size`. */
  readonly image: CanvasImageSource;
  /**
   * The same frame as RGBA, row-major, `width·height·4`, not written to; for the looks that compute
   * with pixels (`readsPixels`).
   */
  readonly rgba?: Uint8ClampedArray;
  /** From the bottom up, all of `size`. */
  readonly masks: readonly PaintedMask[];
  /** The masks' outlines, kept from one use to the next. */
  readonly paths: MaskPaths;
}

/** Draws the frame alone. */
export function paintFrame(context: PaintContext, { image, size }: Scene): void {
  context.drawImage(image, 0, 0, size.width, size.height);
}

/** The pixels of all objects together, to be filled or clipped by the non-zero rule. */
export function objectsPath({ masks, paths, size }: Scene): Path2D {
  const union = new Path2D();
  // Outer outlines run one way round and holes the other, so that windings add up to the objects
  // that cover a pixel.
  for (const { mask } of masks) union.addPath(paths.pathOf(mask, size));
  return union;
}

/** Draws with `paint` where the objects are, and nowhere else. */
export function withinObjects(context: PaintContext, scene: Scene, paint: () => void): void {
  context.save();
  context.clip(objectsPath(scene), 'nonzero');
  paint();
  context.restore();
}
