import { invariant } from '../core/assert.ts';
import { convertUpright } from '../core/frame/pixel-conversion.ts';
import {
  rgbaPicture,
  turnedSize,
  type RgbaPicture,
  type StoredPicture,
} from '../core/frame/stored-picture.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { FramePixels } from '../protocol/media-api.ts';
import type { DecodedFrame } from './decoded-frame.ts';
import { drawUpright } from './frame-drawing.ts';

/** The frame upright, opaque, in square pixels. The caller owns the buffer. */
export function uprightPixels(frame: DecodedFrame, index: FrameIndex): FramePixels {
  const pixels = hasSquarePixels(frame) ? convertUpright(frame) : resampled(frame);
  return { frame: index, ...pixels };
}

/** The frame as a picture in square pixels: its own planes, not copied, where they are that. */
export function squarePicture(frame: DecodedFrame): StoredPicture {
  return hasSquarePixels(frame) ? frame : rgbaPicture(resampled(frame));
}

function hasSquarePixels({ stored, upright, orientation }: DecodedFrame): boolean {
  const { width, height } = turnedSize(stored, orientation);
  return width === upright.width && height === upright.height;
}

/** Pixels of another shape have no exact square form; the browser's resampling is used. */
function resampled(frame: DecodedFrame) {
  const { width, height } = frame.upright;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  invariant(context !== null, 'no 2D context for resampling');
  context.imageSmoothingQuality = 'high';
  drawUpright(context, frame, frame.upright);
  const rgba = context.getImageData(0, 0, width, height).data;
  return { width, height, rgba } satisfies RgbaPicture;
}
