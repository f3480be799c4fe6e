import { invariant } from '../core/assert.ts';
import { convertToRgba } from '../core/frame/pixel-conversion.ts';
import { PIXEL_LAYOUTS, type PixelFormat } from '../core/frame/pixel-format.ts';
import type { FrameColour } from '../core/frame/stored-picture.ts';
import type { Size } from '../core/geometry.ts';
import type { DecodedFrame } from './decoded-frame.ts';

type Context = OffscreenCanvasRenderingContext2D;

/** Draws the frame upright into the rectangle from (0, 0) to `size`, under the current transform. */
export function drawUpright(context: Context, frame: DecodedFrame, size: Size): void {
  const { rotation, isMirrored } = frame.orientation;
  const isSideways = rotation === 90 || rotation === 270;
  const [width, height] = isSideways ? [size.height, size.width] : [size.width, size.height];
  const picture = toVideoFrame(frame);
  try {
    context.save();
    context.translate(size.width / 2, size.height / 2);
    if (isMirrored) context.scale(-1, 1);
    context.rotate((rotation * Math.PI) / 180);
    context.drawImage(picture, -width / 2, -height / 2, width, height);
    context.restore();
  } finally {
    picture.close();
  }
}

/**
 * A `VideoFrame` of the frame upright, in square pixels; the caller closes it. A copy of the stored
 * pixels where they are that already.
 */
export function uprightPicture(frame: DecodedFrame): VideoFrame {
  const { stored, upright, orientation } = frame;
  const isUpright = orientation.rotation === 0 && !orientation.isMirrored;
  if (isUpright && stored.width === upright.width && stored.height === upright.height) {
    return toVideoFrame(frame);
  }
  const context = new OffscreenCanvas(upright.width, upright.height).getContext('2d');
  invariant(context !== null, 'no 2D context for turning a frame');
  context.imageSmoothingQuality = 'high';
  drawUpright(context, frame, upright);
  return new VideoFrame(context.canvas, { timestamp: 0, alpha: 'discard' });
}

/**
 * A `VideoFrame` of the stored pixels; the caller closes it. Alpha is left out: a frame is opaque,
 * whatever its file says.
 */
function toVideoFrame(frame: DecodedFrame): VideoFrame {
  const { stored } = frame;
  const drawable = drawableFormat(frame);
  const init = { codedWidth: stored.width, codedHeight: stored.height, timestamp: 0 };
  if (drawable === undefined) {
    return new VideoFrame(convertToRgba(frame), { ...init, format: 'RGBX' });
  }
  return new VideoFrame(frame.data, {
    ...init,
    format: drawable,
    layout: [...frame.planes],
    ...(PIXEL_LAYOUTS[frame.format].kind === 'yuv'
      ? { colorSpace: colorSpaceOf(frame.colour) }
      : {}),
  });
}

/** Formats that `VideoFrame` takes in every browser, alpha left out. */
const DRAWABLE_FORMATS: ReadonlyMap<PixelFormat, VideoPixelFormat> = new Map([
  ['RGBA', 'RGBX'],
  ['RGBX', 'RGBX'],
  ['BGRA', 'BGRX'],
  ['BGRX', 'BGRX'],
  ['I420', 'I420'],
  ['I422', 'I422'],
  ['I444', 'I444'],
  ['NV12', 'NV12'],
]);

/** The format under which the browser can draw the frame; undefined where it is converted here. */
function drawableFormat({ format, colour }: DecodedFrame): VideoPixelFormat | undefined {
  const isYuv = PIXEL_LAYOUTS[format].kind === 'yuv';
  return isYuv && colour.matrix === 'bt2020' ? undefined : DRAWABLE_FORMATS.get(format);
}

function colorSpaceOf({ matrix, isFullRange }: FrameColour): VideoColorSpaceInit {
  return {
    matrix: matrix === 'bt601' ? 'smpte170m' : 'bt709',
    primaries: 'bt709',
    transfer: 'bt709',
    fullRange: isFullRange,
  };
}
