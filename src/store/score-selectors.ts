import type { TruthFrame, TruthSequence } from '../core/ground-truth.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { ObjectFrameScore, ObjectScore, PooledScore } from '../core/scores.ts';
import { assignedObject, shownSequence, type GroundTruthSlice } from './ground-truth-slice.ts';

/** One object on one annotated frame, as fractions. */
export interface FrameScore {
  /** The annotated frame's name. */
  readonly stem: string;
  readonly frame: FrameIndex;
  readonly truthId: number;
  /** J. */
  readonly region: number;
  /** F. */
  readonly boundary: number;
  /** J&F: half of both. */
  readonly mean: number;
  /** Of the pixels; undefined where neither the ground truth nor the mask has any. */
  readonly dice: number | undefined;
}

/** One object over the scored frames; the arrays are of one length, frames ascending. */
export interface ScoreCurve {
  readonly truthId: number;
  readonly name: string;
  readonly frames: readonly FrameIndex[];
  /** J. */
  readonly region: readonly number[];
  /** F. */
  readonly boundary: readonly number[];
}

/** One object's scores under its name in the ground truth. */
export interface NamedObjectScore {
  readonly truthId: number;
  readonly name: string;
  readonly score: ObjectScore;
}

const NO_SCORES: readonly FrameScore[] = [];

/** By the names of a sequence's frames: where they lie on the clip. */
const framesByStem = new WeakMap<TruthSequence, ReadonlyMap<string, FrameIndex>>();

/**
 * Scores of the sequence in view on one frame, by truth id; empty where the protocol does not
 * score the frame. The same array for the same report, as long as no other frame is asked for.
 */
export function scoresOfFrame(slice: GroundTruthSlice, frame: FrameIndex): readonly FrameScore[] {
  return onFrame(slice, frame);
}

const onFrame = memoised((slice: GroundTruthSlice, frame: FrameIndex): readonly FrameScore[] => {
  const sequence = shownSequence(slice);
  if (sequence === undefined) return NO_SCORES;
  return objectScores(slice).flatMap(({ truthId, score }) => {
    const at = positionOf(sequence, score.frames, frame);
    const found = score.frames[at];
    return found === undefined ? [] : frameScore(truthId, frame, found);
  });
});

/**
 * The frames of the sequence in view that an object of the user's is worst on, lowest J&F first; of
 * equal ones the earlier first, then the lower truth id. A truth without an object has no mask to
 * correct. The same array for the same report, objects and count.
 */
export function worstFrames(slice: GroundTruthSlice, count: number): readonly FrameScore[] {
  return worstOf(slice, count);
}

const worstOf = memoised((slice: GroundTruthSlice, count: number): readonly FrameScore[] => {
  const sequence = shownSequence(slice);
  if (sequence === undefined || count <= 0) return NO_SCORES;
  const worst: FrameScore[] = [];
  const places = new FramePlaces(sequence);
  for (const { truthId, score } of objectScores(slice)) {
    if (assignedObject(slice, truthId) === undefined) continue;
    const frames = places.of(score.frames);
    for (const [at, one] of score.frames.entries()) {
      const frame = frames[at];
      if (frame === undefined) continue;
      const place = { mean: (one.region + one.boundary) / 2, frame, truthId };
      const last = worst[count - 1];
      // Nearly all frames end here, so that no more than a few are ever ordered.
      if (last !== undefined && !isWorse(place, last)) continue;
      const before = worst.findIndex((other) => isWorse(place, other));
      worst.splice(before < 0 ? worst.length : before, 0, frameScore(truthId, frame, one));
      if (worst.length > count) worst.pop();
    }
  }
  return worst;
});

/** Curves of the sequence in view, by truth id. The same array for the same report. */
export function scoreCurves(slice: GroundTruthSlice): readonly ScoreCurve[] {
  return curvesOf(slice, undefined);
}

const curvesOf = memoised((slice: GroundTruthSlice): readonly ScoreCurve[] => {
  const sequence = shownSequence(slice);
  if (sequence === undefined) return [];
  const places = new FramePlaces(sequence);
  return objectScores(slice).map(({ truthId, name, score }) => ({
    truthId,
    name,
    frames: places.of(score.frames),
    region: score.frames.map(({ region }) => region),
    boundary: score.frames.map(({ boundary }) => boundary),
  }));
});

/** Objects of the sequence in view, by truth id. The same array for the same report. */
export function objectScores(slice: GroundTruthSlice): readonly NamedObjectScore[] {
  return objectsOf(slice, undefined);
}

const objectsOf = memoised((slice: GroundTruthSlice): readonly NamedObjectScore[] => {
  const sequence = shownSequence(slice);
  const scores = slice.report?.objects.filter((score) => score.sequence === slice.sequence) ?? [];
  return scores.map((score) => {
    const truthId = Number(score.object);
    const named = sequence?.objects.find((object) => object.truthId === truthId);
    // DAVIS and VISOR score the gaps between the first frame's ids too, as objects never seen.
    return { truthId, name: named?.name ?? `Object ${truthId}`, score };
  });
});

/**
 * The pooled score of a sequence; absent before it is scored.
 * @param sequence the one in view where absent
 */
export function sequenceScore(
  slice: GroundTruthSlice,
  sequence: string | undefined = slice.sequence,
): PooledScore | undefined {
  return slice.report?.sequences.find(({ name }) => name === sequence)?.score;
}

/** Remembers the last result for the parts of the slice that scores are made of. */
function memoised<Parameter, Result extends object>(
  compute: (slice: GroundTruthSlice, parameter: Parameter) => Result,
): (slice: GroundTruthSlice, parameter: Parameter) => Result {
  let last: { slice: GroundTruthSlice; parameter: Parameter; result: Result } | undefined;
  return (slice, parameter) => {
    if (last === undefined || last.parameter !== parameter || !isSameScores(last.slice, slice)) {
      last = { slice, parameter, result: compute(slice, parameter) };
    }
    return last.result;
  };
}

function isSameScores(a: GroundTruthSlice, b: GroundTruthSlice): boolean {
  const isSame = a.report === b.report && a.truth === b.truth && a.sequence === b.sequence;
  return isSame && assignedIn(a) === assignedIn(b);
}

function assignedIn({ sequence = '', scoring }: GroundTruthSlice) {
  return scoring[sequence]?.assigned;
}

function frameScore(truthId: number, frame: FrameIndex, score: ObjectFrameScore): FrameScore {
  const { name: stem, region, boundary, dice } = score;
  return { stem, frame, truthId, region, boundary, mean: (region + boundary) / 2, dice };
}

type Place = Pick<FrameScore, 'mean' | 'frame' | 'truthId'>;

function isWorse(a: Place, b: Place): boolean {
  if (a.mean !== b.mean) return a.mean < b.mean;
  return a.frame === b.frame ? a.truthId < b.truthId : a.frame < b.frame;
}

/**
 * Frames of the objects of one report. Whatever the protocol, each object is scored from some frame
 * on without a gap; so those that begin alike and are as long have the same frames.
 */
class FramePlaces {
  readonly #sequence: TruthSequence;
  readonly #known = new Map<string, readonly FrameIndex[]>();

  constructor(sequence: TruthSequence) {
    this.#sequence = sequence;
  }

  of(scores: readonly ObjectFrameScore[]): readonly FrameIndex[] {
    const key = `${scores.length} ${scores[0]?.name ?? ''}`;
    let frames = this.#known.get(key);
    if (frames === undefined) {
      frames = scores.flatMap(({ name }) => frameOf(this.#sequence, name) ?? []);
      this.#known.set(key, frames);
    }
    return frames;
  }
}

/** Where in an object's scores, which are in the order of time, a frame is; −1 where it is not. */
function positionOf(
  sequence: TruthSequence,
  scores: readonly ObjectFrameScore[],
  frame: FrameIndex,
): number {
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = frameOf(sequence, scores[middle]?.name ?? '') ?? -1;
    if (there === frame) return middle;
    if (there < frame) low = middle + 1;
    else high = middle;
  }
  return -1;
}

function frameOf(sequence: TruthSequence, stem: string): FrameIndex | undefined {
  let frames = framesByStem.get(sequence);
  if (frames === undefined) {
    frames = new Map(sequence.frames.map(({ stem, frame }: TruthFrame) => [stem, frame]));
    framesByStem.set(sequence, frames);
  }
  return frames.get(stem);
}
