import type { MaskRle } from '../core/rle.ts';

/** One of the masks that a picture holds. */
export interface FileMask {
  /** As users read it: `3`, `white`, `#ff0000`. */
  readonly value: string;
  /** `#rrggbb`, as the picture shows it. */
  readonly color: string;
  /** At the clip's size. */
  readonly mask: MaskRle;
}

/** What a picture of masks holds. */
export interface MaskFile {
  /** None where there is only background. */
  readonly masks: readonly FileMask[];
  /** What the user should know of how it was read, one sentence each. */
  readonly notices: readonly string[];
}
