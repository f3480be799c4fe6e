import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MaskRle } from '../core/rle.ts';

/** A mask that is shown in passing, once it is there and while its frame is shown. */
export interface PreviewStyle {
  readonly key: string;
  /** `#rrggbb` */
  readonly color: string;
  /** Whose mask it is shown in place of, as that mask looks; absent: lightly, on top of all. */
  readonly replaces?: ObjectId;
}

/** A mask that may be shown in passing; it is nobody's. */
export interface MaskPreview {
  /** By which `StageStyle` asks for it. */
  readonly key: string;
  readonly frame: FrameIndex;
  /** At the video's size. */
  readonly mask: MaskRle;
}

/** What the decode worker serves besides, to the inference worker. */
export interface PreviewPort {
  /**
   * Keeps previews, in place of the earlier ones of this kind, until another clip is opened; draws
   * again where one of them is asked for. `hover` is what a click would give, `candidates` what one
   * may have meant.
   */
  putPreviews(kind: 'hover' | 'candidates', previews: readonly MaskPreview[]): Promise<void>;
}
