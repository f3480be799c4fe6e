import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import { framesOfTruth } from '../../store/annotated-frames.ts';
import { shownSequence, type GroundTruthSlice } from '../../store/ground-truth-slice.ts';
import { scoreCurves, type ScoreCurve } from '../../store/score-selectors.ts';

/** What the timeline marks of the ground truth. Frames ascend. */
export interface TruthMarks {
  readonly frames: readonly FrameIndex[];
  /** Of those, with a J&F that counts as missed. */
  readonly poorFrames: readonly FrameIndex[];
}

/** J and F above this count as found in the official recall. */
const RECALL_THRESHOLD = 0.5;

/** No ground truth, or nothing of it for this object. */
export const NO_MARKS: TruthMarks = { frames: [], poorFrames: [] };

/** Every frame that the sequence in view annotates. */
export function rulerMarks(slice: GroundTruthSlice): readonly FrameIndex[] {
  return shownSequence(slice)?.frames.map(({ frame }) => frame) ?? NO_MARKS.frames;
}

/** Frames on which the object of the ground truth that is compared to this one is to be seen. */
export function laneMarks(slice: GroundTruthSlice, object: ObjectId): TruthMarks {
  const sequence = shownSequence(slice);
  if (sequence === undefined) return NO_MARKS;
  const truthId = truthOf(slice, object);
  if (truthId === undefined) return NO_MARKS;
  const curve = scoreCurves(slice).find((candidate) => candidate.truthId === truthId);
  return {
    frames: framesOfTruth(sequence, truthId),
    poorFrames: curve === undefined ? NO_MARKS.frames : poorFramesOf(curve),
  };
}

/** Whether two states have the same marks. */
export function hasSameMarks(a: GroundTruthSlice, b: GroundTruthSlice): boolean {
  return (
    a.truth === b.truth &&
    a.sequence === b.sequence &&
    a.report === b.report &&
    a.scoring === b.scoring
  );
}

function truthOf({ scoring, sequence }: GroundTruthSlice, object: ObjectId): number | undefined {
  const assigned = sequence === undefined ? undefined : scoring[sequence]?.assigned;
  const found = Object.entries(assigned ?? {}).find(([, assignedTo]) => assignedTo === object);
  return found === undefined ? undefined : Number(found[0]);
}

const poorFrames = new WeakMap<ScoreCurve, readonly FrameIndex[]>();

// Lanes are painted with every batch of tracked frames, but the scores change seldom.
function poorFramesOf(curve: ScoreCurve): readonly FrameIndex[] {
  let frames = poorFrames.get(curve);
  if (frames === undefined) {
    frames = curve.frames.filter((_, at) => {
      const mean = ((curve.region[at] ?? 0) + (curve.boundary[at] ?? 0)) / 2;
      return mean <= RECALL_THRESHOLD;
    });
    poorFrames.set(curve, frames);
  }
  return frames;
}
