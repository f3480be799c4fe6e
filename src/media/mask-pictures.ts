import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import type { FrameIndex } from '../core/ids.ts';
import { rleBounds, type MaskRle } from '../core/rle.ts';
import type { MaskPictureRequest, ThumbnailReceiver } from '../protocol/media-api.ts';
import type { DecodedFrame } from './decoded-frame.ts';
import { drawUpright } from './frame-drawing.ts';
import type { FrameSource, ReadingPace } from './frame-source.ts';
import { MaskPaths } from './stage/mask-paths.ts';
import { paintMasks } from './stage/paint-masks.ts';
import { framesInPassing } from './thumbnails.ts';

/** What pictures of masks are made from. */
export interface MaskPictureParts extends MaskPictureRequest {
  readonly source: FrameSource;
  /** Absent where there is none. */
  readonly maskOf: (frame: FrameIndex) => MaskRle | undefined;
}

/** How much of the surroundings is shown: the mask's longer side, times this. */
const SURROUNDINGS = 1.5;
/** Of the frame's shorter side: a smaller part of the frame could be anything. */
const LEAST_SHARE = 0.25;
const FILL_OPACITY = 0.4;
const OUTLINE_PX = 1.5;

/** Makes the pictures by ascending frame, and gives each away before the next is made. */
export async function makeMaskPictures(
  { source, frames, maskOf, color, sidePx }: MaskPictureParts,
  pace: ReadingPace,
  give: ThumbnailReceiver,
): Promise<void> {
  const paths = new MaskPaths();
  for await (const { index, frame } of framesInPassing(source, frames, pace)) {
    const mask = maskOf(index);
    await give(index, pictureOf(frame, { mask, color, sidePx, paths }));
  }
}

/** A square of the video, in its pixels; it may reach beyond the frame. */
interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/**
 * The square around a mask that shows it with its surroundings, moved into the frame where it fits;
 * for an empty mask the smallest one around the whole frame.
 */
export function squareAround(mask: MaskRle | undefined, video: Size): Square {
  const bounds = mask && rleBounds(mask);
  const longer = Math.max(video.width, video.height);
  if (mask === undefined || bounds === undefined) {
    return { x: (video.width - longer) / 2, y: (video.height - longer) / 2, side: longer };
  }
  const [scaleX, scaleY] = [video.width / mask.width, video.height / mask.height];
  const [width, height] = [bounds.width * scaleX, bounds.height * scaleY];
  const least = Math.min(video.width, video.height) * LEAST_SHARE;
  const side = Math.min(Math.max(Math.max(width, height) * SURROUNDINGS, least), longer);
  return {
    x: startWithin(bounds.x * scaleX + width / 2, side, video.width),
    y: startWithin(bounds.y * scaleY + height / 2, side, video.height),
    side,
  };
}

/** Where a stretch about a centre begins; about the middle where it is longer than all. */
function startWithin(centre: number, length: number, all: number): number {
  if (length >= all) return (all - length) / 2;
  return Math.min(Math.max(centre - length / 2, 0), all - length);
}

interface Look extends Pick<MaskPictureRequest, 'color' | 'sidePx'> {
  readonly mask: MaskRle | undefined;
  readonly paths: MaskPaths;
}

function pictureOf(frame: DecodedFrame, { mask, color, sidePx, paths }: Look): ImageBitmap {
  const video = frame.upright;
  const { x, y, side } = squareAround(mask, video);
  const scale = sidePx / side;
  const context = new OffscreenCanvas(sidePx, sidePx).getContext('2d');
  invariant(context !== null, 'no 2D context for a picture of a mask');
  context.imageSmoothingQuality = 'high';
  context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
  drawUpright(context, frame, video);
  if (mask !== undefined) {
    const viewport = { scale, offsetX: -x * scale, offsetY: -y * scale };
    const style = { fillOpacity: FILL_OPACITY, outlineWidth: OUTLINE_PX, viewport };
    const object = { color, isSelected: false };
    paintMasks(context, [{ object, mask }], { style, paths, video });
  }
  return context.canvas.transferToImageBitmap();
}
