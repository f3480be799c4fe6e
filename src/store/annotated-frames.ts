import type { TruthFrame, TruthSequence } from '../core/ground-truth.ts';
import type { FrameIndex } from '../core/ids.ts';

const framesOf = new WeakMap<TruthSequence, ReadonlyMap<number, TruthFrame>>();

/** What a sequence annotates on a frame of the clip; absent where it does not. Costs a look-up. */
export function annotatedFrame(
  sequence: TruthSequence | undefined,
  frame: FrameIndex,
): TruthFrame | undefined {
  if (sequence === undefined) return undefined;
  let frames = framesOf.get(sequence);
  if (frames === undefined) {
    frames = new Map(sequence.frames.map((one) => [one.frame, one]));
    framesOf.set(sequence, frames);
  }
  return frames.get(frame);
}

/**
 * Position in `frames` of the one nearest to a frame of the clip; of two equally near the earlier.
 * −1 where there are none.
 * @param frames ascending
 */
export function nearestPosition(frames: readonly number[], frame: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] ?? 0) < frame) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [frames[low - 1], frames[low]];
  if (before === undefined) return after === undefined ? -1 : 0;
  return after === undefined || frame - before <= after - frame ? low - 1 : low;
}

/** Position in `frames` of a frame; −1 where it is not among them. @param frames ascending */
export function positionOfFrame(frames: readonly number[], frame: number): number {
  const nearest = nearestPosition(frames, frame);
  return frames[nearest] === frame ? nearest : -1;
}

const framesOfObjects = new WeakMap<TruthSequence, Map<number, readonly FrameIndex[]>>();

/** Frames on which an object is to be seen, ascending; the same array for the same sequence. */
export function framesOfTruth(sequence: TruthSequence, truthId: number): readonly FrameIndex[] {
  let byObject = framesOfObjects.get(sequence);
  if (byObject === undefined) framesOfObjects.set(sequence, (byObject = new Map()));
  let frames = byObject.get(truthId);
  if (frames === undefined) {
    frames = sequence.frames.flatMap((one) => (one.truthIds.includes(truthId) ? [one.frame] : []));
    byObject.set(truthId, frames);
  }
  return frames;
}
