import { invariant } from '../../core/assert.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import { HeldMasks } from './held-masks.ts';
import type { MaskVersion } from './mask-version.ts';

/** Memory that a change of one object's frame takes in a step, roughly, without the masks. */
const CHANGE_BYTES = 128;

/** Which of an object's masks is on a frame, from one moment to the next. */
export interface MaskChange {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  readonly before: MaskVersion | undefined;
  readonly after: MaskVersion | undefined;
}

/** What a step changed on one object's frame. */
interface StepChange {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  /** Absent while the step is undone: it is what is there then. */
  before: MaskVersion | undefined;
  after: MaskVersion | undefined;
}

/** By object and frame. */
type Step = Map<number, StepChange>;

/**
 * The steps of the user's work, as changes of masks, by the rules of `MaskWorkApi`. It is told of
 * every change and gives those that undo and redo a step; it makes none itself.
 *
 * Of one object's frame, a step's `before` is the `after` of the step before it that changed it: so
 * steps are undone and redone in order only.
 */
export class MaskHistory {
  readonly #held = new HeldMasks();
  /** Those that changed something. */
  readonly #steps = new Map<number, Step>();
  #firstStep = 1;
  #nextStep = 1;
  #endStep = 1;
  #changes = 0;

  /** The oldest step that can be undone. */
  get firstStep(): number {
    return this.#firstStep;
  }

  /** Behind the newest step that is not undone. */
  get nextStep(): number {
    return this.#nextStep;
  }

  /** Behind the newest step that can be redone. */
  get endStep(): number {
    return this.#endStep;
  }

  /** Memory that is taken by what steps can bring back; roughly. */
  get usedBytes(): number {
    return this.#held.bytes + this.#changes * CHANGE_BYTES;
  }

  /** What a step changed, in no order. */
  changesOf(step: number): readonly MaskChange[] {
    return [...(this.#steps.get(step)?.values() ?? [])];
  }

  /** Notes a change as part of the newest step that is not undone. */
  note({ objectId, frame, before, after }: MaskChange): void {
    const number = this.#nextStep - 1;
    if (number >= this.#firstStep) {
      const step = this.#steps.get(number) ?? new Map<number, StepChange>();
      this.#steps.set(number, step);
      this.#noteIn(step, { objectId, frame, before, after });
    }
    this.#hide(before);
    this.#show(after);
  }

  canBegin(step: number): boolean {
    return step >= this.#nextStep;
  }

  /** Begins a step; undone ones are forgotten. */
  begin(step: number): void {
    invariant(this.canBegin(step), `step ${step} cannot begin: the next is ${this.#nextStep}`);
    this.#forget((number) => number >= this.#nextStep);
    this.#nextStep = this.#endStep = step + 1;
  }

  canRevert(step: number): boolean {
    return step === this.#nextStep - 1 && step >= this.#firstStep;
  }

  /** Marks a step as undone. @returns what is to be changed for it; all of it must be loaded */
  revert(step: number): readonly MaskChange[] {
    invariant(this.canRevert(step), `step ${step} is not the newest that can be undone`);
    this.#nextStep = step;
    return [...(this.#steps.get(step)?.values() ?? [])].map((change) => {
      const { objectId, frame, before, after } = change;
      this.#release(before);
      change.before = undefined;
      this.#hide(after);
      this.#show(before);
      return { objectId, frame, before: after, after: before };
    });
  }

  canReapply(step: number): boolean {
    return step === this.#nextStep && step < this.#endStep;
  }

  /**
   * Marks a step as done again.
   * @param shownOf the mask that an object has on a frame
   * @returns what is to be changed for it; all of it must be loaded
   */
  reapply(
    step: number,
    shownOf: (objectId: ObjectId, frame: FrameIndex) => MaskVersion | undefined,
  ): readonly MaskChange[] {
    invariant(this.canReapply(step), `step ${step} is not the oldest that can be redone`);
    this.#nextStep = step + 1;
    return [...(this.#steps.get(step)?.values() ?? [])].map((change) => {
      // What the engine has made since the step was undone is what undoing it again brings back.
      const before = shownOf(change.objectId, change.frame);
      change.before = before;
      this.#use(before);
      this.#hide(before);
      this.#show(change.after);
      return { ...change };
    });
  }

  /** Forgets steps, undone ones too when `upTo` is one of them. */
  drop(upTo: number): void {
    const isAll = upTo >= this.#nextStep;
    this.#forget((number) => isAll || number <= upTo);
    this.#firstStep = Math.max(this.#firstStep, upTo + 1);
    if (isAll) this.#firstStep = Math.max(this.#firstStep, this.#endStep);
    this.#nextStep = Math.max(this.#nextStep, this.#firstStep);
    this.#endStep = Math.max(this.#endStep, this.#nextStep);
  }

  /**
   * Lets go of masks that a log has, the longest away first, until the rest takes `bytes` at most.
   * @returns whether it does
   */
  unloadDownTo(bytes: number): boolean {
    this.#held.unloadDownTo(bytes - this.#changes * CHANGE_BYTES);
    return this.usedBytes <= bytes;
  }

  /** Counts a mask anew after its place has changed. */
  settle(version: MaskVersion): void {
    this.#held.settle(version);
  }

  /** Back to the beginning. */
  reset(): void {
    this.#forget(() => true);
    this.#firstStep = this.#nextStep = this.#endStep = 1;
  }

  #noteIn(step: Step, change: StepChange): void {
    const key = change.frame * 256 + change.objectId;
    const known = step.get(key);
    this.#use(change.after);
    if (known === undefined) {
      this.#use(change.before);
      step.set(key, change);
      this.#changes++;
    } else {
      this.#release(known.after);
      known.after = change.after;
    }
  }

  #forget(isForgotten: (number: number) => boolean): void {
    for (const [number, step] of this.#steps) {
      if (!isForgotten(number)) continue;
      for (const { before, after } of step.values()) {
        this.#release(before);
        this.#release(after);
      }
      this.#changes -= step.size;
      this.#steps.delete(number);
    }
  }

  #use(version: MaskVersion | undefined): void {
    if (version === undefined) return;
    version.uses++;
    this.#held.settle(version);
  }

  #release(version: MaskVersion | undefined): void {
    if (version === undefined) return;
    version.uses--;
    this.#held.settle(version);
  }

  #show(version: MaskVersion | undefined): void {
    if (version === undefined) return;
    version.isShown = true;
    this.#held.settle(version);
  }

  #hide(version: MaskVersion | undefined): void {
    if (version === undefined) return;
    version.isShown = false;
    this.#held.settle(version);
  }
}
