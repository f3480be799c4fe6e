import type { TruthFrame, TruthSequence } from '../core/ground-truth.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { ObjectFrameScore, ObjectScore, PooledScore } from '../core/scores.ts';
import { shownSequence, type GroundTruthSlice } from './ground-truth-slice.ts';

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
    return found === undefined ? [] : frameScore({ truthId, frame, score: found });
  });
});

/**
 * The frames of the sequence in view that an object is worst on, lowest J&F first; of equal ones
 * the earlier first, then the lower truth id. The same array for the same report and count.
 */
export function worstFrames(slice: GroundTruthSlice, count: number): readonly FrameScore[] {
  return worstOf(slice, count);
}

const worstOf = memoised((slice: GroundTruthSlice, count: number): readonly FrameScore[] => {
  const sequence = shownSequence(slice);
  if (sequence === undefined || count <= 0) return NO_SCORES;
  const worst: FrameScore[] = [];
  for (const { truthId, score } of objectScores(slice)) {
    for (const one of score.frames) {
      // Nearly all frames end here, so that no more than a few are ever ordered.
      const limit = worst.length < count ? undefined : worst[count - 1];
      if (limit !== undefined && (one.region + one.boundary) / 2 > limit.mean) continue;
      const frame = frameOf(sequence, one.name);
      if (frame === undefined) continue;
      const candidate = frameScore({ truthId, frame, score: one });
      const at = worst.findIndex((other) => isWorse(candidate, other));
      worst.splice(at < 0 ? worst.length : at, 0, candidate);
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
  return objectScores(slice).map(({ truthId, name, score }) => {
    return withPoints({ truthId, name }, sequence, score.frames);
  });
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
  return a.report === b.report && a.truth === b.truth && a.sequence === b.sequence;
}

interface FrameScoreParts {
  readonly truthId: number;
  readonly frame: FrameIndex;
  readonly score: ObjectFrameScore;
}

function frameScore({ truthId, frame, score }: FrameScoreParts): FrameScore {
  const { name: stem, region, boundary, dice } = score;
  return { stem, frame, truthId, region, boundary, mean: (region + boundary) / 2, dice };
}

function isWorse(a: FrameScore, b: FrameScore): boolean {
  if (a.mean !== b.mean) return a.mean < b.mean;
  return a.frame === b.frame ? a.truthId < b.truthId : a.frame < b.frame;
}

function withPoints(
  curve: Pick<ScoreCurve, 'truthId' | 'name'>,
  sequence: TruthSequence,
  scores: readonly ObjectFrameScore[],
): ScoreCurve {
  const frames: FrameIndex[] = [];
  const [region, boundary]: [number[], number[]] = [[], []];
  for (const score of scores) {
    const frame = frameOf(sequence, score.name);
    if (frame === undefined) continue;
    frames.push(frame);
    region.push(score.region);
    boundary.push(score.boundary);
  }
  return { truthId: curve.truthId, name: curve.name, frames, region, boundary };
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
