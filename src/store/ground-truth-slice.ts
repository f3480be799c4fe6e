import type { EntityRule, TruthSequence } from '../core/ground-truth.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { ScoreProtocol, ScoreReport } from '../core/scores.ts';
import type { UnloadedSequence } from '../protocol/ground-truth-api.ts';
import type { CompareView } from '../protocol/media-api.ts';

/** A ground truth on the open clip. */
export interface LoadedTruth {
  readonly name: string;
  readonly kind: 'visor' | 'masks';
  readonly rule: EntityRule;
  readonly offsetFrames: number;
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  /** Empty where none lies on the clip beyond doubt: the user chooses from `unloaded`. */
  readonly sequences: readonly TruthSequence[];
  readonly unloaded: readonly UnloadedSequence[];
  readonly notices: readonly string[];
}

/** J&F after so many clicks. */
export interface ScoreMoment {
  /** Points and boxes that the sequence's objects have had so far. */
  readonly clicks: number;
  /** Of the sequence, 0..1. */
  readonly mean: number;
}

/** What a correction did to the frame that was corrected. */
export interface ScoreChange {
  readonly objectId: ObjectId;
  readonly truthId: number;
  readonly frame: FrameIndex;
  readonly stem: string;
  /** J&F of the object on the frame, 0..1. */
  readonly before: number;
  readonly after: number;
  /** Of the sequence. */
  readonly clicks: number;
}

/** How far a sequence is scored. */
export interface SequenceScoring {
  /** The user's object for each truth id; a truth without one counts as missed on every frame. */
  readonly assigned: Readonly<Record<number, ObjectId>>;
  /** Annotated frames with a mask of any assigned object. */
  readonly coveredFrames: number;
  /** Of those, with scores that are up to date. */
  readonly scoredFrames: number;
  /** By ascending clicks. */
  readonly history: readonly ScoreMoment[];
  readonly lastChange: ScoreChange | undefined;
}

/** Which of a sequence's frames the tracker sees: as the challenge has it, or all in between. */
export type ProtocolFrames = 'annotated' | 'every';

/** The semi-supervised protocol under way. */
export interface ProtocolRun {
  readonly frames: ProtocolFrames;
  /** The one being run. */
  readonly sequence: string;
  readonly sequencesDone: number;
  readonly sequencesTotal: number;
}

/** The ground truth and the scores against it. */
export interface GroundTruthSlice {
  readonly loading:
    | { readonly name: string; readonly bytesDone: number; readonly bytesTotal: number }
    | undefined;
  readonly truth: LoadedTruth | undefined;
  /** Name of the sequence in view; present where the truth has sequences. */
  readonly sequence: string | undefined;
  readonly protocol: ScoreProtocol;
  /** `masks`: no comparison. */
  readonly view: CompareView | 'masks';
  /** 0..1 of the video's width. */
  readonly wipe: number;
  /** By sequence. */
  readonly scoring: Readonly<Record<string, SequenceScoring>>;
  /** Of all covered frames of all sequences; absent where none is scored yet. */
  readonly report: ScoreReport | undefined;
  readonly run: ProtocolRun | undefined;
  /** Sequences that a run has finished, and what the tracker saw of them. */
  readonly finishedRuns: Readonly<Record<string, ProtocolFrames>>;
}

/** No ground truth. */
export const INITIAL_GROUND_TRUTH: GroundTruthSlice = {
  loading: undefined,
  truth: undefined,
  sequence: undefined,
  protocol: 'visor',
  view: 'masks',
  wipe: 0,
  scoring: {},
  report: undefined,
  run: undefined,
  finishedRuns: {},
};

/** The user's object for a truth id of the sequence in view. */
export function assignedObject(
  { sequence, scoring }: GroundTruthSlice,
  truthId: number,
): ObjectId | undefined {
  return sequence === undefined ? undefined : scoring[sequence]?.assigned[truthId];
}

/** The sequence in view; absent without a ground truth. */
export function shownSequence(slice: GroundTruthSlice): TruthSequence | undefined {
  return slice.truth?.sequences.find(({ name }) => name === slice.sequence);
}
