import type { FrameIndex, ObjectId } from './ids.ts';
import type { MaskAgreement, MaskSummary } from './prompts.ts';
import type { MaskRle } from './rle.ts';

/** A mask as it is logged: its summary follows from it. */
export interface LoggedMask extends Omit<MaskSummary, 'areaPx' | 'centroid'> {
  /** At the video's size. */
  readonly mask: MaskRle;
}

/**
 * A change of masks, or of which steps are done. In the order in which they were logged they give
 * the masks and the steps again.
 * - `put` replaces masks, `remove` takes those of an object away, on all frames where none are
 *   given, `clear` takes all away.
 * - `compare` notes of masks how well they agree with tracking in the other direction.
 * - `begin`, `revert`, `reapply` and `drop` are the calls of the same names on steps.
 */
export type MaskLogEntry =
  | { readonly kind: 'put'; readonly masks: readonly LoggedMask[] }
  | {
      readonly kind: 'remove';
      readonly objectId: ObjectId;
      readonly frames?: readonly FrameIndex[];
    }
  | { readonly kind: 'clear' }
  | { readonly kind: 'compare'; readonly found: readonly MaskAgreement[] }
  | { readonly kind: 'begin' | 'revert' | 'reapply' | 'drop'; readonly step: number };

/** Where a log keeps the run lengths of a mask, in bytes from its beginning. */
export interface MaskPlace {
  readonly at: number;
  readonly byteLength: number;
}
