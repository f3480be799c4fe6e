import { invariant } from '../core/assert.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { FramePixels } from '../protocol/media-api.ts';
import type { DecodedFrame } from './decoded-frame.ts';
import { drawUpright } from './frame-drawing.ts';
import { convertToRgba, orientRgba } from './pixel-conversion.ts';

/** The frame upright, opaque, in square pixels. The caller owns the buffer. */
export function uprightPixels(frame: DecodedFrame, index: FrameIndex): FramePixels {
  const { width, height } = frame.upright;
  const rgba = hasSquarePixels(frame)
    ? orientRgba(convertToRgba(frame), frame.stored, frame.orientation)
    : resampled(frame);
  return { frame: index, width, height, rgba };
}

function hasSquarePixels({ stored, upright, orientation }: DecodedFrame): boolean {
  const isSideways = orientation.rotation === 90 || orientation.rotation === 270;
  const [width, height] = isSideways
    ? [upright.height, upright.width]
    : [upright.width, upright.height];
  return stored.width === width && stored.height === height;
}

/** Pixels of another shape have no exact square form; the browser's resampling is used. */
function resampled(frame: DecodedFrame): Uint8ClampedArray<ArrayBuffer> {
  const { width, height } = frame.upright;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  invariant(context !== null, 'no 2D context for resampling');
  context.imageSmoothingQuality = 'high';
  drawUpright(context, frame, frame.upright);
  return context.getImageData(0, 0, width, height).data;
}
