import type { FrameIndex, ObjectId } from '../../src/core/ids.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import type { MaskSummary } from '../../src/core/prompts.ts';
import { maskShape } from '../../src/core/mask-shape.ts';
import { rleIou, type MaskRle } from '../../src/core/rle.ts';
import type { MaskChanges, SummarisedMask } from '../../src/protocol/media-api.ts';

type Masks = ReadonlyMap<number, SummarisedMask>;

interface NaiveStep {
  readonly number: number;
  readonly touched: Set<number>;
  /** All masks before the step, and after it when it was last undone. */
  before: Masks;
  after: Masks;
}

/** `MaskWorkApi` by whole copies of all masks before and after each step. */
export class NaiveMaskWork {
  masks: Masks = new Map();
  firstStep = 1;
  nextStep = 1;
  endStep = 1;
  #steps: NaiveStep[] = [];

  put(masks: readonly SummarisedMask[]): readonly (number | undefined)[] {
    const earlier = this.masks;
    const ious = masks.map((mask) => {
      const before = earlier.get(keyOf(mask.objectId, mask.frame));
      const ways = new Set([before?.direction, mask.direction]);
      const areBoth = ways.has('forward') && ways.has('reverse');
      return before && areBoth ? rleIou(mask.mask, before.mask) : undefined;
    });
    masks.forEach((mask, i) => {
      this.#set(keyOf(mask.objectId, mask.frame), withIou(mask, ious[i]));
    });
    return ious;
  }

  compare(masks: readonly SummarisedMask[]): readonly (number | undefined)[] {
    return masks.map(({ objectId: id, frame, mask }) => {
      const key = keyOf(id, frame);
      const there = this.masks.get(key);
      if (there === undefined) return undefined;
      const noted = withIou(there, rleIou(mask, there.mask));
      this.#replaceEverywhere(there, noted);
      return noted.oppositeIou;
    });
  }

  remove(id: ObjectId, frames: readonly FrameIndex[] = this.#framesOf(id)): void {
    for (const frame of frames) this.#set(keyOf(id, frame), undefined);
  }

  clear(): void {
    for (const key of this.masks.keys()) this.#set(key, undefined);
  }

  begin(step: number): void {
    this.#steps = this.#steps.filter(({ number }) => number < this.nextStep);
    const masks = this.masks;
    for (let number = this.nextStep; number <= step; number++) {
      this.#steps.push({ number, touched: new Set(), before: masks, after: masks });
    }
    this.nextStep = this.endStep = step + 1;
  }

  revert(step: number): MaskChanges {
    const earlier = this.masks;
    this.nextStep = step;
    const reverted = this.#step(step);
    if (reverted !== undefined) {
      reverted.after = earlier;
      for (const key of reverted.touched) this.#write(key, reverted.before.get(key));
    }
    return this.#changesSince(earlier);
  }

  reapply(step: number): MaskChanges {
    const earlier = this.masks;
    this.nextStep = step + 1;
    const redone = this.#step(step);
    if (redone !== undefined) {
      redone.before = earlier;
      for (const key of redone.touched) this.#write(key, redone.after.get(key));
    }
    return this.#changesSince(earlier);
  }

  drop(upTo: number): void {
    if (upTo >= this.nextStep) {
      this.#steps = [];
      this.firstStep = this.nextStep = this.endStep = Math.max(this.endStep, upTo + 1);
      return;
    }
    this.#steps = this.#steps.filter(({ number }) => number > upTo);
    this.firstStep = Math.max(this.firstStep, upTo + 1);
  }

  /** By frame, then object. */
  summaries(): MaskSummary[] {
    return this.#sorted().map(([, { mask, ...said }]) => ({ ...said, ...maskShape(mask) }));
  }

  /** By frame, then object. */
  runs(): MaskRle[] {
    return this.#sorted().map(([, { mask }]) => mask);
  }

  #sorted(): [number, SummarisedMask][] {
    return [...this.masks].sort(([a], [b]) => a - b);
  }

  #step(step: number): NaiveStep | undefined {
    return this.#steps.find(({ number }) => number === step);
  }

  #set(key: number, mask: SummarisedMask | undefined): void {
    this.#step(this.nextStep - 1)?.touched.add(key);
    this.#write(key, mask);
  }

  /** What is noted of a mask goes with it, also where a step brings it back. */
  #replaceEverywhere(before: SummarisedMask, after: SummarisedMask): void {
    const replaced = (masks: Masks): Masks =>
      new Map([...masks].map(([key, mask]) => [key, mask === before ? after : mask]));
    this.masks = replaced(this.masks);
    for (const step of this.#steps) {
      step.before = replaced(step.before);
      step.after = replaced(step.after);
    }
  }

  #write(key: number, mask: SummarisedMask | undefined): void {
    const masks = new Map(this.masks);
    if (mask === undefined) masks.delete(key);
    else masks.set(key, mask);
    this.masks = masks;
  }

  #framesOf(id: ObjectId): FrameIndex[] {
    return [...this.masks.values()].filter((mask) => mask.objectId === id).map((m) => m.frame);
  }

  #changesSince(earlier: Masks): MaskChanges {
    const put = this.#sorted()
      .filter(([key, mask]) => earlier.get(key) !== mask)
      .map(([, { mask, ...said }]) => ({ ...said, ...maskShape(mask) }));
    const removed = new Map<ObjectId, FrameIndex[]>();
    for (const { objectId: id, frame } of earlier.values()) {
      if (this.masks.has(keyOf(id, frame))) continue;
      removed.set(id, [...(removed.get(id) ?? []), frame]);
    }
    return { put, removed: [...removed].map(([id, frames]) => ({ objectId: id, frames })) };
  }
}

function withIou(mask: SummarisedMask, iou: number | undefined): SummarisedMask {
  return iou === undefined ? mask : { ...mask, oppositeIou: iou };
}

/** The same changes in one order. */
export function sortedChanges({ put, removed }: MaskChanges): MaskChanges {
  const order = (a: MaskSummary, b: MaskSummary) => a.frame - b.frame || a.objectId - b.objectId;
  return {
    put: put.toSorted(order),
    removed: removed
      .map((item) => ({ ...item, frames: item.frames.toSorted((a, b) => a - b) }))
      .toSorted((a, b) => a.objectId - b.objectId),
  };
}

function keyOf(id: ObjectId, frame: FrameIndex): number {
  return frame * 256 + id;
}

/** One thing that can be done with masks and steps. */
export type MaskAction =
  | { readonly kind: 'put' | 'compare'; readonly masks: readonly SummarisedMask[] }
  | { readonly kind: 'remove'; readonly object: number; readonly frames?: readonly number[] }
  | { readonly kind: 'clear' }
  | { readonly kind: 'begin'; readonly leftOut: number }
  | { readonly kind: 'revert' | 'reapply' }
  | { readonly kind: 'drop'; readonly back: number };

/** What `MaskWork` and the naive one have in common. */
interface MaskDoing {
  put(masks: readonly SummarisedMask[]): unknown;
  compare(masks: readonly SummarisedMask[]): unknown;
  remove(id: ObjectId, frames?: readonly FrameIndex[]): unknown;
  clear(): unknown;
  begin(step: number): unknown;
  revert(step: number): unknown;
  reapply(step: number): unknown;
  drop(upTo: number): unknown;
}

/** Does it to one of the two; steps are numbered by `naive`, which is to be done to last. */
export function doTo(work: MaskDoing, action: MaskAction, naive: NaiveMaskWork): unknown {
  const { firstStep, nextStep, endStep } = naive;
  switch (action.kind) {
    case 'put':
      return work.put(action.masks);
    case 'compare':
      return work.compare(action.masks);
    case 'remove':
      return work.remove(objectId(action.object), action.frames?.map(frameIndex));
    case 'clear':
      return work.clear();
    case 'begin':
      return work.begin(nextStep + action.leftOut);
    case 'revert':
      return nextStep > firstStep ? work.revert(nextStep - 1) : undefined;
    case 'reapply':
      return nextStep < endStep ? work.reapply(nextStep) : undefined;
    case 'drop':
      return work.drop(endStep - 1 - action.back);
  }
}
