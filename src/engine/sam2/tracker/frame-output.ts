import { invariant } from '../../../core/assert.ts';
import type { DeviceTensor } from '../../device-tensor.ts';
import type { MaskDecoderOutput } from '../engine-graphs.ts';

/**
 * Where an output comes from: the user's prompts, the memory of other frames, or a stored mask that
 * stands in for a tracked output no longer held.
 */
export type OutputOrigin = 'prompt' | 'tracked' | 'rebuilt';

interface FrameOutputOptions {
  readonly origin: OutputOrigin;
  /** `[1,1,S/4,S/4]`, post-processed where that is asked for. */
  readonly shownLogits: DeviceTensor;
  /** `[g²,64]`; prompted frames get theirs when propagation starts. */
  readonly memory?: DeviceTensor;
}

/**
 * What the tracker keeps of one object on one frame. Owns its tensors.
 *
 * The logits and the memory, which are large, can be let go of while the pointer stays. Being a
 * `MaskDecoderOutput`, it is what a prompted frame's memory is encoded from: as in the reference,
 * from the logits that are shown.
 * Source: `sam2_video_predictor.py: _run_single_frame_inference`, `compact_current_out`.
 */
export class FrameOutput implements MaskDecoderOutput {
  readonly origin: OutputOrigin;
  readonly iouScores: DeviceTensor;
  readonly objectPointer: DeviceTensor;
  readonly objectScoreLogits: DeviceTensor;
  #shownLogits: DeviceTensor | undefined;
  #memory: DeviceTensor | undefined;

  /** Takes over all tensors of `decoded` except its logits, and all of `options`. */
  constructor(decoded: Omit<MaskDecoderOutput, 'lowResMaskLogits'>, options: FrameOutputOptions) {
    this.origin = options.origin;
    this.iouScores = decoded.iouScores;
    this.objectPointer = decoded.objectPointer;
    this.objectScoreLogits = decoded.objectScoreLogits;
    this.#shownLogits = options.shownLogits;
    this.#memory = options.memory;
  }

  /** `[1,1,S/4,S/4]`, as they are shown; this output's own. Fails once they are released. */
  get lowResMaskLogits(): DeviceTensor {
    invariant(this.#shownLogits !== undefined, 'the logits of this frame are no longer held');
    return this.#shownLogits;
  }

  get hasLogits(): boolean {
    return this.#shownLogits !== undefined;
  }

  /** `[g²,64]`; this output's own. */
  get memory(): DeviceTensor | undefined {
    return this.#memory;
  }

  /** Bytes that `releaseDense` frees. */
  get denseBytes(): number {
    return (this.#shownLogits?.bytes ?? 0) + (this.#memory?.bytes ?? 0);
  }

  /** Takes over `memory`. */
  setMemory(memory: DeviceTensor): void {
    this.#memory?.[Symbol.dispose]();
    this.#memory = memory;
  }

  /** Takes over the logits and the memory of `other`, and disposes the rest of it. */
  adoptDense(other: FrameOutput): void {
    this.releaseDense();
    this.#shownLogits = other.#shownLogits;
    this.#memory = other.#memory;
    other.#shownLogits = undefined;
    other.#memory = undefined;
    other[Symbol.dispose]();
  }

  /** Lets go of logits and memory; pointer and scores stay. */
  releaseDense(): void {
    this.#shownLogits?.[Symbol.dispose]();
    this.#memory?.[Symbol.dispose]();
    this.#shownLogits = undefined;
    this.#memory = undefined;
  }

  [Symbol.dispose](): void {
    this.releaseDense();
    this.iouScores[Symbol.dispose]();
    this.objectPointer[Symbol.dispose]();
    this.objectScoreLogits[Symbol.dispose]();
  }
}
