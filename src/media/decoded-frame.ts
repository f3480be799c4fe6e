import type { Size } from '../core/geometry.ts';
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

/**
 * One frame as a copy of what the decoder gave, in its own pixel format: compact, owned by the
 * JavaScript heap, and so no strain on the decoder's pool of pictures. Immutable once made.
 */
export interface DecodedFrame {
  readonly format: PixelFormat;
  /** Stored size, before orientation and pixel shape. */
  readonly stored: Size;
  /** Size upright, in square pixels. */
  readonly upright: Size;
  readonly orientation: Orientation;
  readonly colour: FrameColour;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly planes: readonly FramePlane[];
}

/** What a source knows of its frames that a decoder does not say. */
export type FrameShape = Pick<DecodedFrame, 'upright' | 'orientation' | 'colour'>;
