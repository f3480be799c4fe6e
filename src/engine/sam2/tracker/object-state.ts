import type { FrameIndex, ObjectId } from '../../../core/ids.ts';
import type { MaskRle } from '../../../core/rle.ts';
import type { ClickHistory } from './click-plan.ts';
import type { FrameOutput } from './frame-output.ts';
import { MemoryBank, type MemoryBankView } from './memory-bank.ts';
import { editedBank, MemoryEdits } from './memory-edits.ts';
import { TrackedFrames } from './tracked-frames.ts';
import type { TrackingDirection } from './tracking-direction.ts';

/** What the user said on a frame, in the form in which it can be run again. */
export type PromptRecord =
  | ({ readonly kind: 'clicks' } & ClickHistory)
  | { readonly kind: 'mask'; readonly mask: MaskRle };

/** A frame with prompts. */
export interface PromptedFrame {
  readonly record: PromptRecord;
  /** Whether the frame was not tracked yet when it was first prompted. */
  readonly startsInitial: boolean;
}

/** An output that waits for the next propagation, `temp_output_dict_per_obj`. */
interface TemporaryOutput {
  readonly output: FrameOutput;
  readonly isConditioning: boolean;
}

/**
 * All that is known of one object: its prompts, the outputs that wait for propagation, and its
 * memory bank. Owns every output in it.
 * Source: `sam2_video_predictor.py: init_state`, the `*_per_obj` dictionaries.
 */
export class ObjectState implements Disposable {
  readonly objectId: ObjectId;
  readonly bank = new MemoryBank();
  /** They stay whatever becomes of the bank. */
  readonly edits = new MemoryEdits();
  readonly tracked: TrackedFrames;
  readonly #temporary = new Map<FrameIndex, TemporaryOutput>();
  readonly #prompted = new Map<FrameIndex, PromptedFrame>();
  /** Tracked outputs that corrections have replaced in the bank, for when these are taken back. */
  readonly #beforePrompts = new Map<FrameIndex, FrameOutput>();
  #lastTracked: FrameIndex | undefined;
  #lastPrompted: FrameIndex | undefined;

  constructor(objectId: ObjectId, frameCount: number) {
    this.objectId = objectId;
    this.tracked = new TrackedFrames(frameCount);
  }

  get prompted(): ReadonlyMap<FrameIndex, PromptedFrame> {
    return this.#prompted;
  }

  get temporary(): ReadonlyMap<FrameIndex, TemporaryOutput> {
    return this.#temporary;
  }

  /** The frame that propagation passed last. */
  get lastTracked(): FrameIndex | undefined {
    return this.#lastTracked;
  }

  /** The frame whose prompts changed last. */
  get lastPrompted(): FrameIndex | undefined {
    return this.#lastPrompted;
  }

  /** Whether nothing is known of the object. */
  get isEmpty(): boolean {
    const isUnsaid = this.#prompted.size === 0 && this.#temporary.size === 0;
    return isUnsaid && this.bank.isEmpty && this.edits.isEmpty;
  }

  /** Committed ones, those that wait, and those pinned. */
  get conditioningFrames(): readonly FrameIndex[] {
    const waiting = [...this.#temporary].filter(([, { isConditioning }]) => isConditioning);
    const prompted = [...this.bank.conditioning.keys(), ...waiting.map(([frame]) => frame)];
    return [...prompted, ...this.edits.pinned];
  }

  /** The committed bank as it is attended to. */
  get attendedBank(): MemoryBankView {
    const { bank, edits } = this;
    return editedBank({ bank, edits, isPrompted: (frame) => this.#prompted.has(frame) });
  }

  /** The newest output on a frame; this object's own. */
  outputOn(frame: FrameIndex): FrameOutput | undefined {
    return this.#temporary.get(frame)?.output ?? this.bank.outputOn(frame);
  }

  /** The tracked output on a frame without what prompts made of it; this object's own. */
  outputBeforePrompts(frame: FrameIndex): FrameOutput | undefined {
    const before = this.#beforePrompts.get(frame);
    if (before !== undefined) return before;
    const output = this.bank.nonConditioning.get(frame);
    return output?.origin === 'prompt' ? undefined : output;
  }

  /** Whether the output on a frame is what its prompts made, not what tracking made since. */
  showsPrompts(frame: FrameIndex): boolean {
    return this.#prompted.has(frame) && this.outputOn(frame)?.origin === 'prompt';
  }

  /** Whether tracking leaves a frame's mask as it is because of a pin, not because of prompts. */
  isPinnedAlone(frame: FrameIndex): boolean {
    const isHeld = this.bank.nonConditioning.get(frame)?.memory !== undefined;
    return isHeld && this.edits.isPinned(frame) && !this.#prompted.has(frame);
  }

  /** Whether the committed tracked output on a frame is a correction still in force. */
  isCorrected(frame: FrameIndex): boolean {
    const output = this.bank.nonConditioning.get(frame);
    return this.#prompted.has(frame) && output?.origin === 'prompt';
  }

  /** Takes over `output`, in place of an earlier one that waits. */
  setPrompted(frame: FrameIndex, prompted: PromptedFrame, temporary: TemporaryOutput): void {
    this.#lastPrompted = frame;
    this.#prompted.set(frame, prompted);
    this.#temporary.get(frame)?.output[Symbol.dispose]();
    this.#temporary.set(frame, temporary);
  }

  /**
   * Takes back all prompts of a frame. A correction leaves the tracked output it had replaced; a
   * conditioning frame's output becomes that of a tracked frame, as in the reference's
   * `clear_all_prompts_in_frame`.
   */
  removePrompts(frame: FrameIndex): void {
    this.#lastPrompted = frame;
    this.#prompted.delete(frame);
    this.#temporary.get(frame)?.output[Symbol.dispose]();
    this.#temporary.delete(frame);
    const before = this.#beforePrompts.get(frame);
    this.#beforePrompts.delete(frame);
    const conditioning = this.bank.takeConditioning(frame);
    if (before !== undefined) {
      conditioning?.[Symbol.dispose]();
      this.bank.setNonConditioning(frame, before);
    } else if (conditioning !== undefined) {
      this.bank.setNonConditioning(frame, conditioning);
      this.tracked.delete(frame);
    }
  }

  /**
   * Moves the output that waits on a frame into the bank. On a frame in both parts of the bank the
   * conditioning output wins, so that a correction there which is not to become conditioning is
   * dropped. Source: `sam2_video_predictor.py: propagate_in_video_preflight`.
   */
  commit(frame: FrameIndex): void {
    const waiting = this.#temporary.get(frame);
    if (waiting === undefined) return;
    this.#temporary.delete(frame);
    if (waiting.isConditioning) {
      this.#setAsideTracked(frame);
      this.bank.setConditioning(frame, waiting.output);
    } else if (this.bank.conditioning.has(frame)) {
      waiting.output[Symbol.dispose]();
    } else {
      this.#setAsideTracked(frame);
      this.bank.setNonConditioning(frame, waiting.output);
    }
  }

  #setAsideTracked(frame: FrameIndex): void {
    const replaced = this.bank.takeNonConditioning(frame);
    if (replaced === undefined) return;
    if (replaced.origin === 'prompt') replaced[Symbol.dispose]();
    else this.#beforePrompts.set(frame, replaced);
  }

  /** Takes over a tracked output; what prompts made of the frame before is gone with it. */
  storeTracked(frame: FrameIndex, output: FrameOutput): void {
    this.bank.setNonConditioning(frame, output);
    this.#beforePrompts.get(frame)?.[Symbol.dispose]();
    this.#beforePrompts.delete(frame);
  }

  markTracked(frame: FrameIndex, direction: TrackingDirection): void {
    this.#lastTracked = frame;
    this.tracked.set(frame, direction);
  }

  /**
   * Forgets what was tracked; prompts, and the outputs on conditioning frames, stay. So do edits: the
   * memory of a pinned frame is made again from its mask.
   */
  clearTracking(): void {
    this.bank.clearNonConditioning();
    this.tracked.clear();
    this.#lastTracked = undefined;
    for (const output of this.#beforePrompts.values()) output[Symbol.dispose]();
    this.#beforePrompts.clear();
  }

  [Symbol.dispose](): void {
    this.clearTracking();
    this.bank[Symbol.dispose]();
    for (const { output } of this.#temporary.values()) output[Symbol.dispose]();
    this.#temporary.clear();
    this.#prompted.clear();
  }
}
