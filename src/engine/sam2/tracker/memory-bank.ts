import type { FrameIndex } from '../../../core/ids.ts';
import type { FrameOutput } from './frame-output.ts';

/** What a memory policy may see of a bank: outputs by frame, in the order in which they came. */
export interface MemoryBankView<Item = FrameOutput> {
  /** Outputs on frames that hold for the whole clip, `cond_frame_outputs`. */
  readonly conditioning: ReadonlyMap<FrameIndex, Item>;
  /** Outputs that matter to their neighbours only, `non_cond_frame_outputs`. */
  readonly nonConditioning: ReadonlyMap<FrameIndex, Item>;
}

/**
 * One object's outputs that tracking may attend to. Owns them: replacing or removing one disposes
 * it, taking one hands it over. Source: `sam2_video_predictor.py: output_dict_per_obj`.
 */
export class MemoryBank implements MemoryBankView, Disposable {
  readonly #conditioning = new Map<FrameIndex, FrameOutput>();
  readonly #nonConditioning = new Map<FrameIndex, FrameOutput>();

  get conditioning(): ReadonlyMap<FrameIndex, FrameOutput> {
    return this.#conditioning;
  }

  get nonConditioning(): ReadonlyMap<FrameIndex, FrameOutput> {
    return this.#nonConditioning;
  }

  get isEmpty(): boolean {
    return this.#conditioning.size === 0 && this.#nonConditioning.size === 0;
  }

  /** The committed output on a frame, conditioning before tracked. */
  outputOn(frame: FrameIndex): FrameOutput | undefined {
    return this.#conditioning.get(frame) ?? this.#nonConditioning.get(frame);
  }

  setConditioning(frame: FrameIndex, output: FrameOutput): void {
    this.#conditioning.get(frame)?.[Symbol.dispose]();
    this.#conditioning.set(frame, output);
  }

  setNonConditioning(frame: FrameIndex, output: FrameOutput): void {
    this.#nonConditioning.get(frame)?.[Symbol.dispose]();
    this.#nonConditioning.set(frame, output);
  }

  takeConditioning(frame: FrameIndex): FrameOutput | undefined {
    const output = this.#conditioning.get(frame);
    this.#conditioning.delete(frame);
    return output;
  }

  takeNonConditioning(frame: FrameIndex): FrameOutput | undefined {
    const output = this.#nonConditioning.get(frame);
    this.#nonConditioning.delete(frame);
    return output;
  }

  clearNonConditioning(): void {
    for (const output of this.#nonConditioning.values()) output[Symbol.dispose]();
    this.#nonConditioning.clear();
  }

  [Symbol.dispose](): void {
    this.clearNonConditioning();
    for (const output of this.#conditioning.values()) output[Symbol.dispose]();
    this.#conditioning.clear();
  }
}
