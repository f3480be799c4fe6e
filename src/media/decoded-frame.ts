import type { StoredPicture } from '../core/frame/stored-picture.ts';
import type { Size } from '../core/geometry.ts';

/**
 * One frame as a copy of what the decoder gave, in its own pixel format: compact, owned by the
 * JavaScript heap, and so no strain on the decoder's pool of pictures. Immutable once made.
 * `stored` is before pixel shape, too.
 */
export interface DecodedFrame extends StoredPicture {
  /** Size upright, in square pixels. */
  readonly upright: Size;
}

/** What a source knows of its frames that a decoder does not say. */
export type FrameShape = Pick<DecodedFrame, 'upright' | 'orientation' | 'colour'>;
