import { invariant } from '../../core/assert.ts';
import { UPRIGHT, type DecodedFrame, type FrameColour } from '../decoded-frame.ts';
import { copyVideoFrame } from '../frame-copy.ts';
import { uprightSize, type ImageHeader } from './image-header.ts';

/** JFIF: BT.601 of full range, should a decoder give YUV. */
const JPEG_COLOUR: FrameColour = { matrix: 'bt601', isFullRange: true };

/** The part of WebCodecs' `ImageDecoder` in use; TypeScript's library lacks it. */
interface ImageDecoderLike {
  decode(): Promise<{ readonly image: VideoFrame; readonly complete: boolean }>;
  close(): void;
}
type ImageDecoderConstructor = new (init: {
  readonly data: ArrayBuffer;
  readonly type: string;
  readonly colorSpaceConversion: 'none';
}) => ImageDecoderLike;

/**
 * The picture's own pixel values, with no colour conversion: what a library without colour
 * management reads.
 * @throws DOMException when the picture is damaged
 */
export async function decodeImage(file: Blob, header: ImageHeader): Promise<DecodedFrame> {
  // Safari has no ImageDecoder; the other way is slower and goes through a canvas.
  const Decoder: unknown = Reflect.get(globalThis, 'ImageDecoder');
  return isImageDecoder(Decoder)
    ? decodeDirectly(file, header, Decoder)
    : decodeThroughCanvas(file);
}

function isImageDecoder(value: unknown): value is ImageDecoderConstructor {
  return typeof value === 'function';
}

async function decodeDirectly(
  file: Blob,
  header: ImageHeader,
  Decoder: ImageDecoderConstructor,
): Promise<DecodedFrame> {
  const { type, orientation } = header;
  const data = await file.arrayBuffer();
  const decoder = new Decoder({ data, type, colorSpaceConversion: 'none' });
  try {
    const { image } = await decoder.decode();
    try {
      const upright = uprightSize(header);
      return await copyVideoFrame(image, { upright, orientation, colour: JPEG_COLOUR });
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

/** `createImageBitmap` turns the picture upright itself. */
async function decodeThroughCanvas(file: Blob): Promise<DecodedFrame> {
  const bitmap = await createImageBitmap(file, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    imageOrientation: 'from-image',
  });
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    });
    invariant(context !== null, 'no 2D context for decoding pictures');
    context.drawImage(bitmap, 0, 0);
    const pixels = context.getImageData(0, 0, width, height).data;
    return {
      format: 'RGBA',
      stored: { width, height },
      upright: { width, height },
      orientation: UPRIGHT,
      colour: JPEG_COLOUR,
      data: new Uint8Array(pixels.buffer),
      planes: [{ offset: 0, stride: width * 4 }],
    };
  } finally {
    bitmap.close();
  }
}
