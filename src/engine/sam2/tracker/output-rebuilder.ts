import type { FrameIndex, ObjectId } from '../../../core/ids.ts';
import type { MaskRle } from '../../../core/rle.ts';
import { encodePromptMemory, segmentMask, type InferenceParts } from './frame-inference.ts';
import type { FrameOutput } from './frame-output.ts';
import { maskPromptToModel } from './mask-prompt.ts';
import type { ObjectState } from './object-state.ts';

/** Where the masks of tracked frames are kept once they have left the tracker. */
export interface MaskletReader {
  /** At any size; absent where there is none. */
  maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined>;
}

/** Which frames' memories are made again: those that this tracker tracked, or all that have a mask. */
export type RebuiltFrames = 'tracked' | 'stored';

/**
 * Makes up for tracked outputs that were let go of, so that memory stays flat in the clip's length:
 * the stored mask is taken as a mask prompt (the reference's own `_use_mask_as_output`) and encoded
 * as the memory of a tracked frame. An approximation: the mask is binary where the decoder's logits
 * were not, and where the pointer is gone too, one made from the mask replaces it. Frames without a
 * stored mask stay absent from the bank.
 */
export class OutputRebuilder {
  readonly #parts: InferenceParts;
  readonly #masklets: MaskletReader;

  constructor(parts: InferenceParts, masklets: MaskletReader) {
    this.#parts = parts;
    this.#masklets = masklets;
  }

  /**
   * Brings back those of `frames` that were tracked, or are pinned, and are not held; costs nothing
   * otherwise.
   * @param which `stored`: those too that were never tracked here and have a stored mask
   */
  async rebuild(
    state: ObjectState,
    frames: readonly FrameIndex[],
    which: RebuiltFrames = 'tracked',
  ): Promise<void> {
    for (const frame of frames) {
      if (!this.isMissing(state, frame, which)) continue;
      await this.#rebuildFrame(state, frame, state.bank.outputOn(frame));
    }
  }

  /** Whether the frame was tracked, or is pinned, and is not held. */
  isMissing(state: ObjectState, frame: FrameIndex, which: RebuiltFrames = 'tracked'): boolean {
    const held = state.bank.outputOn(frame);
    const isKnown = state.tracked.has(frame) || state.edits.isPinned(frame);
    const isExpected = isKnown || which === 'stored';
    return isExpected && (held?.memory === undefined || !held.hasLogits);
  }

  /** Whether `rebuild` would bring the frame back. */
  async canRebuild(
    state: ObjectState,
    frame: FrameIndex,
    which: RebuiltFrames = 'tracked',
  ): Promise<boolean> {
    if (!this.isMissing(state, frame, which)) return false;
    return (await this.#masklets.maskOf(state.objectId, frame)) !== undefined;
  }

  async #rebuildFrame(
    state: ObjectState,
    frame: FrameIndex,
    held: FrameOutput | undefined,
  ): Promise<void> {
    const stored = await this.#masklets.maskOf(state.objectId, frame);
    if (stored === undefined) return;
    const mask = maskPromptToModel(stored, this.#parts.graphs.config.imageSize);
    const output = await segmentMask(this.#parts, frame, { mask, origin: 'rebuilt' });
    try {
      await encodePromptMemory(this.#parts, frame, output);
    } catch (error) {
      output[Symbol.dispose]();
      throw error;
    }
    if (held === undefined) state.bank.setNonConditioning(frame, output);
    else held.adoptDense(output);
  }
}
