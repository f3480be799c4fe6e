import { invariant } from '../assert.ts';
import type { Size } from '../geometry.ts';
import type { PixelFormat } from './pixel-format.ts';

/** Which numbers the luma and chroma of a frame stand for; without meaning for RGB formats. */
export interface FrameColour {
  readonly matrix: 'bt601' | 'bt709' | 'bt2020';
  /** Whether 0 is black and 255 white, rather than 16 and 235. */
  readonly isFullRange: boolean;
}

/** How stored pixels become upright: turned clockwise, then mirrored left to right. */
export interface Orientation {
  readonly rotation: 0 | 90 | 180 | 270;
  readonly isMirrored: boolean;
}

/** The frame is shown as it is coded. */
export const UPRIGHT: Orientation = { rotation: 0, isMirrored: false };

/** Where one plane lies in a frame's data, in bytes. */
export interface FramePlane {
  readonly offset: number;
  readonly stride: number;
}

/** A picture as a decoder gave it, in its own pixel format, with what makes it upright RGB. */
export interface StoredPicture {
  readonly format: PixelFormat;
  /** Before orientation. */
  readonly stored: Size;
  readonly orientation: Orientation;
  readonly colour: FrameColour;
  /** All planes; where samples take two bytes it starts at an even one. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly planes: readonly FramePlane[];
}

/** Tightly packed pixels, row by row, four bytes each; the fourth is ignored. */
export interface RgbaPicture extends Size {
  readonly rgba: Uint8Array<ArrayBuffer> | Uint8ClampedArray<ArrayBuffer>;
}

/** An upright picture of RGBA pixels, which stay where they are. */
export function rgbaPicture({ width, height, rgba }: RgbaPicture): StoredPicture {
  invariant(
    rgba.length === width * height * 4,
    `a picture of ${width} × ${height} needs ${width * height * 4} bytes, got ${rgba.length}`,
  );
  return {
    format: 'RGBX',
    stored: { width, height },
    orientation: UPRIGHT,
    colour: { matrix: 'bt601', isFullRange: true },
    data: new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength),
    planes: [{ offset: 0, stride: width * 4 }],
  };
}

/** The size of a picture of this stored size once it is upright. */
export function turnedSize({ width, height }: Size, { rotation }: Orientation): Size {
  const isSideways = rotation === 90 || rotation === 270;
  return isSideways ? { width: height, height: width } : { width, height };
}

/** One of the picture's planes. */
export function planeOf(picture: StoredPicture, index: number): FramePlane {
  const plane = picture.planes[index];
  invariant(plane !== undefined, `a ${picture.format} frame lacks plane ${index}`);
  return plane;
}
