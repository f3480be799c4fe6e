import type { FrameColour, Orientation } from '../../core/frame/stored-picture.ts';
import type { DecodedFrame } from '../decoded-frame.ts';
import { copyVideoFrame } from '../frame-copy.ts';

/** Without meaning here: the pixels are RGB. */
const COLOUR: FrameColour = { matrix: 'bt601', isFullRange: true };

/**
 * The picture's own pixel values upright, with no colour conversion: those of libjpeg and libpng,
 * which every library without colour management reads too.
 *
 * `ImageDecoder` would be twice as fast, but Chromium's gives JPEGs as 4:2:0 whose chroma others
 * then repeat, where libjpeg interpolates it: up to 95 levels of difference at coloured edges.
 * @throws DOMException when the picture is damaged
 */
export async function decodeImage(file: Blob): Promise<DecodedFrame> {
  const bitmap = await createImageBitmap(file, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    imageOrientation: 'from-image',
  });
  const upright = { width: bitmap.width, height: bitmap.height };
  const picture = new VideoFrame(bitmap, { timestamp: 0 });
  try {
    return await copyVideoFrame(picture, {
      upright,
      orientation: orientationOf(picture),
      colour: COLOUR,
    });
  } finally {
    picture.close();
    bitmap.close();
  }
}

/** Chromium hands on stored pixels and says how to turn them; elsewhere they are turned already. */
function orientationOf(picture: VideoFrame): Orientation {
  const { rotation = 0, flip = false } = picture as Partial<TurnedPicture>;
  return { rotation, isMirrored: flip };
}

/** Fields of WebCodecs' `VideoFrame` that TypeScript's library lacks. */
interface TurnedPicture {
  readonly rotation: Orientation['rotation'];
  readonly flip: boolean;
}
