import { StudioError } from '../../../core/errors.ts';
import type { Size } from '../../../core/geometry.ts';
import type { MaskRle } from '../../../core/rle.ts';

/** What the mask decoder says of one object on one frame, where the backend keeps it. */
export interface MaskSource<Slice> {
  /** `[1,1,S/4,S/4]` float32; not written to. */
  readonly logits: Slice;
  /** `[1,1]` float32 */
  readonly iouScores: Slice;
  /** `[1,1]` float32 */
  readonly objectScoreLogits: Slice;
}

/** A mask and its scores, as they are kept and shown. */
export interface MaskReading {
  /** At the video's size; `read` leaves pixels to it that other objects have too. */
  readonly mask: MaskRle;
  /** The model's own estimate of the mask's IoU, 0..1. */
  readonly predictedIou: number;
  /** The object is present where > 0. */
  readonly objectScoreLogit: number;
}

/** Options of every `MaskReader`. */
export interface MaskReaderOptions {
  /** Size of the logits, S/4 × S/4. */
  readonly logitSize: Size;
}

/** Turns mask logits into masks at the video's size: bilinear resize, > 0. */
export interface MaskReader<Slice> extends Disposable {
  /** Bytes copied from the device so far; 0 for ever where there is no device. */
  readonly bytesRead: number;
  /**
   * Readings come in the order of the sources, which may be disposed as soon as this returns its promise.
   * Calls may overlap.
   * @throws StudioError `device-lost` when the device goes away meanwhile
   * @throws StudioError `session-disposed` when the reader is disposed meanwhile
   */
  read(sources: readonly MaskSource<Slice>[], video: Size): Promise<readonly MaskReading[]>;
  /**
   * As `read` for the objects of one frame, each pixel going to the object of the highest logit
   * there, the first of equals: `nonOverlappingMasks`.
   */
  readNonOverlapping(
    sources: readonly MaskSource<Slice>[],
    video: Size,
  ): Promise<readonly MaskReading[]>;
}

/** What a `MaskReader` throws once it is disposed. */
export function readerDisposed(): StudioError {
  return new StudioError('session-disposed', 'The tracking session was closed while it worked.', {
    hint: 'Start the session again.',
  });
}
