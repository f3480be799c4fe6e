import { invariant } from '../core/assert.ts';
import { pictureSize, type PictureSize } from '../core/picture-size.ts';
import type { Size } from '../core/geometry.ts';
import { MaskPaths } from '../media/stage/mask-paths.ts';
import type { ExportObject } from '../protocol/export-api.ts';
import type { VideoLook } from '../protocol/export-format.ts';
import type { LoadedFrame } from './load-frame.ts';
import { paintLook } from './paint/paint-look.ts';
import type { PaintContext } from './scene.ts';

/** How large pictures of a clip are, by what they show. */
interface LookSize {
  /** The clip's. */
  readonly size: Size;
  readonly look: VideoLook;
  readonly maxSidePx?: number;
}

interface PictureBoardOptions extends LookSize {
  readonly objects: readonly ExportObject[];
  /** Whether pixels are read back after painting. */
  readonly isRead?: boolean;
}

/** Of outlines kept; only those of the frame at hand are used again. */
const MAX_CORNERS = 100_000;

/** How large the pictures of a look are. */
export function lookSize({ size, look, maxSidePx }: LookSize): PictureSize {
  return pictureSize({ size, framesAcross: look.kind === 'side-by-side' ? 2 : 1, maxSidePx });
}

/** Paints frame after frame on one canvas, whose context it gives back. */
export function pictureBoard(options: PictureBoardOptions): (from: LoadedFrame) => PaintContext {
  const { size, look, objects, isRead = false } = options;
  const { width, height, scale } = lookSize(options);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: isRead });
  invariant(context !== null, 'no 2D context for a video');
  const paths = new MaskPaths(MAX_CORNERS);
  const colors = new Map(objects.map(({ id, color }) => [id, color]));
  return (loaded) => {
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.imageSmoothingQuality = 'high';
    const masks = loaded.masks.flatMap(({ objectId, mask }) => {
      const color = colors.get(objectId);
      return color === undefined ? [] : [{ color, mask }];
    });
    paintLook(context, { ...loaded, size, masks, paths }, look);
    return context;
  };
}
