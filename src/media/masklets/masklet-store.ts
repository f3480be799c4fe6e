import { invariant } from '../../core/assert.ts';
import type { Size } from '../../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';
import type { FrameMask } from '../../protocol/media-api.ts';
import { maskBytes } from './mask-bytes.ts';

/** What changed, in the order in which it happened; enough to keep a copy elsewhere in step. */
export type MaskletChange =
  | { readonly kind: 'put'; readonly masks: readonly FrameMask[] }
  | {
      readonly kind: 'remove';
      readonly objectId: ObjectId;
      /** All frames when absent. */
      readonly frames?: readonly FrameIndex[];
    }
  | { readonly kind: 'clear' };

/**
 * Every mask of the open clip, by frame and object, as run lengths. Masks are immutable and may be
 * shared. Listeners hear of each change after it was made.
 */
export class MaskletStore<Mask extends FrameMask = FrameMask> {
  readonly #frames = new Map<FrameIndex, Map<ObjectId, Mask>>();
  readonly #listeners = new Set<(change: MaskletChange) => void>();
  #size: Size | undefined;
  #usedBytes = 0;

  /** Memory that the masks take, roughly. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Forgets everything; from now on masks must have `size`, the video's. */
  reset(size: Size): void {
    this.#size = size;
    this.clear();
  }

  /** Calls `listener` after each change until the returned function is called. */
  subscribe(listener: (change: MaskletChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stores masks; each replaces the one that its object had on its frame. */
  put(masks: readonly Mask[]): void {
    this.requireSize(masks);
    for (const mask of masks) {
      const { objectId, frame } = mask;
      this.#delete(objectId, frame);
      let objects = this.#frames.get(frame);
      if (objects === undefined) this.#frames.set(frame, (objects = new Map()));
      objects.set(objectId, mask);
      this.#usedBytes += maskBytes(mask.mask);
    }
    if (masks.length > 0) this.#tell({ kind: 'put', masks });
  }

  /** Masks of another size than the video's are a bug. */
  requireSize(masks: readonly FrameMask[]): void {
    for (const { mask } of masks) {
      invariant(
        mask.width === this.#size?.width && mask.height === this.#size.height,
        `a mask of ${mask.width} × ${mask.height} does not fit the video`,
      );
    }
  }

  /** Removes an object's masks, on all frames or only on those given. */
  remove(objectId: ObjectId, frames?: readonly FrameIndex[]): void {
    for (const frame of frames ?? [...this.#frames.keys()]) this.#delete(objectId, frame);
    this.#tell({ kind: 'remove', objectId, ...(frames === undefined ? {} : { frames }) });
  }

  clear(): void {
    this.#frames.clear();
    this.#usedBytes = 0;
    this.#tell({ kind: 'clear' });
  }

  maskOf(objectId: ObjectId, frame: FrameIndex): MaskRle | undefined {
    return this.get(objectId, frame)?.mask;
  }

  /** What was put for an object on a frame. */
  get(objectId: ObjectId, frame: FrameIndex): Mask | undefined {
    return this.#frames.get(frame)?.get(objectId);
  }

  /** All that was put and is still there, by frame, then object id. */
  all(): Mask[] {
    const frames = [...this.#frames].sort(([a], [b]) => a - b);
    return frames.flatMap(([, objects]) => byObject(objects));
  }

  /** Frames on which an object has a mask, in no order. */
  framesOf(objectId: ObjectId): FrameIndex[] {
    return [...this.#frames].flatMap(([frame, objects]) => (objects.has(objectId) ? [frame] : []));
  }

  /** Masks of the frames `[start, end)`, by frame, then object id. */
  masksOfFrames(start: FrameIndex, end: FrameIndex): FrameMask[] {
    const frames = [...this.#frames.keys()].filter((frame) => frame >= start && frame < end);
    return frames.sort((a, b) => a - b).flatMap((frame) => this.masksOfFrame(frame));
  }

  /** Masks of one frame, by object id. */
  masksOfFrame(frame: FrameIndex): FrameMask[] {
    return byObject(this.#frames.get(frame) ?? new Map<ObjectId, Mask>()).map(
      ({ objectId, mask }) => ({ objectId, frame, mask }),
    );
  }

  #delete(objectId: ObjectId, frame: FrameIndex): void {
    const objects = this.#frames.get(frame);
    const stored = objects?.get(objectId);
    if (objects === undefined || stored === undefined) return;
    objects.delete(objectId);
    this.#usedBytes -= maskBytes(stored.mask);
    if (objects.size === 0) this.#frames.delete(frame);
  }

  #tell(change: MaskletChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function byObject<Mask extends FrameMask>(objects: ReadonlyMap<ObjectId, Mask>): Mask[] {
  return [...objects.values()].sort((a, b) => a.objectId - b.objectId);
}
